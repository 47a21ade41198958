/** Plays random lives against the pure rules: random policy, random events, random outcomes of effects, a clock of its own. */
import fc from 'fast-check';
import type { EscalationStep } from '../../src/domain/escalation.js';
import { RECIPIENT_GROUPS } from '../../src/domain/notice.js';
import { SEED_REVIEW_POLICY, type ReviewPolicy } from '../../src/domain/review-policy.js';
import { hasEnded } from '../../src/domain/case-status.js';
import { ACTION_OF, allowedActions, rescheduleBounds } from '../../src/workflows/review-case/people.js';
import { decide } from '../../src/workflows/review-case/decide.js';
import { nextInstant } from '../../src/workflows/review-case/next-instant.js';
import { initialState, type CaseCommand, type CaseEvent, type CaseState, type Step } from '../../src/workflows/review-case/state.js';

export const START = Date.UTC(2026, 0, 1, 8);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const policies: fc.Arbitrary<ReviewPolicy> = fc
  .record({
    firstDelayMs: fc.integer({ min: MINUTE, max: 2 * HOUR }),
    // At least this: a policy makes at most 500 requests in its window.
    intervalMs: fc.integer({ min: 10 * MINUTE, max: 2 * HOUR }),
    coefficient: fc.double({ min: 1, max: 4, noNaN: true }),
    jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
    windowExtraMs: fc.integer({ min: 0, max: 24 * HOUR }),
    minGapMs: fc.integer({ min: 0, max: HOUR }),
    answerDeadlineMs: fc.integer({ min: MINUTE, max: 6 * HOUR }),
    maximum: fc.integer({ min: 0, max: 5 }),
    deadlineExtraMs: fc.integer({ min: 0, max: 48 * HOUR }),
    early: fc.boolean(),
    confirmed: fc.boolean(),
    steps: fc.array(fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.constantFrom(...RECIPIENT_GROUPS) }), {
      maxLength: 6,
    }),
  })
  .map((drawn) => ({
    ...SEED_REVIEW_POLICY,
    version: 1,
    firstDelayMs: drawn.firstDelayMs,
    intervalMs: drawn.intervalMs,
    coefficient: drawn.coefficient,
    capMs: drawn.intervalMs * 4,
    jitter: drawn.jitter,
    retryWindowMs: drawn.firstDelayMs + drawn.windowExtraMs,
    minGapMs: drawn.minGapMs,
    answerDeadlineMs: drawn.answerDeadlineMs,
    answerQuery: { initialMs: MINUTE, coefficient: 2, maximum: drawn.maximum },
    resolutionDeadlineMs: drawn.firstDelayMs + drawn.windowExtraMs + drawn.deadlineExtraMs,
    earlySuccess: { default: drawn.early, buyers: {} },
    liaisonWord: drawn.confirmed ? ('confirmed' as const) : ('accepted' as const),
    escalation: {
      steps: ladderOf(drawn.steps, drawn.firstDelayMs + drawn.windowExtraMs + drawn.deadlineExtraMs),
      workingTime: false,
    },
  }));

/** Rising steps before the deadline. */
function ladderOf(drawn: { share: number; to: EscalationStep['to'] }[], deadlineMs: number): EscalationStep[] {
  const steps = drawn.map(({ share, to }) => ({ afterMs: 1000 + Math.floor(share * (deadlineMs - 2000)), to }));
  return steps
    .toSorted((a, b) => a.afterMs - b.afterMs)
    .filter(({ afterMs }, index, all) => index === 0 || afterMs > (all[index - 1]?.afterMs ?? 0));
}

/** One thing that happens: after how long, and which of the choices it takes. */
export interface Happening {
  afterMs: number;
  choice: number;
  random: number;
}

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * HOUR })),
    choice: fc.nat(1_000_000),
    random: fc.double({ min: 0, max: 0.999999, noNaN: true }),
  }),
  { minLength: 8, maxLength: 60 },
);

export interface Life {
  state: CaseState;
  now: number;
  policy: ReviewPolicy;
  commands: { at: number; command: CaseCommand }[];
  steps: { event: CaseEvent; at: number; before: CaseState; step: Step }[];
}

const REASON = { type: 'STOCK_SHORT', code: null, text: null };

export function failure(inboundId: string, reviewRequestId: string | null = null, at = START): CaseEvent {
  return { type: 'review_failed', inboundId, sender: 'review-server', reviewRequestId, reason: REASON, occurredAt: null, receivedAt: at };
}

