/**
 * `npm run save-histories`: lives a few cases on real servers and saves their histories to test/histories, for the replay
 * test. Run it when the workflow changed on purpose; histories of a released version stay as they are.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { fromRoot } from '../src/package-root.js';
import { sampleOrder, type House } from '../test/support/house.js';
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

await withHouse(async (house) => {
  await mkdir(fromRoot('test', 'histories'), { recursive: true });
  for (const [name, live] of Object.entries(LIVES)) {
    const orderId = house.newOrderId();
    await live(house, orderId);
    const { status } = await house.workflowEnded(orderId);
    const history = await house.client.workflow.getHandle(`review-case/${orderId}/1`).fetchHistory();
    await writeFile(fromRoot('test', 'histories', `${name}.json`), `${historyToJSON(history)}\n`);
    console.log(`${name}: ${status}, ${history.events?.length} events`);
  }
});
process.exit(0);
