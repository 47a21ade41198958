/** The lives of orders at slow vendors that the demo shows (B). The last word of `vendor` repeats for ever. */
import { answerTo } from '../client/client.js';
import { SEED_PLACEMENT_POLICY as POLICY } from '../domain/placement-policy.js';
import { pollSpanMs } from '../domain/placement-schedule.js';
import { HANDOVER_CAMPAIGN, publishHandover } from './handover-policy.js';
import type { ExpectedTelling } from './judge-placement.js';
import type { PlacementLife, PlacementLifeExpectation } from './life.js';
import type { PlacementScene } from './placement-scene.js';
import { eventually } from './stack-calls.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Told so soon after what it tells of. */
const SOON_MS = 10 * MINUTE_MS;

/** The vendor that takes repetitions under one key, and the one that makes of each request another order. */
const CARRIER = 'swift-post';
const SHOP = 'points-mall';

const delivered = (description: string, after: ExpectedTelling['after']): ExpectedTelling => {
  return { status: 'succeeded', reason: null, description, mailSays: 'completed', after };
};

/** What the carrier says when it takes the parcel, and then to each poll: the eleventh is made some 87 hours later. */
const FOUR_DAYS = [
  ['ACCEPTED', 'LABEL_CREATED', 'PICKED_UP', 'ARRIVED_ORIGIN_HUB', 'DEPARTED_ORIGIN_HUB', 'IN_TRANSIT', 'FLIGHT_DELAYED'],
  ['FLIGHT_DEPARTED', 'CUSTOMS_CLEARED', 'AT_DELIVERY_DEPOT', 'OUT_FOR_DELIVERY', 'DELIVERED'],
].flat();

async function deliveredOnDayFour(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  await scene.calls.putScenario(scene.orderId, { vendor: FOUR_DAYS });
  await scene.place(CARRIER);
  await scene.livedToTheEnd('succeeded');
  const page = await scene.customerLooks();
  if (!page.includes(scene.orderId) || !page.includes('completed'))
    scene.mistakes.push('expected: the link shows "completed"; seen: another page');
  const told = [delivered('delivered', { least: 3 * DAY_MS, most: 4 * DAY_MS })];
  return { vendorId: CARRIER, sent: [1], asked: [FOUR_DAYS.length - 1], told, refund: null };
}

/** The vendor took the order, and its answer was lost. To send it again would be a second order: it is asked instead. */
async function answerLost(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  const faults = [{ side: 'vendor', call: 1, do: 'drop-after-acting' }];
  await scene.calls.putScenario(scene.orderId, { vendor: ['ACCEPTED', 'PICKING', 'DELIVERED'], faults });
  scene.note('the answer to the placement request will be lost');
  await scene.place(SHOP);
  await scene.livedToTheEnd('succeeded');
  return { vendorId: SHOP, sent: [1], asked: [2], told: [delivered('delivered', { least: 0, most: DAY_MS })], refund: null };
}

/** The request itself was lost. Only when the vendor has settled and says twice that it has none is it sent under a new number. */
async function requestLost(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  const faults = [{ side: 'vendor', call: 1, do: 'drop-before-acting' }];
  await scene.calls.putScenario(scene.orderId, { vendor: ['ACCEPTED', 'DELIVERED'], faults });
  scene.note('the placement request will be lost on its way');
  await scene.place(SHOP);
  await scene.livedToTheEnd('succeeded');
  const told = [delivered('delivered', { least: 10 * MINUTE_MS, most: DAY_MS })];
  return { vendorId: SHOP, sent: [1, 1], asked: [REQUESTS_UNTIL_SURE, 1], told, refund: null };
}

/** After 1, 3 and 7 minutes the shop has not settled (10 min); what it says after 15 and 31 minutes counts. */
const REQUESTS_UNTIL_SURE = 5;

/** Nobody knows whether the vendor has the order: neither a "no" nor a refund is told, until a person has found out. */
async function silent(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  const faults = [{ side: 'vendor', call: 1, until: 1000, do: 'drop-after-acting' }];
  await scene.calls.putScenario(scene.orderId, { faults });
  scene.note('the vendor will answer nothing at all');
  await scene.place(SHOP);
  await scene.livedToTheEnd('failed', 'OUTCOME_UNKNOWN');
  const silentUpTo = (await scene.calls.arrivals(scene.orderId)).at(-1)?.seq ?? 0;
  scene.note('Maria Lopez calls the vendor: it has delivered');
  const word = { by: 'Maria Lopez', note: 'delivered, says the vendor on the phone', outcome: 'succeeded' as const };
  const resolving = scene.calls.operations.POST('/v1/placements/{orderId}/resolve', {
    params: { path: { orderId: scene.orderId } },
    body: word,
  });
  await answerTo('the word of a person', resolving);
  await scene.until(({ opening }) => opening === 2, 'a second opening');
  await scene.ended('succeeded');
  const told: ExpectedTelling = { ...delivered('', { least: 0, most: DAY_MS }), description: null };
  return { vendorId: SHOP, sent: [1], asked: [POLICY.verify.maximum], told: [told], refund: null, silentUpTo };
}

