/** `npm run import -- FILE|DIR… [--reason TYPE] [--dry-run]`: opens cases for open orders, with a report per order. */
import { parseArgs } from 'node:util';
import { importOrder, readOrders } from '../import/import-orders.js';

const USAGE = 'npm run import -- FILE|DIR… [--reason STOCK_SHORT] [--dry-run]   (HOLDPOINT_URL and HOLDPOINT_KEY name the API and a key)';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { reason: { type: 'string', default: 'STOCK_SHORT' }, 'dry-run': { type: 'boolean', default: false } },
});
const key = process.env['HOLDPOINT_KEY'];
if (positionals.length === 0 || key === undefined) {
  process.stderr.write(`${positionals.length === 0 ? 'no file named' : 'HOLDPOINT_KEY is not set'}\n${USAGE}\n`);
  process.exit(2);
}

const options = {
  apiUrl: process.env['HOLDPOINT_URL'] ?? 'http://127.0.0.1:8080',
  key,
  reasonType: values.reason,
  dryRun: values['dry-run'],
};
const counts = new Map<string, number>();
for (const found of await readOrders(positionals)) {
  const { source, orderId, result, detail } = await importOrder(found, options);
  counts.set(result, (counts.get(result) ?? 0) + 1);
  console.log(`${result.padEnd(10)} ${orderId}  ${source}  ${detail}`);
}
console.log([...counts].map(([result, count]) => `${count} ${result}`).join(', ') || 'no orders found (.json, .xml, .csv)');
process.exitCode = counts.has('refused') ? 1 : 0;
