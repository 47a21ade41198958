import { Router } from 'express';
import { z } from 'zod';
import { unmappedWords, vendorMistakes, type Vendor } from '../../domain/vendor.js';
import { findCounterpart } from '../../db/counterparts.js';
import { findVendor, listVendors, mapStatus, saveVendor } from '../../db/vendors.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';

const word = z.string().trim().min(1).max(100);
const reason = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "OUT_OF_STOCK", at most 64 characters');
const meaningSchema = z.discriminatedUnion(
  'means',
  [
    z.strictObject({ means: z.literal('in_progress') }),
    z.strictObject({ means: z.literal('succeeded') }),
    z.strictObject({ means: z.literal('failed'), reason }),
  ],
  'must have "means": "in_progress", "succeeded", or "failed" with a "reason"',
);
const isHttpUrl = (value: string): boolean => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);

/** `PUT /v1/vendors/{id}`. */
const vendorSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  baseUrl: z.string().max(2000).refine(isHttpUrl, 'must be an http or https address'),
  idempotent: z.boolean(),
  queryByOurNumber: z.boolean(),
  settleMs: z
    .int()
    .min(0)
    .max(7 * 24 * 3_600_000),
  cancellable: z.boolean(),
  maxPerSecond: z.number().min(0.01).max(1000),
  maxConcurrent: z.int().min(1).max(100),
  timeoutMs: z.int().min(100).max(12_000).default(10_000),
  statuses: z.record(word, meaningSchema),
  vocabulary: z.array(word).max(1000).default([]),
});

/** Vendors, and what their words mean (B, D5): an unmapped word is never final. */
export function vendorRoutes({ db }: ApiDependencies): Router {
  const router = Router();
  const requireVendor = async (id: unknown): Promise<Vendor> => {
    const vendor = await findVendor(db, String(id));
    if (vendor === null) throw new Problem('VENDOR_NOT_FOUND', `There is no vendor "${String(id).slice(0, 100)}".`);
    return vendor;
  };

  router.get('/vendors', async (_request, response) => {
    response.json({ items: (await listVendors(db)).map(vendorView) });
  });
  router.get('/vendors/:id', async (request, response) => {
    response.json(vendorView(await requireVendor(request.params.id)));
  });
  router.put('/vendors/:id', async (request, response) => {
    const given = validated(vendorSchema, request.body);
    const vendor = { id: request.params.id, ...given, baseUrl: given.baseUrl.replace(/\/+$/, '') };
    const mistakes = vendorMistakes(vendor);
    if (mistakes.length > 0) throw new Problem('VALIDATION_FAILED', `${mistakes.join('; ')}.`);
    const other = await findCounterpart(db, vendor.id);
    if (other !== null && other.kind !== 'vendor') {
      throw new Problem('COUNTERPART_ID_TAKEN', `"${vendor.id}" is the id of a ${other.kind} server: choose another for the vendor.`);
    }
    await saveVendor(db, vendor);
    response.json(vendorView(await requireVendor(vendor.id)));
  });
  // What operations do about a word on their list: from the next answer on it means this.
  router.put('/vendors/:id/statuses/:word', async (request, response) => {
    const { id } = await requireVendor(request.params.id);
    await mapStatus(db, id, validated(word, request.params.word), validated(meaningSchema, request.body));
    response.json(vendorView(await requireVendor(id)));
  });
  router.all('/vendors', onlyMethods('GET', 'HEAD'));
  router.all('/vendors/:id', onlyMethods('GET', 'HEAD', 'PUT'));
  router.all('/vendors/:id/statuses/:word', onlyMethods('PUT'));
  return router;
}

function vendorView(vendor: Vendor) {
  return { ...vendor, unmapped: unmappedWords(vendor) };
}
