import type { Router } from 'express';
import type { SwitchChange } from '../../db/generated/client.js';
import * as switches from '../../db/switches.js';
import { requireMatch, sendTagged } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { getSwitch, listSwitches, turnSwitch } from './operations.js';

/** Shadow mode and the stop of early successes, for all or for one buyer; each change with who and why. */
export function switchRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listSwitches, async (_call, response) => {
      response.json({ items: (await switches.latestChanges(db)).map(switchView) });
    }),
    serve(getSwitch, async ({ params: { name } }, response) => {
      sendTagged(response, { items: (await switches.latestChanges(db, name)).map(switchView) });
    }),
    serve(turnSwitch, async ({ params: { name }, headers, body: { on, buyerId, by, note } }, response) => {
      const check = (now: SwitchChange[]): void => requireMatch(headers['If-Match'], { items: now.map(switchView) });
      response.json(switchView(await switches.turnSwitch(db, { name, buyerId: buyerId ?? null, on, by, note }, check)));
    }),
  ]);
}

function switchView({ name, buyerId, on, changedBy, why, changedAt }: SwitchChange) {
  return { name, buyerId: buyerId === '' ? null : buyerId, on, by: changedBy, note: why, at: changedAt };
}
