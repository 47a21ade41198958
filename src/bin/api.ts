/** The API: takes events, shows cases, passes people's actions on; hands events over to Temporal. */
import { createApp } from '../api/app.js';
import { createConsole } from '../api/console/console.js';
import { createPeople } from '../api/person-tokens.js';
import { createApiServer } from '../api/server.js';
import { loadApiConfig } from '../config.js';
import { openDatabase } from '../db/database.js';
import { startDeliveries } from '../inbox/deliveries.js';
import { createInbox } from '../inbox/inbox.js';
import { startNudging } from '../inbox/nudging.js';
import { startPublishing } from '../inbox/publishing.js';
import { startRelay } from '../inbox/relay.js';
import { createLogger } from '../log.js';
import { fromRoot } from '../package-root.js';
import { connectClient } from '../temporal/connection.js';
import { configured } from './configuration.js';
import { openCounterparts } from './counterparts.js';
import { onShutdown } from './shutdown.js';

const config = configured(loadApiConfig);
const log = createLogger('api', config.logLevel);
const db = openDatabase(config.databaseUrl, 20);
const { client, connection, namespace } = connectClient(config.temporal);
const handingOver = { db, client, taskQueue: config.taskQueue, log };
const relay = startRelay(handingOver);
const deliveries = startDeliveries(handingOver);
const publishing = startPublishing(handingOver);
const nudging = startNudging(handingOver);
// People look at what they have just changed: nothing is remembered here.
const { counterparts, sealing } = openCounterparts(config, db, 0);
const { oidc, oidcClient, publicUrl, sandboxUrl } = config;
const people = oidc === undefined ? undefined : createPeople(db, oidc);
const signIn = oidc === undefined || people === undefined ? undefined : { people, issuer: oidc.issuer, client: oidcClient };
const app = createApp({
  db,
  inbox: createInbox(db, relay.wake),
  client,
  namespace,
  keys: config.api.keys,
  people,
  console: signIn && createConsole({ ...signIn, db, sealing, publicUrl, sandboxUrl, log }),
  consoleDirectory: fromRoot('dist', 'console'),
  limits: config.api.limits,
  temporalUiUrl: config.temporalUiUrl,
  linkKey: config.linkKey,
  sealing,
  counterparts,
  log,
  wake: relay.wake,
  wakeDeliveries: deliveries.wake,
});

const server = createApiServer(app);
server.on('error', (error) => {
  log.fatal({ err: error }, `cannot listen on ${config.api.host}:${config.api.port}`);
  process.exit(1);
});
server.listen(config.api.port, config.api.host, () => log.info({ host: config.api.host, port: config.api.port }, 'API listens'));

onShutdown(log, async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection that is busy now is idle soon: none is kept alive for another call.
  const closing = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(closing);
  await Promise.all([relay.stop(), deliveries.stop(), publishing.stop(), nudging.stop()]);
  await connection.close();
  await counterparts.close();
  await db.$disconnect();
});
