/**
 * `npm run save-histories`: lives a few cases and placements on real servers and saves their histories to test/histories, for the replay
 * test. Run it when a workflow changed on purpose; histories of a released version stay as they are.
 *
 *   npm run save-histories                  all
 *   npm run save-histories -- placement     those whose name contains one of these
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { placementWorkflowIdOf, workflowIdOf } from '../src/domain/identifiers.js';
import { SEED_PLACEMENT_POLICY } from '../src/domain/placement-policy.js';
import { subscriptionWorkflowIdOf } from '../src/domain/subscription.js';
import { fromRoot } from '../src/package-root.js';
import { fastForward } from '../src/temporal/fast-forward.js';
import { eventually, sampleOrder, type House } from '../test/support/house.js';
import { Placing } from '../test/support/placing.js';
import { ScriptedServer } from '../test/support/scripted-server.js';
import { withHouse } from './with-house.js';

const HOUR = 3_600_000;
type Life = (house: House, orderId: string) => Promise<void>;

const open = async (house: House, orderId: string, scenario: object): Promise<void> => {
  await house.scenario(orderId, scenario);
  await house.fail(orderId, { order: sampleOrder(orderId) });
  await house.untilStatus(orderId, 'held');
  await house.untilBuyerHeard(orderId, 1);
  await house.untilMailed(orderId, 1);
};
const askTwice =
  (answer: string): Life =>
  async (house, orderId) => {
    await open(house, orderId, { review: ['fail:STOCK_SHORT', 'pass'], answer, delayMs: 20 });
    await house.toNext(orderId);
    await house.until(orderId, ({ status, reviewAttempts }) => status === 'held' && reviewAttempts === 1, 'held again');
    await house.toNext(orderId);
  };

const LIVES: Record<string, Life> = {
  'approved-at-once': askTwice('inline'),
  'approved-by-notice': askTwice('notice'),
  rejected: async (house, orderId) =>
    void (await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'PROHIBITED_GOODS' } })),
  'order-unknown': async (house, orderId) => void (await house.fail(orderId)),
  declined: async (house, orderId) => {
    await open(house, orderId, { review: ['pass'], answer: 'never' });
    await house.toNext(orderId);
    await house.untilStatus(orderId, 'in_review');
    await house.api('POST', `/v1/review-cases/${orderId}/decline`, { by: 'l-1', note: 'no' });
  },
  expired: async (house, orderId) => {
    await open(house, orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.skip(orderId, 25 * HOUR);
    await house.untilStatus(orderId, 'awaiting_liaison');
    await house.skip(orderId, 48 * HOUR);
  },
};

/** Places an order and lives it; back when it has ended, or is about to. @returns the order's id */
type PlacementLife = (placing: Placing) => Promise<string>;

/** From one planned instant to the next, to the end. */
const toTheEnd = async (placing: Placing, orderId: string): Promise<string> => {
  for (let found = await placing.of(orderId); found === null || found.endedAt === null;) found = await placing.toNext(orderId);
  return orderId;
};
const placed = async (placing: Placing): Promise<string> => {
  const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
  await placing.until(orderId, ({ status, nextAction }) => status === 'placed' && nextAction !== null, 'placed');
  return orderId;
};

const PLACEMENT_LIVES: Record<string, PlacementLife> = {
  'placement-delivered': async (placing) =>
    toTheEnd(placing, await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] })),
  'placement-max-polls': async (placing) => {
    await placing.usePolicy({ poll: { ...SEED_PLACEMENT_POLICY.poll, maximum: 4 }, promisedMs: 6 * HOUR });
    const orderId = await toTheEnd(placing, await placed(placing));
    await placing.usePolicy({});
    return orderId;
  },
  'placement-pushed': async (placing) => {
    const orderId = await placed(placing);
    await placing.push(orderId, { status: 'OUT_FOR_DELIVERY', description: 'on its last way', occurredAt: '2026-01-03T07:00:00Z' });
    await placing.toNext(orderId);
    await placing.push(orderId, { status: 'DELIVERED', description: 'signed by Li', occurredAt: '2026-01-03T08:00:00Z' });
    return orderId;
  },
  'placement-answer-lost': async (placing) => {
    const scenario = { vendor: ['ACCEPTED', 'IN_TRANSIT', 'DELIVERED'], faults: [{ side: 'vendor', call: 1, do: 'drop-after-acting' }] };
    return toTheEnd(placing, await placing.place(scenario, { vendorId: 'points-mall' }));
  },
  'placement-cancelled': async (placing) => {
    const orderId = await placed(placing);
    await placing.house.api('POST', `/v1/placements/${orderId}/cancel`, { by: 'Kim', note: 'changed their mind' });
    return orderId;
  },
};

/** A subscription whose receiver fails once, and then has nothing left to get. @returns its workflow's id */
const subscribed = async (house: House): Promise<string> => {
  const server: ScriptedServer = new ScriptedServer(() => ({ status: server.received.length === 1 ? 500 : 200 }));
  await server.start();
  const asked = { name: 'history', url: server.url, types: ['case.opened'] };
  const { body } = await house.api('POST', '/v1/subscriptions', asked);
  const workflowId = subscriptionWorkflowIdOf(body.id);
  await house.fail(house.newOrderId(), { reason: { type: 'PROHIBITED_GOODS' } });
  const until = (count: number) => eventually(async () => (server.received.length === count ? true : undefined), `${count} calls`);
  await until(1);
  await fastForward(house.client, workflowId, 10_000);
  await until(2);
  await house.client.workflow.getHandle(workflowId).result();
  await server.stop();
  return workflowId;
};

const save = async (house: House, name: string, workflowId: string): Promise<void> => {
  const handle = house.client.workflow.getHandle(workflowId);
  const { status = 'over', statusReason = null } = ((await handle.result()) ?? {}) as { status?: string; statusReason?: string | null };
  const history = await handle.fetchHistory();
  await writeFile(fromRoot('test', 'histories', `${name}.json`), `${historyToJSON(history)}\n`);
  console.log(`${name}: ${status} ${statusReason ?? ''}, ${history.events?.length} events`);
};

const wanted = process.argv.slice(2);
const isWanted = ([name]: [string, unknown]): boolean => wanted.length === 0 || wanted.some((word) => name.includes(word));

await withHouse(async (house) => {
  await mkdir(fromRoot('test', 'histories'), { recursive: true });
  for (const [name, live] of Object.entries(LIVES).filter(isWanted)) {
    const orderId = house.newOrderId();
    await live(house, orderId);
    await save(house, name, workflowIdOf((await house.workflowEnded(orderId)).caseId));
  }
  const placing = new Placing(house);
  for (const [name, live] of Object.entries(PLACEMENT_LIVES).filter(isWanted)) {
    await save(house, name, placementWorkflowIdOf(await live(placing), 1));
  }
  if (isWanted(['subscription', null])) await save(house, 'subscription', await subscribed(house));
});
process.exit(0);
