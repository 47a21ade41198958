/**
 * `npm run figures`: what one case costs, "held → asked again twice → approved" on real servers without time skipping, and how
 * long the source files are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { addPolicy } from '../src/db/policies.js';
import { SEED_REVIEW_POLICY } from '../src/domain/review-policy.js';
import { workflowIdOf } from '../src/domain/identifiers.js';
import { fromRoot } from '../src/package-root.js';
import { sampleOrder, type House } from '../test/support/house.js';
import { billableActions } from './billable-actions.js';
import { withHouse } from './with-house.js';

const { EventType } = proto.temporal.api.enums.v1;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

const LIMITS = { inline: { events: 60, tasks: 10 }, notice: { events: 75, tasks: 12 } } as const;
/** Real waits, short ones: as short as a policy may be, and half again. */
const DELAYS = { firstDelayMs: 1500, intervalMs: 1500, capMs: 1500, coefficient: 1, jitter: 0, retryWindowMs: 600_000 };
const POLICY = { ...SEED_REVIEW_POLICY, ...DELAYS, retryWindowMs: 600_000 };

await withHouse(async (house) => {
  await addPolicy(
    house.db,
    'review',
    { base: POLICY, rules: [] },
    { who: 'figures', why: 'waits without skipping', effectiveFrom: new Date(0) },
  );
  for (const answer of ['inline', 'notice'] as const) await measureCase(house, answer);
});
measureSources();
process.exit(process.exitCode ?? 0);

/** Runs one case to its end and prints what its history holds. */
async function measureCase(house: House, answer: 'inline' | 'notice'): Promise<void> {
  const orderId = house.newOrderId('FIGURES');
  const startedAt = performance.now();
  await house.scenario(orderId, { review: ['fail:STOCK_SHORT', 'pass'], answer, delayMs: answer === 'notice' ? 500 : 0 });
  await house.fail(orderId, { order: sampleOrder(orderId) });
  const { status } = await house.workflowEnded(orderId);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { history, bytes } = await historyOf(house, `${orderId}/1`);
  const tasks = history.filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED).length;
  const actions = billableActions(history);
  const limit = LIMITS[answer];
  const within = history.length <= limit.events && tasks <= limit.tasks;
  if (!within || status !== 'approved') process.exitCode = 1;
  console.log(`\nheld → asked again twice → ${status}, answers ${answer === 'inline' ? 'at once' : 'by notice'} (${seconds} s)`);
  console.log(`  history events   ${history.length} (at most ${limit.events})`);
  console.log(`  workflow tasks   ${tasks} (at most ${limit.tasks})${within ? '' : '   OVER'}`);
  console.log(`  billable actions ${actions.total}: ${entriesOf(actions.byKind)}`);
  console.log(`  history bytes    ${bytes}`);
  console.log(`  by type          ${entriesOf(countBy(history.map(({ eventType }) => nameOf(eventType))))}`);
}

async function historyOf(house: House, caseId: string): Promise<{ history: HistoryEvent[]; bytes: number }> {
  const handle = house.client.workflow.getHandle(workflowIdOf(caseId));
  const [{ events }, description] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  return { history: events ?? [], bytes: Number(description.raw.workflowExecutionInfo?.historySizeBytes ?? 0) };
}

function nameOf(type: HistoryEvent['eventType']): string {
  return String(EventType[type ?? 0])
    .replace('EVENT_TYPE_', '')
    .toLowerCase();
}

/** Lines per file of our own sources, generated ones left out. */
function measureSources(): void {
  const names = readdirSync(fromRoot('src'), { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const files = names
    .filter((name) => name.endsWith('.ts') && !name.includes('/generated/'))
    .map((name) => ({ name, lines: readFileSync(fromRoot('src', name), 'utf8').trimEnd().split('\n').length }))
    .toSorted((a, b) => a.lines - b.lines);
  const middle = (files.length - 1) / 2;
  const median = ((files[Math.floor(middle)]?.lines ?? 0) + (files[Math.ceil(middle)]?.lines ?? 0)) / 2;
  const largest = files.at(-1);
  console.log(`\nsource files ${files.length}, lines per file: median ${median}, largest ${largest?.lines} (src/${largest?.name})`);
}

function countBy(keys: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function entriesOf(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ');
}
