/**
 * A deployment as in production: sandbox, APIs and workers as processes of their own, on a database and a task queue of its own.
 * It is looked at only from outside: through the API, the sandbox and Temporal.
 */
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import getPort from 'get-port';
import { openDatabase } from '../../src/db/database.js';
import { addPolicy, seedPolicies } from '../../src/db/policies.js';
import { seedSampleLiaisons } from '../../src/db/reference-data.js';
import { workflowIdOf } from '../../src/domain/identifiers.js';
import { SEED_REVIEW_POLICY, type ReviewPolicy } from '../../src/domain/review-policy.js';
import { SEED_PLACEMENT_POLICY } from '../../src/domain/placement-policy.js';
import type { PlacementRules } from '../../src/domain/placement-rules.js';
import type { Vendor } from '../../src/domain/vendor.js';
import { sampleVendors } from '../../src/db/sample-vendors.js';
import { saveVendor } from '../../src/db/vendors.js';
import type { SandboxPorts } from '../../src/sandbox/sandbox.js';
import { connectClient } from '../../src/temporal/connection.js';
import { fastForward } from '../../src/temporal/fast-forward.js';
import { call, type Arrival, type Effects, type LedgerMessage } from './deployment-wire.js';
import {
  eventually,
  LIAISON_KEY,
  LINK_KEY,
  LOOPBACK,
  REVIEW_KEY,
  sampleOrder,
  SECRETS_KEY,
  VENDOR_KEY,
  WEBHOOK_SECRET,
  type Answer,
} from './house.js';
import { answersOk, Program, type ProgramOptions } from './processes.js';
import { buildPrograms } from './production-build.js';
import { createTestDatabase, dropTestDatabase, fromEnvironment } from './servers.js';
import { removeTemporaryDirectory, temporaryDirectory } from './temporary-directory.js';

