import type { Router } from 'express';
import { unmappedWords, vendorMistakes, type Vendor } from '../../domain/vendor.js';
import { findCounterpart } from '../../db/counterparts.js';
import * as vendors from '../../db/vendors.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { getVendor, listVendors, mapVendorWord, putVendor } from './operations.js';

/** Vendors, and what their words mean (B, D5): an unmapped word is never final. */
export function vendorRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  const requireVendor = async (id: string): Promise<Vendor> => {
    const vendor = await vendors.findVendor(db, id);
    if (vendor === null) throw new Problem('VENDOR_NOT_FOUND', `There is no vendor "${id}".`);
    return vendor;
  };

  return resource(dependencies, [
    serve(listVendors, async (_call, response) => {
      response.json({ items: (await vendors.listVendors(db)).map(vendorView) });
    }),
    serve(getVendor, async ({ params }, response) => {
      response.json(vendorView(await requireVendor(params.id)));
    }),
    serve(putVendor, async ({ params: { id }, body }, response) => {
      const vendor = { id, ...body, baseUrl: body.baseUrl.replace(/\/+$/, '') };
      const mistakes = vendorMistakes(vendor);
      if (mistakes.length > 0) throw new Problem('VALIDATION_FAILED', `${mistakes.join('; ')}.`);
      const other = await findCounterpart(db, id);
      if (other !== null && other.kind !== 'vendor') {
        throw new Problem('COUNTERPART_ID_TAKEN', `"${id}" is the id of a ${other.kind} server: choose another for the vendor.`);
      }
      await vendors.saveVendor(db, vendor);
      response.json(vendorView(await requireVendor(id)));
    }),
    // What operations do about a word on their list: from the next answer on it means this.
    serve(mapVendorWord, async ({ params, body: meaning }, response) => {
      const { id } = await requireVendor(params.id);
      await vendors.mapStatus(db, id, params.word, meaning);
      response.json(vendorView(await requireVendor(id)));
    }),
  ]);
}

function vendorView(vendor: Vendor) {
  return { ...vendor, unmapped: unmappedWords(vendor) };
}
