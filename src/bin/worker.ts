/** The worker: runs cases, placements and their effects; hands events over to Temporal. */
import { createServer } from 'node:http';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/index.js';
import { createMailer } from '../activities/liaison/mailer.js';
import { createVendorActivities } from '../activities/vendor/activities.js';
import { loadWorkerConfig } from '../config.js';
import { openDatabase } from '../db/database.js';
import { ensureConfiguredCounterparts, listCounterparts } from '../db/counterparts.js';
import { SUBSCRIBERS } from '../domain/subscription.js';
import { startDeliveries } from '../inbox/deliveries.js';
import { startNudging } from '../inbox/nudging.js';
import { startPublishing } from '../inbox/publishing.js';
import { startRelay } from '../inbox/relay.js';
import { createLogger } from '../log.js';
import { fromRoot } from '../package-root.js';
import { findWorkflowBundle } from '../temporal/bundle.js';
import { connectClient, connectWorker } from '../temporal/connection.js';
import { ensureSearchAttributes } from '../temporal/register-search-attributes.js';
import { startCounterpartWorkers } from '../temporal/counterpart-workers.js';
import { createWorker } from '../temporal/worker.js';
import { configured } from './configuration.js';
import { openCounterparts } from './counterparts.js';
import { retried } from './retried.js';
import { onShutdown } from './shutdown.js';

const config = configured(loadWorkerConfig);
const log = createLogger('worker', config.logLevel);
Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => log[level === 'ERROR' ? 'error' : 'warn']({ meta }, message)),
  shutdownSignals: [],
});

const db = openDatabase(config.databaseUrl, 20);
const mailer = createMailer(config.mail.smtpUrl, config.counterparts.timeoutMs);
const { counterparts } = openCounterparts(config, db);
const activities = createActivities({
  db,
  counterparts,
  liaison: { mailer, from: config.mail.from, publicUrl: config.publicUrl, consoleUrl: config.consoleUrl },
  linkKey: config.linkKey,
});

let ready = false;
const health = createServer((request, response) => {
  const ok = request.url === '/healthz' || (request.url === '/readyz' && ready);
  response.writeHead(ok ? 200 : request.url === '/readyz' ? 503 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: ok ? 'ok' : 'not ready' }));
});
health.on('error', (error) => {
  log.fatal({ err: error }, `cannot listen on port ${config.healthPort}`);
  process.exit(1);
});
health.listen(config.healthPort, config.healthHost);

const workflowBundle = await findWorkflowBundle(config.workflowBundle, fromRoot('node_modules', '.cache', 'holdpoint'));
const { client, connection: clientConnection, namespace } = connectClient(config.temporal);
const connection = await retried(log, 'Temporal is not reached', async () => {
  const native = await connectWorker(config.temporal);
  await ensureSearchAttributes(clientConnection, namespace);
  return native;
});
await retried(log, 'the database is not reached', () => ensureConfiguredCounterparts(db, config.counterparts));
const worker = await createWorker({ connection, namespace, taskQueue: config.taskQueue, activities, workflowBundle });
const counterpartWorkers = await startCounterpartWorkers({
  connect: () => connectWorker(config.temporal),
  namespace,
  taskQueue: config.taskQueue,
  activities: { ...activities, ...createVendorActivities(db, counterparts) },
  counterparts: async () => [...(await listCounterparts(db)), SUBSCRIBERS],
  onTrouble: (error, what) => log.warn({ err: error }, what),
});
const handingOver = { db, client, taskQueue: config.taskQueue, log };
const relay = startRelay(handingOver);
const deliveries = startDeliveries(handingOver);
const publishing = startPublishing(handingOver);
const nudging = startNudging(handingOver);

const running = worker.run();
ready = true;
log.info({ taskQueue: config.taskQueue, namespace }, 'worker runs');
onShutdown(log, async () => {
  ready = false;
  worker.shutdown();
  await Promise.all([running, counterpartWorkers.stop()]);
  await Promise.all([relay.stop(), deliveries.stop(), publishing.stop(), nudging.stop()]);
  await Promise.all([connection.close(), clientConnection.close(), db.$disconnect()]);
  mailer.close();
  await counterparts.close();
  health.close();
});
running.catch((error: unknown) => {
  log.fatal({ err: error }, 'worker failed');
  process.exit(1);
});
