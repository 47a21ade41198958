import { operation } from '../contract/operation.js';
import { meaningSchema, shownVendorSchema, vendorListSchema, vendorParams, vendorSchema, wordParams } from './schema.js';

const tag = 'Vendors';
const params = { id: 'swift-post' };
const shown = { description: 'The vendor as it is now.', body: shownVendorSchema };

export const listVendors = operation({
  id: 'listVendors',
  method: 'get',
  path: '/vendors',
  tag,
  summary: 'List the vendors, by their IDs',
  permission: 'counterparts.read',
  answers: { 200: { description: 'All vendors.', body: vendorListSchema } },
  example: {},
});

export const getVendor = operation({
  id: 'getVendor',
  method: 'get',
  path: '/vendors/{id}',
  tag,
  summary: 'Get a vendor',
  permission: 'counterparts.read',
  conditional: 'read',
  params: vendorParams,
  answers: { 200: shown },
  problems: ['VENDOR_NOT_FOUND'],
  example: { params },
});

export const putVendor = operation({
  id: 'putVendor',
  method: 'put',
  path: '/vendors/{id}',
  tag,
  summary: 'Add a vendor, or change one',
  description:
    'Limits are followed within 5 s, words from the next answer on. A placement keeps the other terms as they were when it began.',
  permission: 'counterparts.write',
  conditional: 'put',
  params: vendorParams,
  body: vendorSchema,
  answers: { 200: shown },
  problems: ['COUNTERPART_ID_TAKEN'],
  example: {
    params: { id: 'north-freight' },
    body: {
      name: 'North Freight',
      baseUrl: 'https://api.north-freight.example',
      idempotent: true,
      queryByOurNumber: true,
      settleMs: 3_600_000,
      cancellable: true,
      maxPerSecond: 50,
      maxConcurrent: 10,
      timeoutMs: 10_000,
      statuses: {
        IN_TRANSIT: { means: 'in_progress' },
        DELIVERED: { means: 'succeeded' },
        LOST: { means: 'failed', reason: 'LOST' },
      },
      vocabulary: ['IN_TRANSIT', 'DELIVERED', 'LOST', 'MISROUTED'],
    },
  },
});

export const mapVendorWord = operation({
  id: 'mapVendorWord',
  method: 'put',
  path: '/vendors/{id}/statuses/{word}',
  tag,
  summary: "Say what a vendor's word means",
  description: 'From the next answer on it means this. `If-Match` takes the `ETag` of the vendor.',
  permission: 'counterparts.write',
  conditional: 'change',
  params: wordParams,
  body: meaningSchema,
  answers: { 200: shown },
  problems: ['VENDOR_NOT_FOUND'],
  example: { params: { ...params, word: 'MISROUTED' }, body: { means: 'in_progress' } },
});