export function success(inboundId: string, reviewRequestId: string | null = null): CaseEvent {
  const by = { kind: 'review_server' as const, name: 'reviewer', note: null };
  return { type: 'review_succeeded', inboundId, sender: 'review-server', reviewRequestId, by, occurredAt: null };
}

export function word(inboundId: string): CaseEvent {
  const by = { kind: 'liaison' as const, name: 'anna', note: 'seen' };
  return { type: 'review_succeeded', inboundId, sender: 'liaison-server', reviewRequestId: null, by, occurredAt: null };
}

/** A case that has just been decided at START. @param early what it heard before */
export function openedCase(policy: ReviewPolicy, reasonType = 'STOCK_SHORT', early: CaseEvent[] = []): Life {
  const state = initialState({ caseId: 'P/1', orderId: 'P', reviewRound: 1, supersedesCaseId: null }, START);
  const life: Life = { state, now: START, policy, commands: [], steps: [] };
  const first = failure('first') as Extract<CaseEvent, { type: 'review_failed' }>;
  hear(life, { ...first, reason: { ...REASON, type: reasonType } }, 0.5);
  for (const event of early) hear(life, event, 0.5);
  const total = { value: '1', currency: 'EUR' };
  const facts = { revision: 1, buyerId: 'b', buyerName: 'B', buyerOrderNumber: null, total };
  hear(life, { type: 'order_determined', facts, liaisonId: 'l-1', policy }, 0.5);
  return life;
}

export function hear(life: Life, event: CaseEvent, random: number): void {
  const before = life.state;
  const step = decide(before, event, life.now, random);
  life.steps.push({ event, at: life.now, before, step });
  life.state = step.state;
  for (const command of step.commands) life.commands.push({ at: life.now, command });
}

/** Moves the clock, letting it ring at each planned instant on the way, as the workflow's timer does. */
export function advance(life: Life, ms: number, random: number): void {
  const until = life.now + ms;
  for (let rings = 0; rings < 1000; rings += 1) {
    const next = nextInstant(life.state);
    if (next === null || next.at > until) break;
    life.now = Math.max(life.now, next.at);
    hear(life, { type: 'clock' }, random);
  }
  life.now = Math.max(life.now, until);
}

/** Effects under way whose outcome has not been heard. */
function pending(life: Life): CaseCommand[] {
  // A request that never left is made again under its ID: as many outcomes as calls.
  const done = life.steps.map(({ event }) => outcomeKey(event));
  return life.commands
    .map(({ command }) => command)
    .filter((command) => {
      const at = done.indexOf(commandKey(command));
      return at === -1 || (done.splice(at, 1), false);
    });
}

function outcomeKey(event: CaseEvent): string {
  if (event.type === 'request_answered') return `request ${event.reviewRequestId}`;
  if (event.type === 'message_settled') return `message ${event.messageId}`;
  return '';
}

function commandKey(command: CaseCommand): string {
  if (command.do === 'request_review') return `request ${command.request.reviewRequestId}`;
  if (command.do === 'send_buyer_message') return `message ${command.message.messageId}`;
  return command.do;
}

/** One happening: an outcome of an effect, a notice, a person, or a repetition. */
export function happen(life: Life, { afterMs, choice, random }: Happening, index: number): void {
  advance(life, afterMs, random);
  const open = pending(life).filter((command) => command.do === 'request_review' || command.do === 'send_buyer_message');
  const effect = open[choice % Math.max(open.length, 1)];
  const options: (CaseEvent | undefined)[] = [
    effect && outcomeOf(life, effect, choice),
    effect && outcomeOf(life, effect, choice + 1),
    queryOutcome(life, choice),
    failure(`f-${index}`, null),
    failure(`f-${index}`, life.state.request?.reviewRequestId ?? `P.1.${choice % 5}`),
    choice % 17 === 0 ? success(`s-${index}`, life.state.request?.reviewRequestId ?? null) : undefined,
    choice % 11 === 0 ? { type: 'decline', by: 'liaison', note: null } : undefined,
    choice % 13 === 0 ? { type: 'cancel', by: 'buyer', note: null } : undefined,
    choice % 7 === 0 ? word(`w-${index}`) : undefined,
    { type: 'request_review', by: 'liaison', note: null },
    ...peopleEvents(life, choice),
    { type: 'clock' },
  ];
  const event = options[Math.floor(choice / 17) % options.length];
  if (event === undefined || !allowed(life.state, event)) return;
  hear(life, event, random);
}

