/** The judge of a run's placements: what the vendors have, what became of each, who was told, and how often. */
import type { Accepted } from '../e2e/audit.js';
import type { Arrival, Effects, LedgerMessage } from '../support/deployment-wire.js';
import type { PlannedPlacement } from './placement-plan.js';

/** What a run left behind, as it is looked at from outside. */
export interface Remains {
  /** As the API shows them. */
  placements: any[];
  events: any[];
  effects: Effects;
  arrivals: Arrival[];
  ledger: LedgerMessage[];
}

export interface PlacementsFound {
  lost: string[];
  doubled: string[];
  endedWrong: { orderId: string; what: string }[];
  /** Those that the kills kept from their result before their deadline, or from hearing a "no". */
  explained: number;
}

/** Failures of which it is known that nothing will be delivered: a refund is due. */
const SURE = new Set(['failed LOST', 'failed VENDOR_REFUSED', 'failed VENDOR_UNREACHABLE', 'failed NOT_PLACED']);
const AT_DEADLINE = new Set(['failed DEADLINE_PASSED', 'failed OUTCOME_UNKNOWN', 'failed NOT_PLACED']);
const LAST_WORDS = new Set(['DELIVERED', 'LOST']);

export function judgePlacements(planned: PlannedPlacement[], accepted: Accepted[], remains: Remains): PlacementsFound {
  const found = planned.map((plan) => judge(plan, ofOrder(plan.orderId, remains)));
  return {
    lost: accepted.flatMap((request) => lost(request, remains)),
    doubled: found.flatMap(({ doubled }) => doubled),
    endedWrong: found.flatMap(({ wrong }, index) => wrong.map((what) => ({ orderId: planned[index]?.orderId ?? '', what }))),
    explained: found.filter(({ explained }) => explained).length,
  };
}

function ofOrder(orderId: string, { placements, events, effects, arrivals, ledger }: Remains): Remains {
  const own = <Item extends { orderId: string | null }>(items: Item[]): Item[] => items.filter((item) => item.orderId === orderId);
  const { vendor, customer, refunds, inbox, notices } = effects;
  const lists = { vendor: own(vendor), customer: own(customer), refunds: own(refunds), inbox: own(inbox), notices: own(notices) };
  const ours = { events: own(events), arrivals: own(arrivals), ledger: own(ledger) };
  return { placements: own(placements), effects: { ...effects, ...lists }, ...ours };
}

function lost({ eventId, orderId }: Accepted, { placements, events }: Remains): string[] {
  const heard = events.some((event) => event.eventId === eventId && event.state === 'handed_over' && event.disposition !== null);
  const there = placements.some((one) => one.orderId === orderId);
  return [...(heard ? [] : [`${eventId} was not heard`]), ...(there ? [] : [`${eventId} has no placement`])];
}

function judge(plan: PlannedPlacement, remains: Remains): { doubled: string[]; wrong: string[]; explained: boolean } {
  const { orderId } = plan;
  const { placements, effects } = remains;
  const [row] = placements;
  const doubled = [...secondOrders(plan, remains), ...(placements.length > 1 ? [`${placements.length} placements of ${orderId}`] : [])];
  if (row === undefined) return { doubled, wrong: [`${orderId} has no placement`], explained: false };
  const seen = endOf(row);
  const scripted = seen === plan.ends;
  const explained = !scripted && isExplained(plan, seen, row, remains);
  const wrong = [
    ...(scripted || explained ? [] : [`${orderId} (${plan.kind}, ${plan.vendorId}) must end ${plan.ends}, and is ${seen}`]),
    ...untrue(seen, orderId, effects),
    ...toldWrong(seen, orderId, remains),
  ];
  return { doubled, wrong, explained };
}

/** `succeeded`, or `failed REASON`. */
function endOf({ status, statusReason }: { status: string; statusReason: string }): string {
  return status === 'failed' ? `failed ${statusReason}` : status;
}

