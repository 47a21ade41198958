/** The lives that the demo shows: those of orders whose review failed, then those at slow vendors. */
import { isDeepStrictEqual } from 'node:util';
import type { CaseLife, Life, LifeExpectation } from './life.js';
import type { CaseScene } from './case-scene.js';
import type { ExpectedMessage } from './judge.js';
import { PLACEMENT_LIVES } from './placement-lives.js';
import { eventually } from './stack-calls.js';

const HOUR_MS = 3_600_000;
const EARLY: ExpectedMessage = { kind: 'review_succeeded', provisional: true };
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
  return { buyer: [EARLY], mails: 1, requests: 'until the window ends', liaison: 1 };
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
  await scene.clock.toNext();
  await scene.ended('expired');
  return { buyer: [EARLY, { ...correction('expired'), atDeadline: true }], mails: 1, requests: 'until the window ends', lastLooks: 1 };
}

async function heldThroughWindow(scene: CaseScene): Promise<void> {
  await scene.calls.putScenario(scene.orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
  await scene.untilPeopleMustAct();
}

async function declined(scene: CaseScene): Promise<LifeExpectation> {
  await scene.calls.putScenario(scene.orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
  await scene.failedAttempt(1);
  scene.note('Ingrid Larsson declines');
  await scene.calls.asOperations('POST', `/v1/review-cases/${scene.orderId}/decline`, { by: 'Ingrid Larsson', note: 'discontinued' });
  await scene.ended('declined');
  return { buyer: [EARLY, correction('declined')], mails: 1, requests: 1, lastLooks: 1 };
}

interface StormEvent {
  path: string;
  body: { eventId: string; [field: string]: unknown };
}

/** Four events in forty posts: three failures, the youngest first, then a success among late repetitions. */
async function storm(scene: CaseScene): Promise<LifeExpectation> {
  const failures = [3, 2, 1].map((n) => failureEvent(scene, n));
  const success: StormEvent = {
    path: '/v1/review-successes',
    body: { eventId: `rs-${scene.orderId}`, orderId: scene.orderId, reviewedBy: 'R. Viewer' },
  };
  const answers = new Map<string, unknown>();
  scene.note('24 posts at once: three failure notices, the youngest first, each eight times');
  await postAll(scene, interleaved(failures, 8), answers);
  await scene.untilHeld();
  scene.note('16 posts at once: a success ten times, among six late repetitions');
  await postAll(scene, [...interleaved([success, ...failures], 2), ...interleaved([success], 8)], answers);
  await scene.ended('approved');
  return { buyer: [EARLY], mails: 1, requests: 0 };
}

function failureEvent({ orderId, order }: CaseScene, n: number): StormEvent {
  const occurredAt = new Date(Date.now() - 60_000 + n * 1000).toISOString();
  const reason = { type: 'STOCK_SHORT', code: 'DEMO', text: `${n} of 120 in stock` };
  return { path: '/v1/review-failures', body: { eventId: `rf-${orderId}-${n}`, orderId, occurredAt, reason, order } };
}

/** Each event `times` over, in turns. */
function interleaved(events: StormEvent[], times: number): StormEvent[] {
  return Array.from({ length: times }, () => events).flat();
}

/** All at the same time; each event is answered alike however often it comes. */
async function postAll(scene: CaseScene, events: StormEvent[], answers: Map<string, unknown>): Promise<void> {
  const sendOne = async ({ path, body }: StormEvent): Promise<void> => {
    const answer = (await scene.post(path, body)).body;
    const before = answers.get(body.eventId) ?? answer;
    answers.set(body.eventId, before);
    if (!isDeepStrictEqual(answer, before))
      scene.mistakes.push(`expected: ${body.eventId} answered as before; seen: ${JSON.stringify(answer)}`);
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
  await scene.retried(calls.asOperations('POST', `/v1/inbound-events/${event.id}/retry`));
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
