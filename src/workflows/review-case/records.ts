/** What a case reads from our own database and writes to it: short, local, and one after the other. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { createTurns, LOCAL_WORK } from '../local-work.js';

export type Records = Pick<Activities, 'openCase' | 'recordCase' | 'resolveRecipients' | 'settleMessage'>;

const local = proxyLocalActivities<Records>(LOCAL_WORK);

export function createRecords(): Records {
  const inTurn = createTurns();
  return {
    openCase: (lookup) => inTurn(() => local.openCase(lookup)),
    recordCase: (record) => {
      const options = { summary: `Write down: ${record.row.status}` };
      return inTurn(() => local.recordCase.executeWithOptions(options, [record]));
    },
    resolveRecipients: (group) => inTurn(() => local.resolveRecipients(group)),
    settleMessage: (message) => inTurn(() => local.settleMessage(message)),
  };
}
