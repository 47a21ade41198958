/** A placement's state as it is written down and shown: the read model's row, and the Web UI's details. */
import type { PlacementCarry, PlacementRow } from '../../domain/placement-record.js';
import { placementHasEnded } from '../../domain/placement-status.js';
import { minuteOf } from '../minute.js';
import { nextInstant } from './next-instant.js';
import { placementNumber } from './step.js';
import type { PlacementState } from './state.js';

/**
 * The read model's row at an instant of the workflow's clock.
 * @param historyLength events of this run's history
 */
export function placementRow(state: PlacementState, now: number, historyLength: number): PlacementRow {
  const next = nextInstant(state) ?? waiting(state);
  return {
    placementId: state.placementId,
    orderId: state.orderId,
    opening: state.opening,
    vendorId: state.vendorId,
    campaign: state.campaign,
    status: state.status,
    statusReason: state.statusReason,
    description: state.description,
    customerText: state.customerText,
    vendorStatus: state.vendorStatus,
    unmapped: state.unmapped,
    placementNumber: placementNumber(state),
    vendorOrderId: state.vendorOrderId,
    polls: state.polls,
    policyVersion: state.policy?.version ?? null,
    decision: state.decision,
    nextAction: next?.what ?? null,
    nextActionAt: next?.at ?? null,
    deadlineAt: state.deadlineAt,
    openedAt: state.openedAt,
    endedAt: state.endedAt,
    ending: state.ending === null ? null : 'cancelled',
    closed: isClosed(state),
    refundDue: state.refundDue,
    reviewCaseOpened: state.review === 'opened',
    carry: carryOf(state),
    historyLength: state.historyBefore + historyLength,
    placementVersion: state.version,
    caseAt: now,
  };
}

/** A placement request that waits for its vendor: its own timer makes it, no alarm. */
function waiting({ placing, placingAt }: PlacementState): { at: number; what: string } | null {
  return placing && placingAt !== null ? { at: placingAt, what: 'place the order, when the vendor can be called again' } : null;
}

/** Ended, and nothing is under way any more: what a later opening goes on from no longer changes. */
export function isClosed(state: PlacementState): boolean {
  const calling = state.placing || state.query !== null || state.cancelling;
  const telling = state.told.some(({ outcome }) => outcome === null) || state.refundOnItsWay || state.review === 'opening';
  return placementHasEnded(state.status) && state.policy !== null && !calling && !telling;
}

function carryOf(state: PlacementState): PlacementCarry {
  const { numbers, existence, vendorOrderId, pastVendorOrderIds, paid, customerSequence, lastToldFinal, refundTold } = state;
  return { numbers, existence, vendorOrderId, pastVendorOrderIds, paid, customerSequence, lastToldFinal, refundTold };
}

const STATUS_WORDS: Record<PlacementState['status'], string> = {
  created: 'created; not sent yet',
  sent: 'being placed with the vendor',
  placed: 'the vendor has the order; its result is asked for',
  succeeded: 'ended: succeeded',
  failed: 'ended: failed',
  cancelled: 'ended: cancelled',
};

const EXISTENCE_WORDS: Record<PlacementState['existence'], string> = {
  none: 'it has never been sent',
  unknown: 'nobody knows yet whether the vendor has it',
  absent: 'the vendor surely does not have it',
  exists: 'the vendor has it',
  over: 'the vendor had it, and ended it',
};

/** What someone who is no developer reads on the run's page in the Temporal Web UI (D8); no personal data. */
export function placementDetails(state: PlacementState): string {
  const next = nextInstant(state);
  const { policy, deadlineAt } = state;
  const ended = placementHasEnded(state.status);
  const again = state.opening === 1 ? '' : `, opening ${state.opening}`;
  const lines: (string | null)[] = [
    `### Order ${state.orderId} at vendor ${state.vendorId}${again}`,
    `**${STATUS_WORDS[state.status]}${state.ending === null ? '' : ', being cancelled'}** (${state.statusReason})`,
    '',
    `- Placement number: ${placementNumber(state) ?? 'none yet'}; ${EXISTENCE_WORDS[state.existence]}`,
    state.vendorStatus === null ? null : `- Vendor says: ${state.vendorStatus}${state.unmapped ? ' (a word that nobody has mapped)' : ''}`,
    policy === null ? null : `- Polls made: ${state.polls} of ${policy.poll.maximum}`,
    policy === null ? null : `- Paid: ${state.paid ? 'yes' : 'no'}`,
    next === null ? null : `- Next: ${next.what} at ${minuteOf(next.at)}`,
    ended || deadlineAt === null ? null : `- Must have a result by ${minuteOf(deadlineAt)}`,
    ...state.told.map(({ sequence, channel, status, outcome }) => {
      return `- Customer told by ${channel}, message ${sequence}: ${status} (${outcome ?? 'on its way'})`;
    }),
    state.refundDue ? `- A refund is due${state.refundOnItsWay ? '; the platform is being told' : ''}` : null,
    state.review === 'none' ? null : '- A review case is opened for it',
  ];
  return lines.filter((line) => line !== null).join('\n');
}
