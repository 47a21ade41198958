/** The other systems and people that call in: each sends the same again until it is taken, as real senders do. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Accepted } from '../e2e/audit.js';
import type { Deployment } from '../support/deployment.js';
import { sampleOrder, type Answer } from '../support/house.js';
import type { Fleet } from './fleet.js';
import type { PlannedPlacement } from './placement-plan.js';
import { pick, type PlannedOrder } from './plan.js';

const RESEND_MS = 400;
/** Asked of a case that is not there yet, or whose outcome is not known: asked again. */
const PASSING = new Set([404, 408, 429]);

export interface Sending {
  /** Notices and people's words. */
  accepted: Accepted[];
  /** Requests for placements. */
  placed: Accepted[];
  /** What was answered with a final no, or with another answer than its copy was. */
  wrong: string[];
}

/** Sends all notices and requests at their instants, and what people do afterwards. */
export async function sendAll(
  house: Deployment,
  fleet: Fleet,
  { orders, placements }: { orders: PlannedOrder[]; placements: PlannedPlacement[] },
  random: () => number,
): Promise<Sending> {
  const sending: Sending = { accepted: [], placed: [], wrong: [] };
  const context = { house, fleet, random, sending };
  const begunAt = Date.now();
  await Promise.all([
    ...orders.map((order) => sendOrder(context, order, begunAt)),
    ...placements.map((placement) => sendPlacement(context, placement, begunAt)),
  ]);
  return sending;
}

interface Context {
  house: Deployment;
  fleet: Fleet;
  random: () => number;
  sending: Sending;
}

async function sendOrder(context: Context, order: PlannedOrder, begunAt: number): Promise<void> {
  const { house, sending } = context;
  const { orderId } = order;
  await house.scenario(orderId, order.scenario);
  const notice = house.notice(orderId, order.kind === 'rejected' ? { reason: { type: 'CONTENT_MISMATCH' } } : {});
  const copies = sendCopies(context, order, '/v1/review-failures', notice, begunAt);
  const acting = Promise.race(copies).then(() => actOn(context, order));
  if (await acceptedAlike(context, orderId, copies)) sending.accepted.push({ eventId: notice.eventId, orderId, reviewRound: 1 });
  await acting;
}

/** The platform asks for a placement of a paid order. */
async function sendPlacement(context: Context, placement: PlannedPlacement, begunAt: number): Promise<void> {
  const { house, sending } = context;
  const { orderId, vendorId, scenario } = placement;
  await house.scenario(orderId, scenario);
  const order = sampleOrder(orderId, { payment: { status: 'PAID', paidAt: '2026-01-01T07:00:00Z', reference: `pay-${orderId}` } });
  const email = `${orderId.toLowerCase()}@customer.example`;
  const customer = { id: 'c-1', name: 'Li Na', email, locale: 'en', webhook: house.customerUrl };
  const request = { eventId: `pl-${orderId}`, orderId, vendorId, order, customer };
  const copies = sendCopies(context, placement, '/v1/placements', request, begunAt);
  if (await acceptedAlike(context, orderId, copies)) sending.placed.push({ eventId: request.eventId, orderId, reviewRound: 0 });
}

function sendCopies(
  context: Context,
  { copiesAt }: { copiesAt: number[] },
  path: string,
  body: object,
  begunAt: number,
): Promise<Answer>[] {
  return copiesAt.map(async (at) => {
    await delay(begunAt + at - Date.now());
    return post(context, path, body);
  });
}

/** All copies must get the same answer. @returns whether they were accepted */
async function acceptedAlike({ sending }: Context, orderId: string, copies: Promise<Answer>[]): Promise<boolean> {
  const bodies = (await Promise.all(copies)).filter(({ status }) => status === 202).map(({ body }) => JSON.stringify(body));
  if (new Set(bodies).size !== 1) sending.wrong.push(`${orderId}: its copies were answered ${bodies.join(' and ')}`);
  return bodies.length > 0;
}

/** A liaison declines, or says that the review succeeded. */
async function actOn(context: Context, { orderId, kind, actsAfterMs }: PlannedOrder): Promise<void> {
  if (kind !== 'declined' && kind !== 'resolved') return;
  await delay(actsAfterMs);
  const path = `/v1/review-cases/${orderId}`;
  if (kind === 'declined') {
    await post(context, `${path}/decline`, { by: 'ingrid', note: 'no stock until spring' }, { 'idempotency-key': `decline-${orderId}` });
    return;
  }
  const word = { eventId: `ls-${orderId}`, by: 'ingrid', note: 'the missing stock has arrived' };
  const { status } = await post(context, `${path}/review-succeeded`, word);
  if (status === 202) context.sending.accepted.push({ eventId: word.eventId, orderId, reviewRound: 1 });
}

/** Posts until it is taken, or refused for good; to whichever API runs. */
async function post({ house, fleet, random, sending }: Context, path: string, body: object, headers = {}): Promise<Answer> {
  for (;;) {
    const urls = fleet.apiUrls;
    const answer =
      urls.length === 0 ? undefined : await house.api('POST', path, body, { url: pick(urls, random), headers }).catch(() => undefined);
    if (answer !== undefined && answer.status < 300) return answer;
    // Ended by the same request, whose answer did not come through.
    const done = answer?.status === 409 && path.endsWith('/decline') && answer.body.caseStatus === 'declined';
    if (answer !== undefined && answer.status < 500 && !PASSING.has(answer.status) && !mayPass(answer)) {
      if (!done) sending.wrong.push(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    }
    await delay(RESEND_MS);
  }
}

/** A case that is still being decided takes a decline a moment later; a call that died with its API gives way to the next try of it. */
function mayPass({ status, body }: Answer): boolean {
  return status === 409 && (body.caseStatus === 'deciding' || body.code === 'IDEMPOTENCY_KEY_IN_USE');
}
