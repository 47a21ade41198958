/** A case in words: what someone who is no developer reads on the run's page in the Temporal Web UI (D8). No personal data. */
import { hasEnded } from '../../domain/case-status.js';
import { minuteOf } from '../minute.js';
import { DEADLINE, nextInstant, plannedInstants, WINDOW_END, type Instant } from './next-instant.js';
import { allowedActions } from './people.js';
import type { CaseState, DeliveryOutcome } from './state.js';

const STATUS_WORDS: Record<CaseState['status'], string> = {
  deciding: 'Being decided: the order is looked up, at the review server if need be',
  order_unknown: 'Ended: the order is not known; nobody was told',
  rejected: 'Ended: not a passing reason; the buyer is told that the review failed',
  held: 'Held; the review will be asked for again',
  in_review: 'In review: the review server has been asked; its answer is awaited',
  awaiting_liaison: 'Waiting for people; no more automatic requests',
  approved: 'Ended: review succeeded',
  declined: 'Ended: declined by the liaison',
  expired: 'Ended: not resolved by its deadline',
  cancelled: 'Ended: cancelled',
};

/** Reasons of a status that say more than its words. */
const REASON_WORDS: Record<string, string> = {
  RETRY_WINDOW_PASSED: 'their time has passed',
  NO_REQUEST_LEFT_IN_WINDOW: 'the next one would come too late',
  REVIEW_SUCCEEDED: 'the review server says so',
  LIAISON_WORD: 'a liaison says so',
  REVIEW_SERVER_AWAY: 'as soon as the review server can be reached again',
  SUCCEEDED_AT_LAST_LOOK: 'so the review server said when it was asked a last time',
  SUPERSEDED_BY_ROUND: 'a later review round has taken over',
};

const OUTCOME_WORDS: Record<DeliveryOutcome, string> = {
  delivered: 'delivered',
  refused: 'refused by the buyer server',
  dropped: 'stopped before it arrived',
  unknown: 'not known whether it arrived',
};

/** Instants whose names are for programs. */
const WHAT_WORDS: Record<string, string> = {
  reminder: 'reminder to the liaison',
  escalation_supervisor: 'escalation to the supervisor',
  escalation_operations: 'escalation to operations',
};
/** Of what is planned so much is shown. */
const MOST_PLANNED = 8;

/** @returns Markdown */
export function caseDetails(state: CaseState): string {
  const lines: (string | null)[] = [
    `### Order ${state.orderId}, review round ${state.reviewRound}`,
    state.shadow ? '_Shadow: decided and recorded, nothing is sent._' : null,
    `**${STATUS_WORDS[state.status]}${state.paused ? ', paused' : ''}**${reasonWords(state)}`,
    state.ending === null ? null : `_About to end as ${state.ending.as}; the review server is asked a last time first._`,
    '',
    ...whatComes(state),
    ...whatIsKnown(state),
    ...state.messages.map(buyerTold),
  ];
  return lines.filter((line) => line !== null).join('\n');
}

function reasonWords({ statusReason }: CaseState): string {
  const words = statusReason === null ? undefined : REASON_WORDS[statusReason];
  return words === undefined ? '' : ` (${words})`;
}

/** What Holdpoint does next by itself, what people can do, and until when. */
function whatComes(state: CaseState): (string | null)[] {
  const { windowEndsAt, deadlineAt } = state;
  const next = nextInstant(state);
  const actions = allowedActions(state);
  const asksByItself = windowEndsAt !== null && (state.status === 'held' || state.status === 'in_review');
  const isOpen = !hasEnded(state.status) && deadlineAt !== null;
  return [
    next === null ? null : `- Next: ${inWords(next)}`,
    ...whatFollows(state, next),
    isOpen && state.acknowledgement !== null ? `- Acknowledged at ${minuteOf(state.acknowledgement.at)}: nobody is told again` : null,
    actions.length === 0 ? null : `- People can: ${actions.join(', ')}`,
    asksByItself ? `- Automatic requests until ${minuteOf(windowEndsAt)}` : null,
    isOpen ? `- Must be resolved by ${minuteOf(deadlineAt)}` : null,
  ];
}

/** What is planned after the next instant; window and deadline have lines of their own. */
function whatFollows(state: CaseState, next: Instant | null): string[] {
  const later = plannedInstants(state).filter(
    ({ what, at }) => what !== WINDOW_END && what !== DEADLINE && !(what === next?.what && at === next.at),
  );
  if (later.length === 0) return [];
  const shown = later.slice(0, MOST_PLANNED).map(inWords).join('; ');
  return [`- Then, if nothing else happens: ${shown}${later.length > MOST_PLANNED ? '; …' : ''}`];
}

function inWords({ what, at }: Instant): string {
  return `${WHAT_WORDS[what] ?? what} at ${minuteOf(at)}`;
}

function whatIsKnown({ facts, reason, liaisonId, attempts }: CaseState): (string | null)[] {
  const decided = facts !== null;
  return [
    decided
      ? `- Buyer: ${plain(facts.buyerName)} (order ${plain(facts.buyerOrderNumber ?? 'without number')}), total ${facts.total.value} ${facts.total.currency}`
      : null,
    reason === null ? null : `- Latest reason: ${reason.type}${reason.text === null ? '' : ` (${plain(reason.text)})`}`,
    decided ? `- Liaison: ${liaisonId ?? 'none found'}` : null,
    decided ? `- Review requests made: ${attempts}` : null,
  ];
}

function buyerTold(message: CaseState['messages'][number]): string {
  const { orderId, reviewRound, sequence, kind, provisional, supersedes, outcome } = message;
  const corrected = supersedes?.replace(`${orderId}/${reviewRound}/`, '');
  const how = `${provisional ? ', early' : ''}${corrected === undefined ? '' : `, corrects message ${corrected}`}`;
  const settled = outcome === null ? 'on its way' : OUTCOME_WORDS[outcome];
  return `- Message ${sequence} to the buyer: ${kind.replace('_', ' ')}${how} (${settled})`;
}

/** Text of other sides on one line, showing no links or layout of its own. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|]/g, String.raw`\$&`);
}
