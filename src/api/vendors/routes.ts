import type { Response, Router } from 'express';
import { unmappedWords, vendorMistakes, type Vendor } from '../../domain/vendor.js';
import { recordChange } from '../../db/audit.js';
import { findCounterpart, lockCounterparts } from '../../db/counterparts.js';
import type { Database, Transaction } from '../../db/database.js';
import * as vendors from '../../db/vendors.js';
import { callerOf } from '../authentication.js';
import { sendChanged, sendTagged } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { getVendor, listVendors, mapVendorWord, putVendor } from './operations.js';

/** Vendors, and what their words mean (B, D5): an unmapped word is never final. */
export function vendorRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listVendors, async (_call, response) => {
      response.json({ items: (await vendors.listVendors(db)).map(vendorView) });
    }),
    serve(getVendor, async ({ params }, response) => {
      sendTagged(response, vendorView(await requireVendor(db, params.id)));
    }),
    serve(putVendor, async ({ params: { id }, body, precondition }, response) => {
      const vendor = { id, ...body, baseUrl: body.baseUrl.replace(/\/+$/, '') };
      const mistakes = vendorMistakes(vendor);
      if (mistakes.length > 0) throw new Problem('VALIDATION_FAILED', `${mistakes.join('; ')}.`);
      const saved = await db.$transaction(async (tx) => {
        await lockCounterparts(tx);
        const other = await findCounterpart(tx, id);
        if (other !== null && other.kind !== 'vendor') {
          throw new Problem('COUNTERPART_ID_TAKEN', `"${id}" is the id of a ${other.kind} server: choose another for the vendor.`);
        }
        const before = await vendors.findVendor(tx, id);
        precondition(before === null ? null : vendorView(before));
        await vendors.saveVendor(tx, vendor);
        return recorded(tx, response, before, await requireVendor(tx, id));
      });
      sendChanged(response, `/v1/vendors/${id}`, vendorView(saved));
    }),
    // What operations do about a word on their list: from the next answer on it means this.
    serve(mapVendorWord, async ({ params: { id, word }, body: meaning, precondition }, response) => {
      const saved = await db.$transaction(async (tx) => {
        await lockCounterparts(tx);
        const before = await requireVendor(tx, id);
        precondition(vendorView(before));
        await vendors.mapStatus(tx, before, word, meaning);
        return recorded(tx, response, before, await requireVendor(tx, id));
      });
      sendChanged(response, `/v1/vendors/${id}`, vendorView(saved));
    }),
  ]);
}

async function recorded(tx: Transaction, response: Response, before: Vendor | null, after: Vendor): Promise<Vendor> {
  await recordChange(tx, { what: 'vendor', name: after.id, by: callerOf(response).name, before, after });
  return after;
}

/** @throws Problem VENDOR_NOT_FOUND */
async function requireVendor(db: Database | Transaction, id: string): Promise<Vendor> {
  const vendor = await vendors.findVendor(db, id);
  if (vendor === null) throw new Problem('VENDOR_NOT_FOUND', `There is no vendor "${id}".`);
  return vendor;
}

function vendorView(vendor: Vendor) {
  return { ...vendor, unmapped: unmappedWords(vendor) };
}
