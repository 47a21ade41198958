import type { Router } from 'express';
import type { SwitchChange } from '../../db/generated/client.js';
import * as switches from '../../db/switches.js';
import { sendTagged, tagged } from '../contract/etag.js';
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
      sendTagged(response, shown(await switches.latestChanges(db, name)));
    }),
    serve(turnSwitch, async ({ params: { name }, precondition, body: { on, buyerId, by, note } }, response) => {
      const turn = { name, buyerId: buyerId ?? null, on, by, note };
      const { change, now } = await switches.turnSwitch(db, turn, (before) => precondition(shown(before)));
      tagged(response, shown(now)).json(switchView(change));
    }),
  ]);
}

function shown(changes: SwitchChange[]) {
  return { items: changes.map(switchView) };
}

function switchView({ name, buyerId, on, changedBy, why, changedAt }: SwitchChange) {
  return { name, buyerId: buyerId === '' ? null : buyerId, on, by: changedBy, note: why, at: changedAt };
}
