/**
 * Plays random lives of placements against the pure rules: random policies and terms, people, pushes, a clock of its own, and a
 * vendor that keeps its own truth: which orders it really has, whatever answers get lost.
 */
import fc from 'fast-check';
import { placementIdOf } from '../../src/domain/identifiers.js';
import type { OpenPlacementResult } from '../../src/domain/placement-effects.js';
import { SEED_PLACEMENT_POLICY, type PlacementPolicy } from '../../src/domain/placement-policy.js';
import type { PlacementCarry } from '../../src/domain/placement-record.js';
import { pollSpanMs } from '../../src/domain/placement-schedule.js';
import type { StatusMeaning, VendorQueryResult, VendorReport, VendorTerms } from '../../src/domain/vendor.js';
import type { PlacementReopening } from '../../src/workflows/order-placement/contract.js';
import { decide } from '../../src/workflows/order-placement/decide.js';
import { nextInstant } from '../../src/workflows/order-placement/next-instant.js';
import { allowedActions, isFromPeople } from '../../src/workflows/order-placement/people.js';
import { isClosed, placementRow } from '../../src/workflows/order-placement/record.js';
import {
  initialState,
  type PlacementCommand,
  type PlacementEvent,
  type PlacementState,
  type Step,
} from '../../src/workflows/order-placement/state.js';

export const START = Date.UTC(2026, 0, 1, 8);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Sound policies, small enough that lives reach their last poll and their deadline. */
export const placementPolicies: fc.Arbitrary<PlacementPolicy> = fc
  .record({
    paymentWaitMs: fc.constantFrom(0, HOUR, 30 * HOUR),
    send: fc.record({ initialMs: fc.constant(10_000), coefficient: fc.constant(2), maximum: fc.integer({ min: 1, max: 5 }) }),
    verify: fc.record({
      initialMs: fc.integer({ min: 1000, max: 30 * MINUTE }),
      coefficient: fc.double({ min: 1, max: 3, noNaN: true }),
      maximum: fc.integer({ min: 2, max: 6 }),
    }),
    maxPlacementNumbers: fc.integer({ min: 1, max: 3 }),
    poll: fc.record({
      initialMs: fc.integer({ min: MINUTE, max: 2 * HOUR }),
      intervalMs: fc.integer({ min: MINUTE, max: 2 * HOUR }),
      coefficient: fc.double({ min: 1, max: 4, noNaN: true }),
      capMs: fc.integer({ min: 2 * HOUR, max: 12 * HOUR }),
      jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
      maximum: fc.integer({ min: 1, max: 8 }),
    }),
    extraMs: fc.integer({ min: 0, max: 12 * HOUR }),
    customerUpdates: fc.constantFrom('final' as const, 'each_change' as const),
    reviewed: fc.boolean(),
  })
  .map(({ extraMs, reviewed, send, verify, poll, ...rest }) => {
    // Plain objects, as they come out of JSON: what is drawn has no prototype.
    const drawn = { ...rest, send: { ...send }, verify: { ...verify }, poll: { ...poll } };
    const span = pollSpanMs(drawn);
    const deadlineMs = Math.max(span, drawn.paymentWaitMs) + extraMs;
    const reviewReasons: Record<string, string> = reviewed ? { OUT_OF_STOCK: 'STOCK_SHORT', NOT_PLACED: 'INTERFACE_TIMEOUT' } : {};
    return { ...SEED_PLACEMENT_POLICY, ...drawn, version: 1, promisedMs: span, deadlineMs, reviewReasons };
  });

const vendorTerms: fc.Arbitrary<VendorTerms> = fc.record({
  id: fc.constant('v-1'),
  idempotent: fc.boolean(),
  queryByOurNumber: fc.boolean(),
  settleMs: fc.constantFrom(0, 10 * MINUTE, 5 * HOUR),
  cancellable: fc.boolean(),
});

export interface Setting {
  policy: PlacementPolicy;
  terms: VendorTerms;
  paid: boolean;
  channels: OpenPlacementResult['channels'];
}

export const settings: fc.Arbitrary<Setting> = fc.record({
  policy: placementPolicies,
  terms: vendorTerms,
  paid: fc.integer({ min: 0, max: 4 }).map((draw) => draw > 0),
  channels: fc.constantFrom<Setting['channels'][]>(['webhook', 'email'], ['email'], []),
});

/** One thing that happens: after how long, and which of the choices it takes. */
export interface Happening {
  afterMs: number;
  choice: number;
  random: number;
}

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: 10 * HOUR })),
    choice: fc.nat(1_000_000),
    random: fc.double({ min: 0, max: 0.999999, noNaN: true }),
  }),
  { minLength: 4, maxLength: 50 },
);

export interface Life extends Setting {
  state: PlacementState;
  now: number;
  commands: { at: number; command: PlacementCommand }[];
  /** Calls whose outcome has not been heard. */
  open: PlacementCommand[];
  steps: { event: PlacementEvent; at: number; before: PlacementState; step: Step }[];
  /** The vendor's own truth: `live` it will deliver it, `over` it will not. */
  orders: Map<string, 'live' | 'over'>;
  /** When the vendor is done with an order that it got: until then it may say "not found". */
  settledAt: Map<string, number>;
}