// An event that came in while a workflow task was being completed is Temporal's ordinary way of having it heard first.
const { WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

type Env = Record<string, string>;

/** An API and where it is. */
export interface Api {
  program: Program;
  url: string;
}

export interface DeploymentOptions {
  /** Where the programs find Temporal; default: the tests' server itself. */
  temporalAddress?: string;
  /** Servers of its own instead of the tests'; the database has the template of `createTemplate`. */
  servers?: { temporalAddress: string; databaseUrl: string };
  /** What differs from the seeded policy. */
  policy?: Partial<ReviewPolicy>;
  /** The checkout whose API and worker run, on this one's schema; default: this one. */
  root?: string;
  /** With the sample vendors at the sandbox: what differs from them, and from the seeded policy of placements. */
  placements?: { policy: Partial<PlacementRules>; vendors: Partial<Vendor> };
}

export class Deployment {
  static async start(options: DeploymentOptions = {}): Promise<Deployment> {
    await buildPrograms();
    if (options.root !== undefined) await buildPrograms(options.root);
    const deployment = new Deployment();
    await deployment.#start(options);
    return deployment;
  }

  readonly taskQueue = `e2e-${randomBytes(6).toString('hex')}`;
  client!: Client;
  /** All that were started, those killed included. */
  readonly programs: Program[] = [];
  #api: Api | undefined;
  #databaseUrl!: string;
  #dataDir!: string;
  #temporalAddress!: string;
  #closeClient!: () => Promise<void>;
  #ports!: Record<keyof SandboxPorts, number>;
  #root: string | undefined;
  #counter = 0;
  #stopped = false;

  async #start({ temporalAddress, servers, policy, placements, root }: DeploymentOptions): Promise<void> {
    this.#root = root;
    const address = servers?.temporalAddress ?? fromEnvironment('TEST_TEMPORAL_ADDRESS');
    this.#temporalAddress = temporalAddress ?? address;
    this.#databaseUrl = await createTestDatabase(servers?.databaseUrl);
    this.#dataDir = temporaryDirectory('e2e');
    const { client, connection } = connectClient({ address, namespace: 'default' });
    this.client = client;
    this.#closeClient = () => connection.close();
    await this.usePolicy(policy);
    await this.#startSandbox();
    if (placements !== undefined) await this.#useVendors(placements);
  }

  async #useVendors({ policy, vendors }: NonNullable<DeploymentOptions['placements']>): Promise<void> {
    const db = openDatabase(this.#databaseUrl, 1);
    try {
      const base = { ...SEED_PLACEMENT_POLICY, ...policy };
      await addPolicy(db, 'placement', { base, rules: [] }, { who: 'test', why: 'end to end', effectiveFrom: new Date(0) });
      for (const vendor of sampleVendors(this.#at('vendor'))) await saveVendor(db, { ...vendor, ...vendors });
    } finally {
      await db.$disconnect();
    }
  }

  /** Puts reference data in place, and a policy that cases opened from now on follow. */
  async usePolicy(changes: Partial<ReviewPolicy> = {}): Promise<void> {
    const db = openDatabase(this.#databaseUrl, 1);
    try {
      await seedPolicies(db);
      await seedSampleLiaisons(db);
      const base = { ...SEED_REVIEW_POLICY, ...changes };
      await addPolicy(db, 'review', { base, rules: [] }, { who: 'test', why: 'end to end', effectiveFrom: new Date(0) });
    } finally {
      await db.$disconnect();
    }
  }

  async #startSandbox(): Promise<void> {
    const sides = ['control', 'buyer', 'review', 'liaison', 'smtp', 'vendor', 'customer'] as const;
    const chosen = await Promise.all(sides.map(async (side) => [side, await getPort()] as const));
    this.#ports = Object.fromEntries(chosen) as Record<keyof SandboxPorts, number>;
    const ports = Object.entries(this.#ports).map(([side, port]) => [`SANDBOX_${side.toUpperCase()}_PORT`, String(port)]);
    const program = this.#run('sandbox', {
      ...Object.fromEntries(ports),
      SANDBOX_DATA_DIR: this.#dataDir,
      SANDBOX_REVIEW_KEY: REVIEW_KEY,
      SANDBOX_LIAISON_KEY: LIAISON_KEY,
      SANDBOX_VENDOR_KEY: VENDOR_KEY,
      SANDBOX_WEBHOOK_SECRET: WEBHOOK_SECRET,
    });
    await program.ready(() => answersOk(`${this.#at('control')}/healthz`));
  }

  /** @throws Error after the end, so that what a failed test left under way starts nothing more */
  #run(name: Program['name'], env: Env, options: ProgramOptions = {}): Program {
    if (this.#stopped) throw new Error(`${name} not started: the deployment has been stopped`);
    const program = new Program(name, env, options);
    this.programs.push(program);
    return program;
  }

  get databaseUrl(): string {
    return this.#databaseUrl;
  }

  /** Where the simulated sides are, and the file of what arrived at them. */
  get otherSides(): { buyer: string; review: string; smtp: string; arrivalsFile: string } {
    const smtp = `smtp://127.0.0.1:${this.#ports.smtp}`;
    return { buyer: this.#at('buyer'), review: this.#at('review'), smtp, arrivalsFile: join(this.#dataDir, 'arrivals.jsonl') };
  }

  /** The webhook of customers. */
  get customerUrl(): string {
    return `${this.#at('customer')}/webhook`;
  }

  #at(side: 'control' | 'buyer' | 'review' | 'vendor' | 'customer'): string {
    return `http://127.0.0.1:${this.#ports[side]}`;
  }

  #ofRoot(): ProgramOptions {
    return this.#root === undefined ? {} : { root: this.#root };
  }

  #common(): Env {
    return {
      DATABASE_URL: this.#databaseUrl,
      TEMPORAL_ADDRESS: this.#temporalAddress,
      HOLDPOINT_TASK_QUEUE: this.taskQueue,
      HOLDPOINT_LINK_KEY: LINK_KEY,
      HOLDPOINT_SECRETS_KEY: SECRETS_KEY,
      HOLDPOINT_WEBHOOK_SECRET: WEBHOOK_SECRET,
      HOLDPOINT_ALLOWED_NETWORKS: LOOPBACK,
      HOLDPOINT_LOG_LEVEL: 'warn',
    };
  }

  /** Starts an API; the one started last is asked by default, and is where the sandbox's notices go. */
  async startApi(env: Env = {}, nodeArgs: string[] = []): Promise<Api> {
    const port = await getPort();
    const keys = `review-server:${REVIEW_KEY},liaison-server:${LIAISON_KEY},vendor:${VENDOR_KEY}`;
    const settings = { ...this.#common(), HOLDPOINT_PORT: String(port), HOLDPOINT_API_KEYS: keys, ...env };
    const program = this.#run('api', settings, { ...this.#ofRoot(), nodeArgs });
    const url = `http://127.0.0.1:${port}`;
    await program.ready(() => answersOk(`${url}/readyz`));
    this.#api = { program, url };
    await this.control('PUT', '/settings', { holdpointUrl: url });
    return { program, url };
  }

  async startWorker(env: Env = {}, nodeArgs: string[] = []): Promise<Program> {
    const port = await getPort();
    const { buyer, review, smtp } = this.otherSides;
    const settings = {
      ...this.#common(),
      HOLDPOINT_HEALTH_PORT: String(port),
      HOLDPOINT_BUYER_SERVER_URL: buyer,
      HOLDPOINT_REVIEW_SERVER_URL: review,
      HOLDPOINT_SMTP_URL: smtp,
      ...env,
    };
    const program = this.#run('worker', settings, { ...this.#ofRoot(), nodeArgs });
    await program.ready(() => answersOk(`http://127.0.0.1:${port}/readyz`));
    return program;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.programs.filter(({ ending }) => ending === undefined).map((program) => program.kill()));
    await this.#closeClient();
    await dropTestDatabase(this.#databaseUrl);
    removeTemporaryDirectory(this.#dataDir);
  }

  /** An order id that no other test has. */
  newOrderId(prefix = 'P'): string {
    this.#counter += 1;
    return `${prefix}-${this.taskQueue.slice(4)}-${this.#counter}`;
  }

  /** Calls an API with the review server's key; a POST with an Idempotency-Key of its own, if none is given. */
  async api(
    method: string,
    path: string,
    body?: object,
    { url = this.#api?.url, headers = {} }: { url?: string; headers?: Env } = {},
  ): Promise<Answer> {
    const once: Env = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
    return call(method, `${url}${path}`, body, { authorization: `Bearer ${REVIEW_KEY}`, ...once, ...headers });
  }

  async control(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await call(method, `${this.#at('control')}${path}`, body, { accept: 'application/json' });
    assert.ok(answer.status < 300, `sandbox ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async scenario(orderId: string, scenario: object): Promise<void> {
    await this.control('PUT', `/scenarios/${orderId}`, scenario);
  }

  /** A review-failure notice of an order, with its document. */
  notice(orderId: string, more: object = {}): { eventId: string; orderId: string } {
    const reason = { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' };
    const given = { reason, order: sampleOrder(orderId), ...more };
    return { eventId: `rf-${orderId}`, orderId, ...given };
  }

  /** Sends a review-failure notice and sees it accepted. */
  async fail(orderId: string, more: object = {}): Promise<Answer> {
    const answer = await this.api('POST', '/v1/review-failures', this.notice(orderId, more));
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return answer;
  }

  /** Every raw arrival, of one order or of all, in order. */
  async arrivals(orderId?: string): Promise<Arrival[]> {
    const all: Arrival[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const order: string = orderId === undefined ? '' : `&orderId=${orderId}`;
      const answer: Answer = await this.control('GET', `/arrivals?after=${after}${order}`);
      all.push(...answer.body);
      after = answer.headers.get('x-next-after');
    }
    return all;
  }

  async effects(orderId?: string): Promise<Effects> {
    return (await this.control('GET', `/effects${orderId === undefined ? '' : `?orderId=${orderId}`}`)).body;
  }

  /** The whole ledger, or an order's part of it. */
  async ledger(orderId?: string): Promise<LedgerMessage[]> {
    return this.#all(`/v1/messages?limit=200${orderId === undefined ? '' : `&orderId=${orderId}`}`);
  }

  async cases(): Promise<any[]> {
    return this.#all('/v1/review-cases?limit=200');
  }

  async placements(filter = ''): Promise<any[]> {
    return this.#all(`/v1/placements?limit=200${filter}`);
  }

  async inboundEvents(): Promise<any[]> {
    return this.#all('/v1/inbound-events?limit=200');
  }

  async #all(path: string): Promise<any[]> {
    const items: any[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer: Answer = await this.api('GET', cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      items.push(...answer.body.items);
      cursor = answer.body.nextCursor;
    }
    return items;
  }

  async caseOf(orderId: string): Promise<any> {
    const answer = await this.api('GET', `/v1/review-cases/${orderId}`);
    return answer.status === 200 ? answer.body : null;
  }

  /** Waits until the case is as wanted, or says how it is. */
  async until(orderId: string, wanted: (reviewCase: any) => boolean, what: string, limitMs = 40_000): Promise<any> {
    const ask = async (): Promise<any> => {
      const found = await this.caseOf(orderId);
      return found !== null && wanted(found) ? found : undefined;
    };
    return eventually(ask, async () => `${what}; the case is ${JSON.stringify(await this.caseOf(orderId))}; ${this.report()}`, limitMs);
  }

  async untilStatus(orderId: string, status: string, limitMs?: number): Promise<any> {
    return this.until(orderId, (found) => found.status === status, `case of ${orderId} becomes ${status}`, limitMs);
  }

  /** Waits until no event waits in the inbox and no message is on its way. */
  async settled(limitMs = 40_000): Promise<void> {
    const open = async (): Promise<object[]> => {
      const [events, messages] = await Promise.all([this.inboundEvents(), this.ledger()]);
      return [...events.filter(({ state }) => state === 'pending'), ...messages.filter(({ state }) => state === 'sending')];
    };
    await eventually(
      async () => ((await open()).length === 0 ? true : undefined),
      async () => `settled: ${JSON.stringify(await open())}`,
      limitMs,
    );
  }

  /** Moves the case's clock to its next planned instant; never while the sandbox still owes an answer. */
  async toNext(orderId: string): Promise<void> {
    const found = await this.until(orderId, ({ nextAction }) => nextAction !== null, `case of ${orderId} has a next action`);
    const owesNothing = async () => ((await this.control('GET', `/owed?orderId=${orderId}`)).body.owed === 0 ? true : undefined);
    await eventually(owesNothing, `the sandbox owes nothing to ${orderId}`);
    const aheadMs = Date.parse(found.caseAt) - Date.parse(found.asOf);
    const ms = Date.parse(found.nextAction.at) - (Date.now() + aheadMs) + 500;
    await fastForward(this.client, workflowIdOf(found.caseId), Math.max(ms, 1000));
  }

  /** Waits for the run's end, and sees that none of its workflow tasks failed for a fault of ours. */
  async workflowEnded(caseId: string): Promise<{ status: string; statusReason: string | null }> {
    const handle = this.client.workflow.getHandle(workflowIdOf(caseId));
    const result = await this.client.withDeadline(Date.now() + 40_000, () => handle.result());
    const { events } = await handle.fetchHistory();
    const failed = (events ?? [])
      .flatMap((event) => event.workflowTaskFailedEventAttributes ?? [])
      .filter(({ cause }) => cause !== WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND);
    assert.deepEqual(failed, [], `failed workflow tasks of ${caseId}`);
    return result;
  }

  /** How the programs are, and what they wrote: for messages of failures. */
  report(): string {
    return this.programs.map((program) => program.report()).join('');
  }
}