/** The vendor never comes to an end with it. After the last poll the customer hears that it is being clarified, not that it failed. */
async function tooManyPolls(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  await scene.calls.putScenario(scene.orderId, { vendor: ['ACCEPTED', 'IN_TRANSIT'] });
  await scene.place(CARRIER);
  await scene.livedToTheEnd('failed', 'MAX_POLLS_EXCEEDED');
  const spanMs = pollSpanMs(POLICY);
  const { jitter, maximum } = POLICY.poll;
  const after = { least: spanMs * (1 - jitter), most: spanMs * (1 + jitter) + SOON_MS };
  const description = 'exceeded the maximum number of polls';
  const told: ExpectedTelling = { status: 'failed', reason: 'MAX_POLLS_EXCEEDED', description, mailSays: 'being clarified', after };
  return { vendorId: CARRIER, sent: [1], asked: [maximum], told: [told], refund: null };
}

/** While the vendor answers a poll, slowly and with old news, its push comes: it counts, and what says otherwise later moves nothing. */
async function pushWins(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  const { orderId, calls } = scene;
  const faults = [{ side: 'vendor', call: 2, do: 'slow:2000' }];
  await calls.putScenario(orderId, { vendor: ['ACCEPTED', 'IN_TRANSIT'], faults });
  await scene.place(CARRIER);
  await scene.until(({ status, nextAction }) => status === 'placed' && nextAction !== null, 'placed');
  const poll = scene.clock.toNext();
  await Promise.all([poll, scene.untilAsked(1).then(() => scene.push('DELIVERED', 'signed for by M. Lind'))]);
  await scene.ended('succeeded');
  await scene.push('LOST', 'cannot be found');
  await eventually(
    async () => (await calls.inboundEvents(orderId)).find(({ problem }) => problem === 'RESULT_CONTRADICTS'),
    () => 'expected: the contradiction is shown; seen: no such event',
  );
  scene.note('the contradiction is shown to people, and moves nothing');
  const told = [delivered('signed for by M. Lind', { least: 0, most: DAY_MS })];
  return { vendorId: CARRIER, sent: [1], asked: [1], told, refund: null };
}

/** The vendor has none left. By the policy of the campaign that is a review's failure: a case is opened, and the review finds stock elsewhere. */
async function handedOver(scene: PlacementScene): Promise<PlacementLifeExpectation> {
  const { orderId, calls } = scene;
  await publishHandover(calls);
  scene.note(`the placement policy of campaign ${HANDOVER_CAMPAIGN}: OUT_OF_STOCK opens a review case`);
  await calls.putScenario(orderId, { vendor: ['OUT_OF_STOCK'], review: ['pass'], answer: 'inline' });
  await scene.place(SHOP, { campaign: HANDOVER_CAMPAIGN });
  await scene.ended('failed', 'OUT_OF_STOCK');
  const reviewCase = await scene.handedOver();
  await reviewCase.clock.toNext();
  await reviewCase.ended('approved');
  scene.mistakes.push(...reviewCase.mistakes);
  const after = { least: 0, most: SOON_MS };
  const told: ExpectedTelling = { status: 'failed', reason: 'OUT_OF_STOCK', description: 'out of stock', mailSays: 'failed', after };
  const buyer = [{ kind: 'review_succeeded', provisional: true }] as const;
  const expectedCase = { buyer, mails: 1, requests: 1, noticed: reviewCase.noticed };
  return { vendorId: SHOP, sent: [1], asked: [], told: [told], refund: 'OUT_OF_STOCK', reviewCase: expectedCase };
}

export const PLACEMENT_LIVES: readonly PlacementLife[] = [
  { title: 'At a slow vendor: delivered on day 4', placed: deliveredOnDayFour },
  { title: 'The vendor’s answer is lost: asked, and no second order', placed: answerLost },
  { title: 'The request is lost: surely not there, then sent anew', placed: requestLost },
  { title: 'A silent vendor: nothing is told that nobody knows', placed: silent },
  { title: 'Never a final word: 14 polls, then the truth', placed: tooManyPolls },
  { title: 'A push overtakes the poll under way; a contradiction moves nothing', placed: pushWins },
  { title: 'Out of stock at the vendor: handed over to a review case', placed: handedOver },
];
