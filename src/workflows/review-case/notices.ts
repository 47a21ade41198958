/** Notices to people (A3, D6): who is meant, then each person by the first way that works. Nothing about a notice ever fails the case. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { counterpartTaskQueue, DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import { channelName, noticeKey, type Channel, type NotifyPersonInput, type Recipient, type RecipientGroup } from '../../domain/notice.js';
import { lastTold } from './endings.js';
import { DEADLINE, plannedInstants, WINDOW_END } from './next-instant.js';
import { allowedActions } from './people.js';
import type { Records } from './records.js';
import type { CaseCommand, CaseEvent, CaseState, DeliveryOutcome } from './state.js';

/** A way that has another one after it is given up so soon; the last one is kept at for as long as any message (D3). */
const ONE_OF_SEVERAL = '15 minutes';
const LAST_WAY = '72 hours';

const { notifyPerson } = proxyActivities<Pick<Activities, 'notifyPerson'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/** Where a notice goes that would reach nobody. */
const ABOVE: Record<RecipientGroup, RecipientGroup | null> = { liaison: 'supervisor', supervisor: 'operations', operations: null };

type Notify = Extract<CaseCommand, { do: 'notify' }>;

/** The case that a notice is about. */
interface Case {
  /** As it is at the time of asking: each way is told of it as it then is. */
  state: () => CaseState;
  /** Takes the outcome of each way that was tried. */
  hear: (event: CaseEvent) => void;
  records: Records;
}

/** Tells whoever is meant; back when each of them has it, or nothing is left to try. */
export async function notifyPeople(command: Notify, about: Case): Promise<void> {
  const { to, recipients } = await findRecipients(command, about);
  // A reminder is for the liaison: whoever gets it instead is told as one above.
  const stage = command.stage === 'reminder' && to !== 'liaison' ? 'escalation' : command.stage;
  await Promise.all(recipients.map((recipient) => reach({ ...command, stage }, recipient, about)));
}

/** @returns those who are meant; where there is nobody, those above them */
async function findRecipients(
  { to, ledgerStage, liaisonId }: Notify,
  { hear, records }: Case,
): Promise<{ to: RecipientGroup; recipients: Recipient[] }> {
  let group = to;
  for (;;) {
    const found = await records.resolveRecipients({ to: group, liaisonId, at: Date.now() }).catch((): Recipient[] => []);
    const recipients = found.filter(
      ({ personId, channels }, index) => channels.length > 0 && found.findIndex((other) => other.personId === personId) === index,
    );
    if (recipients.length > 0) return { to: group, recipients };
    hear({ type: 'notice_without_recipient', stage: ledgerStage, to: group });
    const above = ABOVE[group];
    if (above === null) return { to: group, recipients };
    group = above;
  }
}

/** Tries a person's ways in turn, until one has brought the notice. */
async function reach(command: Notify, recipient: Recipient, { state, hear, records }: Case): Promise<void> {
  const { personId, onBehalfOf, channels } = recipient;
  for (const [index, channel] of channels.entries()) {
    const input = noticeOf(state(), command, recipient, channel);
    if (input === null) return;
    const outcome = await deliver(input, records, index === channels.length - 1);
    hear({ type: 'notice_settled', stage: command.ledgerStage, personId, onBehalfOf, channel: channelName(channel), outcome });
    if (outcome === 'delivered') return;
  }
}

async function deliver(input: NotifyPersonInput, { settleMessage }: Records, isLast: boolean): Promise<DeliveryOutcome> {
  const { caseId, ledgerStage, personId, channel } = input;
  const counterpartId = channel.type === 'email' ? DEFAULT_COUNTERPARTS.mail : channel.counterpartId;
  try {
    const options = {
      taskQueue: counterpartTaskQueue(workflowInfo().taskQueue, counterpartId),
      scheduleToCloseTimeout: isLast ? LAST_WAY : ONE_OF_SEVERAL,
      summary: `Notify ${personId} (${ledgerStage}) by ${channelName(channel)}`,
    } as const;
    await notifyPerson.executeWithOptions(options, [input]);
    return 'delivered';
  } catch {
    const key = noticeKey(caseId, ledgerStage, personId, channel);
    return settleMessage({ key, as: 'dead' }).catch((): DeliveryOutcome => 'unknown');
  }
}

/** @returns null before the case has been decided: nobody is told of it then */
function noticeOf(state: CaseState, command: Notify, { personId, onBehalfOf }: Recipient, channel: Channel): NotifyPersonInput | null {
  const { caseId, orderId, reviewRound, reason, firstFailureAt, windowEndsAt, deadlineAt, status, statusReason, shadow } = state;
  if (reason === null || firstFailureAt === null || windowEndsAt === null || deadlineAt === null) return null;
  const { stage, ledgerStage, liaisonId } = command;
  return {
    caseId,
    orderId,
    reviewRound,
    stage,
    ledgerStage,
    personId,
    onBehalfOf,
    channel,
    liaisonId,
    reason,
    firstFailureAt,
    windowEndsAt,
    deadlineAt,
    status,
    statusReason,
    next: plannedInstants(state).find(({ what }) => what !== WINDOW_END && what !== DEADLINE) ?? null,
    actions: allowedActions(state),
    buyerToldEarly: lastTold(state)?.kind === 'review_succeeded',
    acknowledgedBy: state.acknowledgement?.by ?? null,
    caseAt: Date.now(),
    shadow,
  };
}