export const MEANINGS: (StatusMeaning | null)[] = [
  { means: 'in_progress' },
  null,
  { means: 'in_progress' },
  { means: 'failed', reason: 'OUT_OF_STOCK' },
  { means: 'succeeded' },
];

export function reportOf(meaning: StatusMeaning | null, more: Partial<VendorReport> = {}): VendorReport {
  const status = meaning === null ? 'ODD' : meaning.means.toUpperCase();
  return { status, meaning, description: `it is ${status}`, vendorOrderId: null, notBefore: null, ...more };
}

export function push(inboundId: string, report: VendorReport, occurredAt: number | null = null): PlacementEvent {
  return { type: 'result_reported', inboundId, sender: 'vendor-v-1', report, occurredAt };
}

/** A placement that has just been opened; with what an earlier opening left, when people opened it again. */
export function openedPlacement(setting: Setting, reopening?: PlacementReopening, before?: Life): Life {
  const opening = (before?.state.opening ?? 0) + 1;
  const ids = {
    placementId: placementIdOf('P', opening),
    orderId: 'P',
    opening,
    vendorId: 'v-1',
    campaign: null,
    inboundId: `in-${opening}`,
  };
  const now = before?.now ?? START;
  const state = initialState({ ...ids, ...(reopening === undefined ? {} : { reopening }) }, now);
  const { orders, settledAt } = before ?? { orders: new Map(), settledAt: new Map() };
  const life: Life = { ...setting, state, now, commands: [], open: [], steps: [], orders, settledAt };
  const { policy, terms, paid, channels } = setting;
  hear(life, { type: 'opened', policy, vendor: { ...terms }, paid, channels, buyerServer: 'buyer-server' }, 0.5);
  return life;
}

export function carryOf(life: Life): PlacementCarry {
  return placementRow(life.state, life.now, 1).carry;
}

export function hear(life: Life, event: PlacementEvent, random: number): void {
  const before = life.state;
  const step = decide(before, event, life.now, random);
  life.steps.push({ event, at: life.now, before, step });
  life.state = step.state;
  for (const command of step.commands) {
    life.commands.push({ at: life.now, command });
    if (command.do !== 'drop_order') life.open.push(command);
  }
}

/** Moves the clock, letting it ring at each planned instant on the way, as the workflow's timer does. */
export function advance(life: Life, ms: number, random: number): void {
  const until = life.now + ms;
  for (let rings = 0; rings < 2000; rings += 1) {
    const next = nextInstant(life.state);
    if (next === null || next.at > until) break;
    life.now = Math.max(life.now, next.at);
    hear(life, { type: 'clock' }, random);
  }
  life.now = Math.max(life.now, until);
}

/** The outcome of a call under way, by the vendor's truth and a draw: answers get lost, and come late. */
export function outcomeOf(life: Life, command: PlacementCommand, draw: number): PlacementEvent {
  switch (command.do) {
    case 'place_order':
      return placed(life, command.placementNumber, command.once, draw);
    case 'query_vendor':
      return { type: 'vendor_queried', ask: command.query.ask, result: queried(life, command.placementNumber, draw) };
    case 'cancel_at_vendor':
      return cancelled(life, command.placementNumber, draw);
    case 'tell_customer': {
      const { sequence, channel } = command.message;
      return { type: 'customer_settled', sequence, channel, outcome: draw % 5 === 0 ? 'unknown' : 'delivered' };
    }
    case 'tell_refund_due':
      return { type: 'refund_settled', outcome: 'delivered' };
    case 'open_review_case':
      return { type: 'review_opened' };
    case 'drop_order':
      throw new Error('a drop has no outcome of its own');
  }
}

function placed(life: Life, number: string, once: boolean, draw: number): PlacementEvent {
  const lost = (outcome: 'refused' | 'dropped' | 'unknown' | 'delivered'): PlacementEvent => ({
    type: 'order_not_placed',
    outcome,
    error: 'x',
  });
  const take = (): void => {
    if (!life.orders.has(number)) life.orders.set(number, 'live');
    life.settledAt.set(number, life.now + life.terms.settleMs);
  };
  // Under a number that it has, a vendor that takes repetitions answers as before; nothing is sent there twice otherwise.
  if (life.orders.has(number) && once) throw new Error(`${number} was sent again to a vendor that takes no repetitions`);
  if (life.orders.has(number)) return { type: 'order_placed', report: reportNow(life, number, draw) };
  switch (draw % 8) {
    case 0:
      return lost('refused');
    case 1:
      return lost('dropped');
    case 2:
      return lost('unknown');
    case 3:
    case 4:
      take();
      return lost('unknown');
    case 5:
      take();
      return lost('delivered');
    default:
      take();
      return { type: 'order_placed', report: reportNow(life, number, draw >> 3) };
  }
}

