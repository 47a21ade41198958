import type { Router } from 'express';
import type { SwitchChange } from '../../db/generated/client.js';
import * as switches from '../../db/switches.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { listSwitches, turnSwitch } from './operations.js';

/** Shadow mode and the stop of early successes, for all or for one buyer; each change with who and why. */
export function switchRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listSwitches, async (_call, response) => {
      response.json({ items: (await switches.latestChanges(db)).map(switchView) });
    }),
    serve(turnSwitch, async ({ params: { name }, body: { on, buyerId, by, note } }, response) => {
      response.json(switchView(await switches.turnSwitch(db, name, buyerId ?? null, on, by, note)));
    }),
  ]);
}

function switchView({ name, buyerId, on, changedBy, why, changedAt }: SwitchChange) {
  return { name, buyerId: buyerId === '' ? null : buyerId, on, by: changedBy, note: why, at: changedAt };
}
