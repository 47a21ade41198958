/**
 * The whole house in one process, over real sockets: a database and a task queue of its own on the run's shared servers,
 * worker, relay, API and sandbox.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import type { Logger } from 'pino';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities, type Activities } from '../../src/activities/index.js';
import { createMailer, type Mailer } from '../../src/activities/liaison/mailer.js';
import { createVendorActivities } from '../../src/activities/vendor/activities.js';
import { createApp } from '../../src/api/app.js';
import { createConsole, type Console } from '../../src/api/console/console.js';
import { createPeople, type People } from '../../src/api/person-tokens.js';
import type { ApiLimits } from '../../src/api/dependencies.js';
import type { StreamLimits } from '../../src/api/events/stream.js';
import { createApiServer, type ServerLimits } from '../../src/api/server.js';
import { createCounterparts, type Counterparts } from '../../src/counterparts/caller.js';
import { createNetworks } from '../../src/counterparts/networks.js';
import { openDatabase, type Database } from '../../src/db/database.js';
import { seedPolicies } from '../../src/db/policies.js';
import { seedSampleLiaisons } from '../../src/db/reference-data.js';
import { ensureConfiguredCounterparts, listCounterparts } from '../../src/db/counterparts.js';
import { seedSampleVendors } from '../../src/db/vendors.js';
import { SUBSCRIBERS } from '../../src/domain/subscription.js';
import type { VendorActivities } from '../../src/domain/placement-effects.js';
import { startDeliveries, type Deliveries } from '../../src/inbox/deliveries.js';
import { createInbox } from '../../src/inbox/inbox.js';
import { startNudging, type Nudging } from '../../src/inbox/nudging.js';
import { startPublishing, type Publishing } from '../../src/inbox/publishing.js';
import { startRelay, type Relay } from '../../src/inbox/relay.js';
import { createLogger } from '../../src/log.js';
import type { OidcClient, OidcConfig } from '../../src/oidc-settings.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { connectClient, connectWorker } from '../../src/temporal/connection.js';
import { startCounterpartWorkers, type CounterpartWorkers } from '../../src/temporal/counterpart-workers.js';
import { createWorker } from '../../src/temporal/worker.js';
import { HouseView } from './house-view.js';
import { LIAISON_KEY, LINK_KEY, LOOPBACK, PLATFORM_KEY, REVIEW_KEY, SEALING, VENDOR_KEY, WEBHOOK_SECRET } from './house-settings.js';
import './temporal-runtime.js';
import { createTestDatabase, dropTestDatabase, fromEnvironment } from './servers.js';

export interface HouseOptions {
  /** Without a worker, what is accepted stays where it is. */
  worker?: boolean;
  counterpartTimeoutMs?: number;
  /** Whose tokens are taken. */
  people?: { config: OidcConfig; cooldownMs?: number };
  /** People of that issuer sign in to the console. */
  console?: {
    client: OidcClient;
    /** Of its build. */
    directory?: string;
    sandbox?: boolean;
    /** The name by which browsers reach it: `localhost` is another site than 127.0.0.1, where the issuer is. */
    host?: string;
  };
  serverLimits?: Partial<ServerLimits>;
  log?: Logger;
  limits?: Partial<ApiLimits>;
  streams?: Partial<StreamLimits>;
}

export class House extends HouseView {
  static async start(options: HouseOptions = {}): Promise<House> {
    const house = new House();
    await house.#start(options);
    return house;
  }

  db!: Database;
  counterparts!: Counterparts;
  databaseUrl!: string;
  #dataDir!: string;
  #relay!: Relay;
  #deliveries!: Deliveries;
  #publishing!: Publishing;
  #nudging!: Nudging;
  #server!: Server;
  #connection!: NativeConnection;
  #closeClient!: () => Promise<void>;
  #mailer: Mailer | undefined;
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;
  #counterpartWorkers: CounterpartWorkers | undefined;

