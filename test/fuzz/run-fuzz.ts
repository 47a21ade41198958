/**
 * `npm run fuzz`: Schemathesis over the whole contract, on servers of its own; longer than the test of the same name.
 *
 *   npm run fuzz                          5 minutes, seed 1
 *   npm run fuzz -- --seconds 60 --seed 7
 */
import { parseArgs } from 'node:util';
import { withHouse } from '../../scripts/with-house.js';
import { HandIssuer } from '../support/hand-issuer.js';
import type { House } from '../support/house.js';
import { buyersAsPeers, liaisonsAsPeers } from './fuzz-peers.js';
import { fuzz, seedForFuzzing } from './fuzz-run.js';
import { findSchemathesis, type FuzzProgram } from './schemathesis.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } } });
const program = await findSchemathesis(process.env);
if ('missing' in program) {
  console.error(program.missing);
  process.exit(2);
}
const issuer = await HandIssuer.start();
try {
  await withHouse(run, { people: { config: issuer.config } });
} finally {
  await issuer.stop();
}

async function run(house: House): Promise<void> {
  await seedForFuzzing(house);
  const [seed, seconds] = [Number(values.seed), Number(values.seconds)];
  const peers = [await buyersAsPeers(house), await liaisonsAsPeers(issuer)];
  const report = await fuzz(house, { program: program as FuzzProgram, seed, seconds, peers, say: console.log });
  for (const { operation, check, text } of report.failures) console.log(`\n${operation}: ${check}\n${text}`);
  if (report.trouble !== '') console.error(report.trouble);
  const { tried, operations, cases, chained, failures } = report;
  console.log(
    `\n${tried} of ${operations} operations, ${cases} cases, ${chained} of them in chains, ${failures.length} failures, seed ${seed}`,
  );
  process.exitCode = report.failures.length > 0 || report.trouble !== '' ? 1 : 0;
}
