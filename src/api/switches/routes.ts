import { Router } from 'express';
import { z } from 'zod';
import type { SwitchChange } from '../../db/generated/client.js';
import { latestChanges, turnSwitch } from '../../db/switches.js';
import { SWITCH_NAMES } from '../../domain/switches.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { nameSchema, noteSchema } from '../review-notices/schema.js';

const nameOfSwitch = z.enum(SWITCH_NAMES, `must be one of: ${SWITCH_NAMES.join(', ')}`);
const turnSchema = z.strictObject({ on: z.boolean(), buyerId: z.string().min(1).max(200).nullish(), by: nameSchema, note: noteSchema });

/** Shadow mode and the stop of early successes, for all or for one buyer; each change with who and why. */
export function switchRoutes({ db }: ApiDependencies): Router {
  const router = Router();
  router.get('/switches', async (_request, response) => {
    response.json({ items: (await latestChanges(db)).map(switchView) });
  });
  router.put('/switches/:name', async (request, response) => {
    const name = validated(nameOfSwitch, request.params.name);
    const { on, buyerId, by, note } = validated(turnSchema, request.body);
    response.json(switchView(await turnSwitch(db, name, buyerId ?? null, on, by, note)));
  });
  router.all('/switches', onlyMethods('GET', 'HEAD'));
  router.all('/switches/:name', onlyMethods('PUT'));
  return router;
}

function switchView({ name, buyerId, on, changedBy, why, changedAt }: SwitchChange) {
  return { name, buyerId: buyerId === '' ? null : buyerId, on, by: changedBy, note: why, at: changedAt };
}
