/** The lives that the demo shows: those of orders whose review failed, then those at slow vendors. */
import { isDeepStrictEqual } from 'node:util';
import type { CaseLife, Life, LifeExpectation } from './life.js';
import type { CaseScene } from './case-scene.js';
import type { ExpectedMessage } from './judge.js';
import { SEED_REVIEW_POLICY as POLICY } from '../domain/review-policy.js';
import { PLACEMENT_LIVES } from './placement-lives.js';
import { answerTo } from '../client/client.js';
import { eventually, type Accepted, type FailureNotice } from './stack-calls.js';

const HOUR_MS = 3_600_000;
const EARLY: ExpectedMessage = { kind: 'review_succeeded', provisional: true };
/** Nobody acknowledges the case in a day: told first, reminded, told that no request is left; then the supervisor, and operations. */
const UNHEARD = { mails: 3, escalations: 2 };
const correction = (ending: string): ExpectedMessage => ({ kind: 'review_failed', provisional: false, corrects: 1, ending });

async function approved(scene: CaseScene): Promise<LifeExpectation> {
  await scene.calls.putScenario(scene.orderId, { review: ['fail:STOCK_SHORT', 'pass'], answer: 'notice', delayMs: 150 });
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
  await scene.failedAttempt(1);
  await scene.clock.toNext();
  await scene.ended('approved');
  return { buyer: [EARLY], mails: 1, requests: 2 };
}

async function rejected(scene: CaseScene): Promise<LifeExpectation> {
  await scene.notice('PROHIBITED_GOODS');
  await scene.ended('rejected');
  return { buyer: [{ kind: 'review_failed', provisional: false, ending: 'rejected' }], mails: 0, requests: 0 };
}

async function resolvedByLiaison(scene: CaseScene): Promise<LifeExpectation> {
  await heldThroughWindow(scene);
  await scene.clock.move(HOUR_MS);
  await scene.calls.liaisonResolves(scene.orderId, { liaisonId: 'l-1', note: 'the missing stock has arrived' });
  await scene.ended('approved');
  return { buyer: [EARLY], ...UNHEARD, requests: 'until the window ends', liaison: 1 };
}