/** What the vendor says of an order that it has; a final word ends it there, for good. */
export function reportNow(life: Life, number: string, draw: number): VendorReport {
  const vendorOrderId = `V-${number}`;
  if (life.orders.get(number) === 'over') return reportOf({ means: 'failed', reason: 'OUT_OF_STOCK' }, { vendorOrderId });
  const meaning = MEANINGS[draw % (draw % 3 === 0 ? 5 : 3)] ?? null;
  if (meaning?.means === 'failed') life.orders.set(number, 'over');
  const notBefore = draw % 11 === 0 ? life.now + (draw % 97) * HOUR : null;
  return reportOf(meaning, { vendorOrderId, notBefore });
}

function queried(life: Life, number: string, draw: number): VendorQueryResult {
  if (draw % 4 === 0) return { kind: 'no_answer', error: 'x', retryAfterMs: draw % 8 === 0 ? (draw % 60) * MINUTE : null };
  if (!life.orders.has(number)) return { kind: 'not_found' };
  // Before it has settled, the vendor may not know yet what it has.
  if (life.now < (life.settledAt.get(number) ?? 0) && draw % 3 === 0) return { kind: 'not_found' };
  return { kind: 'found', report: reportNow(life, number, draw >> 2) };
}

function cancelled(life: Life, number: string, draw: number): PlacementEvent {
  const refused = draw % 3;
  if (refused === 0) return { type: 'vendor_cancelled', result: { kind: 'refused', error: 'x' } };
  if (refused === 1) return { type: 'vendor_cancelled', result: { kind: 'no_answer', error: 'x' } };
  life.orders.set(number, 'over');
  return { type: 'vendor_cancelled', result: { kind: 'cancelled' } };
}

/** Lets one call under way come out. */
export function settle(life: Life, command: PlacementCommand, draw: number, random = 0.5): void {
  life.open = life.open.filter((other) => other !== command);
  hear(life, outcomeOf(life, command, draw), random);
}

/** One happening: an outcome of a call, a push, a payment, a person, or nothing but time. */
export function happen(life: Life, { afterMs, choice, random }: Happening, index: number): void {
  advance(life, afterMs, random);
  const open = life.open[choice % Math.max(life.open.length, 1)];
  const kind = choice % 10;
  const draw = Math.floor(choice / 10);
  if (kind < 6) return open === undefined ? undefined : settle(life, open, draw, random);
  const event = eventOf(life, kind, draw, index);
  if (event === undefined || (isFromPeople(event) && !allowedActions(life.state).includes(event.type))) return;
  hear(life, event, random);
}

function eventOf(life: Life, kind: number, draw: number, index: number): PlacementEvent | undefined {
  const number = [...life.orders.keys()].at(-1);
  if (kind === 6 || kind === 7) {
    if (number === undefined) return undefined;
    return push(`p-${index}`, reportNow(life, number, draw), draw % 2 === 0 ? START + (draw % 1000) * MINUTE : null);
  }
  if (kind === 8) return { type: 'payment_received', inboundId: `pay-${index}`, sender: 'platform', reference: null };
  const who = { by: 'operations', note: null };
  const words: PlacementEvent[] = [
    { type: 'poll', ...who },
    { type: 'cancel', ...who },
    { type: 'poll', ...who },
    draw % 3 === 0 ? { type: 'resolve', ...who, outcome: 'failed', reason: 'LOST' } : { type: 'poll', ...who },
    draw % 3 === 0 ? { type: 'resolve', ...who, outcome: 'succeeded', reason: null } : { type: 'clock' },
  ];
  return words[draw % words.length];
}

/** Lets everything come to its end: no more outside events, calls come out, the deadline passes. */
export function finish(life: Life, draw = 2): void {
  for (let rounds = 0; rounds < 3000; rounds += 1) {
    for (const command of life.open) settle(life, command, draw + rounds);
    if (isClosed(life.state)) return;
    advance(life, HOUR, 0.5);
  }
  throw new Error(`the life does not end: ${JSON.stringify(life.state)}`);
}

/** A whole random life, up to its end; one that failed may be opened again by people, with what the one before left. */
export function live(setting: Setting, happened: Happening[], reopenings = 0): Life[] {
  const lives: Life[] = [];
  let life = openedPlacement(setting);
  for (let opening = 0; opening <= reopenings; opening += 1) {
    happened.forEach((happening, index) => happen(life, happening, index));
    finish(life, (happened[0]?.choice ?? 0) % 97);
    lives.push(life);
    if (life.state.status !== 'failed' || opening === reopenings) break;
    life = openedPlacement({ ...setting, paid: true }, retryOf(life, happened[0]?.choice ?? 0), life);
  }
  return lives;
}

/** People try again; now and then they have made sure that the vendor does not have it, and then it does not. */
function retryOf(life: Life, choice: number): PlacementReopening {
  const carry = carryOf(life);
  const live = [...life.orders.values()].includes('live');
  const word = { word: 'retry', by: 'operations', note: null, outcome: null, reason: null } as const;
  return { ...word, absenceConfirmed: !live && choice % 2 === 0, carry };
}