  async #start({ worker = true, counterpartTimeoutMs = 1500, log = createLogger('test', 'silent'), ...more }: HouseOptions): Promise<void> {
    this.serverLimits = more.serverLimits ?? {};
    this.limits = more.limits ?? {};
    this.streams = more.streams ?? {};
    const temporal = { address: fromEnvironment('TEST_TEMPORAL_ADDRESS'), namespace: 'default' };
    this.databaseUrl = await createTestDatabase();
    this.db = openDatabase(this.databaseUrl, 30);
    await seedPolicies(this.db);
    await seedSampleLiaisons(this.db);
    this.#dataDir = await mkdtemp(join(tmpdir(), 'holdpoint-house-'));
    this.sandbox = await startSandbox({
      dataDir: this.#dataDir,
      reviewKey: REVIEW_KEY,
      liaisonKey: LIAISON_KEY,
      vendorKey: VENDOR_KEY,
      webhookSecret: WEBHOOK_SECRET,
    });
    await seedSampleVendors(this.db, this.sandbox.urls.vendor);
    const { buyer, review } = this.sandbox.urls;
    await ensureConfiguredCounterparts(this.db, { buyerServerUrl: buyer, reviewServerUrl: review, timeoutMs: counterpartTimeoutMs });
    this.counterparts = this.newCounterparts();
    const connected = connectClient(temporal);
    this.client = connected.client;
    this.#closeClient = () => connected.connection.close();
    const handingOver = { db: this.db, client: this.client, taskQueue: this.taskQueue, log };
    this.#relay = startRelay(handingOver);
    this.#deliveries = startDeliveries(handingOver);
    this.#publishing = startPublishing(handingOver);
    this.#nudging = startNudging(handingOver);
    await this.#startApi(log, more);
    await this.control('PUT', '/settings', { holdpointUrl: this.apiUrl });
    this.#connection = await connectWorker(temporal);
    this.timeoutMs = counterpartTimeoutMs;
    if (worker) await this.startWorker();
  }

  timeoutMs = 1500;
  consoleUrl: string | null = null;
  serverLimits: Partial<ServerLimits> = {};
  limits: Partial<ApiLimits> = {};
  streams: Partial<StreamLimits> = {};

  /** What other sides are called with; a change of theirs is seen at once. @param allowed networks beside the public ones */
  newCounterparts({ allowed = LOOPBACK.split(','), db = this.db }: { allowed?: string[]; db?: Database } = {}): Counterparts {
    const networks = createNetworks({ allowed });
    return createCounterparts({ db, sealing: SEALING, networks, defaultWebhookSecret: WEBHOOK_SECRET, cacheMs: 0 });
  }

  async #startApi(log: Logger, { people: given, console: signIn }: HouseOptions): Promise<void> {
    let app: Express | undefined;
    // The app knows its own address: the port first.
    this.#server = createApiServer((request, response) => app?.(request, response), this.serverLimits);
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.apiUrl = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.consoleUrl = signIn === undefined ? null : `${this.apiUrl}/console`;
    const people = given && createPeople(this.db, given.config, given.cooldownMs);
    app = createApp({
      db: this.db,
      inbox: createInbox(this.db, this.#relay.wake),
      client: this.client,
      namespace: 'default',
      keys: [
        { name: 'review-server', key: REVIEW_KEY },
        { name: 'liaison-server', key: LIAISON_KEY },
        { name: 'vendor', key: VENDOR_KEY },
        { name: 'platform', key: PLATFORM_KEY },
      ],
      people,
      console: given && people && signIn && this.#console(people, given.config.issuer, signIn, log),
      consoleDirectory: signIn?.directory,
      temporalUiUrl: 'http://ui.example',
      linkKey: LINK_KEY,
      sealing: SEALING,
      counterparts: this.counterparts,
      // The worker is in this process too, and keeps its event loop busy.
      limits: { maxWaitMs: Infinity, ...this.limits },
      streams: this.streams,
      checkAnswers: true,
      log,
      wake: this.#relay.wake,
      wakeDeliveries: this.#deliveries.wake,
    });
  }

  #console(people: People, issuer: string, given: NonNullable<HouseOptions['console']>, log: Logger): Console {
    const { client, sandbox = false, host = '127.0.0.1' } = given;
    const sandboxUrl = sandbox ? this.sandbox.urls.control : undefined;
    const publicUrl = this.apiUrl.replace('127.0.0.1', host);
    return createConsole({ db: this.db, sealing: SEALING, people, issuer, client, publicUrl, sandboxUrl, log });
  }

  /** The activities against this house's database and sandbox. */
  activities(db: Database = this.db): Activities {
    this.#mailer ??= createMailer(this.sandbox.urls.smtp, this.timeoutMs);
    return createActivities({
      db,
      counterparts: this.counterparts,
      liaison: { mailer: this.#mailer, from: 'Holdpoint <holdpoint@test.example>', publicUrl: this.apiUrl, consoleUrl: this.consoleUrl },
      linkKey: LINK_KEY,
    });
  }

  vendorActivities(): VendorActivities {
    return createVendorActivities(this.db, this.counterparts);
  }

  /** Workers of this house for its counterparts; who starts them stops them. */
  async newCounterpartWorkers(activities: Partial<Activities> & VendorActivities): Promise<CounterpartWorkers> {
    return startCounterpartWorkers({
      connect: () => connectWorker({ address: fromEnvironment('TEST_TEMPORAL_ADDRESS'), namespace: 'default' }),
      namespace: 'default',
      taskQueue: this.taskQueue,
      activities,
      counterparts: async () => [...(await listCounterparts(this.db)), SUBSCRIBERS],
      onTrouble: (error, what) => console.error(what, error),
      lookEveryMs: 200,
      shutdownGraceTime: '2 seconds',
    });
  }

  async startWorker(): Promise<void> {
    this.#worker = await this.newWorker(this.#connection, this.activities());
    this.#running = this.#worker.run();
    this.#counterpartWorkers = await this.newCounterpartWorkers({ ...this.activities(), ...this.vendorActivities() });
  }

  async newWorker(connection: NativeConnection, activities: Activities): Promise<Worker> {
    return createWorker({
      connection,
      namespace: 'default',
      taskQueue: this.taskQueue,
      workflowBundle: fromEnvironment('TEST_WORKFLOW_BUNDLE'),
      shutdownGraceTime: '2 seconds',
      activities,
    });
  }

  async stopWorker(): Promise<void> {
    this.#worker?.shutdown();
    await Promise.all([this.#running, this.#counterpartWorkers?.stop()]);
    this.#mailer?.close();
    this.#mailer = undefined;
    this.#worker = undefined;
    this.#counterpartWorkers = undefined;
    this.#running = undefined;
  }

  /** Stops everything, and sees that no workflow task of this house ever failed. */
  async stop(): Promise<void> {
    await this.stopWorker();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all([this.#relay.stop(), this.#deliveries.stop(), this.#publishing.stop(), this.#nudging.stop()]);
    await this.sandbox.stop();
    await this.#connection.close();
    await this.#closeClient();
    await this.counterparts.close();
    await this.db.$disconnect();
    await dropTestDatabase(this.databaseUrl);
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

export { eventually } from './eventually.js';
export type { Answer } from './house-view.js';
export * from './house-settings.js';
export { sampleOrder } from './sample-order.js';
