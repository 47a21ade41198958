/** What a placement reads from our own database and writes to it: short, local, and one after the other. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { PlacementRecords } from '../../domain/placement-effects.js';
import { createTurns, LOCAL_WORK } from '../local-work.js';

export type Records = Pick<PlacementRecords, 'openPlacement' | 'recordPlacement' | 'settleMessage'>;

const local = proxyLocalActivities<Records>(LOCAL_WORK);

export function createRecords(): Records {
  const inTurn = createTurns();
  return {
    openPlacement: (lookup) => inTurn(() => local.openPlacement(lookup)),
    recordPlacement: (record) => inTurn(() => local.recordPlacement(record)),
    settleMessage: (message) => inTurn(() => local.settleMessage(message)),
  };
}