/** What people do beside asking and ending; a reschedule lies within the bounds, as the validator sees to. */
function peopleEvents(life: Life, choice: number): (CaseEvent | undefined)[] {
  const who = { by: 'operations', note: null };
  const { earliest, latest } = rescheduleBounds(life.state, life.now);
  const longer = {
    ...life.policy,
    version: 2,
    retryWindowMs: life.policy.retryWindowMs + (choice % 7) * HOUR,
    resolutionDeadlineMs: life.policy.resolutionDeadlineMs + 7 * HOUR,
  };
  return [
    { type: choice % 2 === 0 ? 'pause' : 'resume', ...who },
    latest >= earliest ? { type: 'reschedule', ...who, at: earliest + ((latest - earliest) * (choice % 101)) / 100 } : undefined,
    choice % 5 === 0 ? { type: 'change_policy', ...who, policy: longer } : undefined,
    { type: 'reassign', ...who, liaisonId: `l-${choice % 3}` },
    choice % 4 === 0 ? { type: 'acknowledge', ...who } : undefined,
  ];
}

/** Updates pass the validator first. */
function allowed(state: CaseState, event: CaseEvent): boolean {
  return !(event.type in ACTION_OF) || allowedActions(state).includes(ACTION_OF[event.type as keyof typeof ACTION_OF]);
}

function outcomeOf(life: Life, command: CaseCommand, choice: number): CaseEvent | undefined {
  if (command.do === 'send_buyer_message') {
    const outcomes = ['delivered', 'unknown', 'refused', 'dropped'] as const;
    return { type: 'message_settled', messageId: command.message.messageId, outcome: outcomes[choice % 4] ?? 'delivered' };
  }
  if (command.do !== 'request_review') return undefined;
  const answers = [
    { kind: 'failed', reason: REASON },
    { kind: 'accepted' },
    { kind: 'none', reason: REASON },
    { kind: 'failed', reason: REASON },
    { kind: 'succeeded' },
    { kind: 'paused', until: life.now + (choice % 50) * 60_000 },
  ] as const;
  return {
    type: 'request_answered',
    reviewRequestId: command.request.reviewRequestId,
    answer: answers[choice % 6] ?? { kind: 'accepted' },
  };
}

function queryOutcome(life: Life, choice: number): CaseEvent | undefined {
  const asked = life.commands.map(({ command }) => command).findLast((command) => command.do === 'query_result');
  if (asked?.do !== 'query_result' || (life.state.ending === null && life.state.request?.querying !== true)) return undefined;
  const outcomes = [
    { kind: 'pending' },
    { kind: 'unknown' },
    { kind: 'failed', reason: REASON },
    { kind: 'pending' },
    { kind: 'succeeded' },
    { kind: 'paused', until: life.now + (choice % 50) * 60_000 },
  ] as const;
  return {
    type: 'result_queried',
    reviewRequestId: asked.reviewRequestId,
    last: asked.last,
    outcome: outcomes[choice % 6] ?? { kind: 'pending' },
  };
}

/** Lets everything come to its end: no more outside events, effects settle, the deadline passes. */
export function finish(life: Life): void {
  for (let rounds = 0; rounds < 200; rounds += 1) {
    for (const command of pending(life)) {
      if (command.do === 'send_buyer_message')
        hear(life, { type: 'message_settled', messageId: command.message.messageId, outcome: 'delivered' }, 0.5);
      if (command.do === 'request_review')
        hear(
          life,
          { type: 'request_answered', reviewRequestId: command.request.reviewRequestId, answer: { kind: 'none', reason: REASON } },
          0.5,
        );
    }
    if (life.state.ending !== null || life.state.request?.querying) {
      const event = queryOutcome(life, 1);
      if (event !== undefined) hear(life, event, 0.5);
    }
    const unsettled = life.state.messages.some(({ outcome }) => outcome === null);
    if (hasEnded(life.state.status) && !unsettled && !life.state.truthOwed) return;
    advance(life, HOUR, 0.5);
  }
  throw new Error(`the life does not end: ${JSON.stringify(life.state)}`);
}

/** A whole random life. @param life how it begins */
export function live(policy: ReviewPolicy, happened: Happening[], life = openedCase(policy)): Life {
  happened.forEach((happening, index) => happen(life, happening, index));
  return life;
}