/** Nobody is asked for anything but a click: no review request, no system of the liaison's own. */
async function resolvedFromTheMail(scene: CaseScene): Promise<LifeExpectation> {
  await scene.calls.putScenario(scene.orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
  await scene.liaisonFollows('Resolved', 'resolve', 'the missing stock has arrived');
  await scene.ended('approved');
  return { buyer: [EARLY], mails: 1, requests: 0 };
}

async function expired(scene: CaseScene): Promise<LifeExpectation> {
  await heldThroughWindow(scene);
  await scene.clock.move(POLICY.resolutionDeadlineMs);
  await scene.ended('expired');
  return { buyer: [EARLY, { ...correction('expired'), atDeadline: true }], ...UNHEARD, requests: 'until the window ends', lastLooks: 1 };
}

async function heldThroughWindow(scene: CaseScene): Promise<void> {
  await scene.calls.putScenario(scene.orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
  await scene.untilPeopleMustAct();
  // By then all but operations, whose turn may come a moment later.
  await scene.untilTold(1, UNHEARD.mails + UNHEARD.escalations - 1);
}

async function declined(scene: CaseScene): Promise<LifeExpectation> {
  await scene.calls.putScenario(scene.orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
  await scene.failedAttempt(1);
  scene.note('Ingrid Larsson declines');
  const body = { by: 'Ingrid Larsson', note: 'discontinued' };
  const params = { path: { orderId: scene.orderId } };
  await answerTo('decline', scene.calls.operations.POST('/v1/review-cases/{orderId}/decline', { params, body }));
  await scene.ended('declined');
  return { buyer: [EARLY, correction('declined')], mails: 1, requests: 1, lastLooks: 1 };
}

interface StormEvent {
  eventId: string;
  send: () => Promise<Accepted>;
}

/** Four events in forty posts: three failures, the youngest first, then a success among late repetitions. */
async function storm(scene: CaseScene): Promise<LifeExpectation> {
  const failures = [3, 2, 1].map((n) => failureEvent(scene, n));
  const passed = { eventId: `rs-${scene.orderId}`, orderId: scene.orderId, reviewedBy: 'R. Viewer' };
  const success: StormEvent = { eventId: passed.eventId, send: () => scene.calls.reportSuccess(passed) };
  const answers = new Map<string, unknown>();
  scene.note('24 posts at once: three failure notices, the youngest first, each eight times');
  await postAll(scene, interleaved(failures, 8), answers);
  await scene.untilHeld();
  scene.note('16 posts at once: a success ten times, among six late repetitions');
  await postAll(scene, [...interleaved([success, ...failures], 2), ...interleaved([success], 8)], answers);
  await scene.ended('approved');
  return { buyer: [EARLY], mails: 1, requests: 0 };
}

function failureEvent({ orderId, order, calls }: CaseScene, n: number): StormEvent {
  const occurredAt = new Date(Date.now() - 60_000 + n * 1000).toISOString();
  const reason = { type: 'STOCK_SHORT', code: 'DEMO', text: `${n} of 120 in stock` };
  const notice = { eventId: `rf-${orderId}-${n}`, orderId, occurredAt, reason, order: order as FailureNotice['order'] };
  return { eventId: notice.eventId, send: () => calls.reportFailure(notice) };
}

/** Each event `times` over, in turns. */
function interleaved(events: StormEvent[], times: number): StormEvent[] {
  return Array.from({ length: times }, () => events).flat();
}

/** All at the same time; each event is answered alike however often it comes. */
async function postAll(scene: CaseScene, events: StormEvent[], answers: Map<string, unknown>): Promise<void> {
  const sendOne = async ({ eventId, send }: StormEvent): Promise<void> => {
    const answer = await scene.accepted(send());
    const before = answers.get(eventId) ?? answer;
    answers.set(eventId, before);
    if (!isDeepStrictEqual(answer, before)) scene.mistakes.push(`expected: ${eventId} answered as before; seen: ${JSON.stringify(answer)}`);
  };
  await Promise.all(events.map(sendOne));
}

async function unknownThenKnown(scene: CaseScene): Promise<LifeExpectation> {
  const { orderId, calls } = scene;
  await calls.putScenario(orderId, { review: ['pass'], answer: 'inline' });
  await scene.notice('STOCK_SHORT', {});
  await scene.ended('order_unknown');
  const event = await eventually(
    async () => (await calls.inboundEvents(orderId)).find(({ problem }) => problem === 'ORDER_UNKNOWN'),
    () => 'expected: the event shows ORDER_UNKNOWN; seen: no such event',
  );
  const silentUpTo = (await calls.arrivals(orderId)).at(-1)?.seq ?? 0;
  scene.note('the review server knows the order now; operations retry the notice');
  await calls.putScenario(orderId, { review: ['pass'], answer: 'inline', order: scene.order });
  await scene.retried(answerTo('retry', calls.operations.POST('/v1/inbound-events/{id}/retry', { params: { path: { id: event.id } } })));
  await scene.untilHeld();
  await scene.clock.toNext();
  await scene.ended('approved');
  return { buyer: [EARLY], mails: 1, requests: 1, lookups: 2, silentUpTo };
}

/** The life that each order of a folder is walked through. */
export const APPROVED: CaseLife = { title: 'Held, asked twice, approved', script: approved };

export const LIVES: readonly Life[] = [
  APPROVED,
  { title: 'Not preset: the buyer is told the failure', script: rejected },
  { title: 'Window passed: the liaison resolves', script: resolvedByLiaison },
  { title: 'The liaison resolves it from the mail: link, page, button', script: resolvedFromTheMail },
  { title: 'Nobody acts: a correction at the deadline', script: expired },
  { title: 'Declined: a correction at once', script: declined },
  { title: 'A storm of 40 posts: one case, one message, one mail', script: storm },
  { title: 'Unknown order: nobody is told; then known, and retried', script: unknownThenKnown },
  ...PLACEMENT_LIVES,
];