/** Never a second order; nor a second request to a vendor that takes repetitions for new ones, where the first may have arrived. */
function secondOrders({ orderId, vendorId, idempotent, scenario }: PlannedPlacement, { effects, arrivals }: Remains): string[] {
  const orders = effects.vendor.map(({ placementNumber }) => placementNumber);
  const requests = arrivals.filter(({ side, method, path }) => side === 'vendor' && method === 'POST' && path?.endsWith('/orders'));
  const again = requests.filter(({ body, call }) =>
    requests.some(
      (other) => other.body?.placementNumber === body?.placementNumber && (other.call ?? 0) < (call ?? 0) && mayHaveActed(scenario, other),
    ),
  );
  const numbers = new Set(requests.map(({ body }) => body?.placementNumber));
  const keys = new Set(requests.map(({ body, headers }) => `${body?.placementNumber} ${headers['idempotency-key']}`));
  return [
    ...(orders.length > 1 ? [`${vendorId} has ${orders.length} orders of ${orderId}: ${orders.join()}`] : []),
    ...(idempotent ? [] : again.map(({ body }) => `${body?.placementNumber} was sent to ${vendorId} again`)),
    ...(keys.size > numbers.size ? [`${orderId} was sent under several keys: ${[...keys].join()}`] : []),
  ];
}

/** By the script only "too many requests" says that it surely has not. */
function mayHaveActed({ faults }: PlannedPlacement['scenario'], { call }: Arrival): boolean {
  const fault = faults.find((one) => one.side === 'vendor' && call !== null && call >= one.call && call <= (one.until ?? one.call));
  return fault?.do !== '429';
}

/** The kills took all its time; or the vendor's "no" was not heard, and what then became of it is by the vendor's words. */
function isExplained({ kind }: PlannedPlacement, seen: string, row: any, { effects, ledger }: Remains): boolean {
  const atDeadline = Date.parse(row.endedAt) >= Date.parse(row.deadlineAt) - 1000;
  if (AT_DEADLINE.has(seen) && atDeadline) return true;
  const unheard = ledger.some(({ counterpart, attempts }) => counterpart === 'vendor' && attempts.some(isUnheard));
  if (kind === 'refused') return unheard && seen === 'succeeded';
  // Its push came too late: an API was down, or the placement was over before.
  const pushedAt = effects.notices.map(({ at }) => Date.parse(at));
  return kind === 'pushed' && seen === 'failed MAX_POLLS_EXCEEDED' && pushedAt.every((at) => at >= Date.parse(row.endedAt));
}

function isUnheard({ outcome }: { outcome: string | null }): boolean {
  return outcome === null || outcome === 'unknown';
}

/** What it ended with against what the vendor has. */
function untrue(seen: string, orderId: string, { vendor, notices }: Effects): string[] {
  const [order] = vendor;
  const said = order === undefined ? 'nothing' : LAST_WORDS.has(order.status) || notices.length === 0 ? order.status : 'a push';
  const what = `${orderId} is ${seen}, and the vendor says ${said}`;
  if (seen === 'succeeded') return said === 'DELIVERED' || said === 'a push' ? [] : [what];
  if (seen === 'failed LOST') return said === 'LOST' || said === 'a push' ? [] : [what];
  return SURE.has(seen) && order !== undefined ? [what] : [];
}

/** The customer once by each channel, under one key; the platform of a refund exactly when it is due. */
function toldWrong(seen: string, orderId: string, { effects, arrivals, ledger }: Remains): string[] {
  // Still on its way: it stands among the rows without an end.
  if (ledger.some(({ state }) => state === 'sending')) return [];
  const silent = seen === 'failed OUTCOME_UNKNOWN';
  const heard = effects.customer.map((message) => endOf({ status: message.status, statusReason: message.reason ?? '' }));
  const mails = new Set(effects.inbox.map(({ messageId }) => messageId)).size;
  const keys = new Set(arrivals.filter(({ side }) => side === 'customer').map(({ headers }) => headers['idempotency-key'])).size;
  const wanted = silent ? 0 : 1;
  const refunds = SURE.has(seen) ? 1 : 0;
  const asWanted = [
    heard.join() === (silent ? '' : seen),
    mails === wanted,
    keys === wanted,
    effects.refunds.length === refunds && effects.refunds.every(({ reason }) => seen === `failed ${reason}`),
  ];
  if (asWanted.every(Boolean)) return [];
  const told = { heard, mails, keys, refunds: effects.refunds.map(({ reason }) => reason) };
  return [`who was told of ${orderId} (${seen}): ${JSON.stringify(told)}`];
}
