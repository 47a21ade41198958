import type { Router } from 'express';
import { z } from 'zod';
import { listAudit } from '../../db/audit.js';
import { extentOf } from '../../domain/access.js';
import { SETTING_KINDS, type SettingKind } from '../../domain/setting-change.js';
import { callerOf } from '../authentication.js';
import { resource, serve } from '../contract/operation.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { listSettingChanges } from './operations.js';

const cursorSchema = z.strictObject({ at: z.iso.datetime(), id: z.string().max(300) });

/** Who changed what in the settings; of each kind what its caller may read. */
export function auditRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listSettingChanges, async ({ query: { what: wanted, limit, cursor, ...filter } }, response) => {
      const caller = callerOf(response);
      const readable = (Object.keys(SETTING_KINDS) as SettingKind[]).filter((kind) => extentOf(caller, SETTING_KINDS[kind]) !== 'none');
      const what = readable.filter((kind) => wanted?.includes(kind) ?? true);
      const rows = await listAudit(db, { ...filter, what }, limit + 1, decodeCursor(cursorSchema, cursor));
      response.json(pageOf(rows, limit, ({ at, id }) => ({ at: at.toISOString(), id })));
    }),
  ]);
}
