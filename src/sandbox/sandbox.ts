import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ArrivalLog } from './arrival-log.js';
import { buyerRoutes } from './buyer-server.js';
import { startControlServer } from './control-server.js';
import { customerRoutes } from './customer-server.js';
import type { Listener } from './http-listener.js';
import { startHttpSide, type SideContext } from './http-side.js';
import { liaisonNoticeRoutes } from './liaison-notices.js';
import { liaisonRoutes } from './liaison-server.js';
import { startMailServer, type MailServer } from './mail-server.js';
import { NoticeSender } from './notice-sender.js';
import type { SandboxOptions, SandboxPorts } from './options.js';
import { Outages } from './outages.js';
import { OwedAnswers } from './owed-answers.js';
import { ReviewServer } from './review-server.js';
import { webhookKey as keyOfSecret } from './signature.js';
import { SandboxState } from './state.js';
import { vendorRoutes } from './vendor-server.js';

export { loadSandboxOptions, type SandboxOptions, type SandboxPorts } from './options.js';

export interface Sandbox {
  /** The ports that were chosen. */
  ports: SandboxPorts;
  /** Base addresses without a trailing slash; `smtp` is `smtp://host:port`. */
  urls: Record<keyof SandboxPorts, string>;
  /** Stops at once, hanging connections included; what is owed stays in the data folder for the next start. */
  stop: () => Promise<void>;
}

/**
 * Starts the simulated other sides, with all that an earlier run in the same data folder left. One folder serves one
 * sandbox at a time. @throws when a port is taken or the folder holds something unreadable; nothing runs then
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  mkdirSync(options.dataDir, { recursive: true });
  const log = new ArrivalLog(join(options.dataDir, 'arrivals.jsonl'));
  const state = new SandboxState(join(options.dataDir, 'journal.jsonl'));
  const running: Array<Listener | MailServer> = [];
  const onError = options.onError ?? ((error: unknown) => console.error(error));
  const { reviewKey: review = null, liaisonKey: liaison = null, vendorKey: vendor = null } = options;
  const webhookKey = secretKey(options.webhookSecret);
  const sender = new NoticeSender({ state, keys: { review, liaison, vendor }, webhookKey, onError });
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.close()));
    await sender.stop();
    log.close();
    state.close();
  };
  try {
    const ports = await startServers(options, { log, state, sender, webhookKey, onError }, running);
    setHoldpointUrl(state, options.holdpointUrl);
    for (const notice of state.openNotices.values()) sender.take(notice);
    return { ports, urls: urlsOf(options.host ?? '127.0.0.1', ports), stop: onlyOnce(stop) };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  log: ArrivalLog;
  state: SandboxState;
  sender: NoticeSender;
  webhookKey: Buffer | null;
  onError: (error: unknown) => void;
}

async function startServers(
  options: SandboxOptions,
  { log, state, sender, webhookKey, onError }: Parts,
  running: Array<Listener | MailServer>,
): Promise<SandboxPorts> {
  const host = options.host ?? '127.0.0.1';
  const wanted = options.ports ?? {};
  const owed = new OwedAnswers();
  const outages = new Outages();
  const scenarioOf = state.scenarioOf.bind(state);
  const context: SideContext = { host, log, owed, outages, scenarioOf, webhookKey, onError };
  const onNotice = sender.take.bind(sender);
  const keep = <Running extends Listener | MailServer>(server: Running): Running => {
    running.push(server);
    return server;
  };
  const control = keep(await startControlServer({ host, port: wanted.control ?? 0, log, state, sender, owed, outages, onError }));
  const buyer = keep(await startHttpSide('buyer', wanted.buyer ?? 0, buyerRoutes(state), context));
  const reviewRoutes = new ReviewServer({ state, onNotice }).routes();
  const review = keep(await startHttpSide('review', wanted.review ?? 0, reviewRoutes, context));
  const asking = { state, onNotice, reviewUrl: () => addressOf(host, review.port) };
  const liaison = keep(
    await startHttpSide(
      'liaison',
      wanted.liaison ?? 0,
      [...liaisonRoutes(asking), ...liaisonNoticeRoutes(state, options.dingtalkSecret)],
      context,
    ),
  );
  const smtp = keep(await startMailServer({ host, port: wanted.smtp ?? 0, log, owed, outages, state, scenarioOf, onError }));
  const vendor = keep(await startHttpSide('vendor', wanted.vendor ?? 0, vendorRoutes({ state, onNotice }), context));
  const customer = keep(await startHttpSide('customer', wanted.customer ?? 0, customerRoutes(state), context));
  return {
    control: control.port,
    buyer: buyer.port,
    review: review.port,
    liaison: liaison.port,
    smtp: smtp.port,
    vendor: vendor.port,
    customer: customer.port,
  };
}

function secretKey(secret: string | undefined): Buffer | null {
  const key = secret === undefined ? null : keyOfSecret(secret);
  if (secret !== undefined && key === null) throw new Error('the webhook secret is no whsec_ secret');
  return key;
}

function setHoldpointUrl(state: SandboxState, holdpointUrl: string | undefined): void {
  if (holdpointUrl === undefined || holdpointUrl === state.holdpointUrl) return;
  state.record({ kind: 'settings', holdpointUrl });
}

function urlsOf(host: string, ports: SandboxPorts): Record<keyof SandboxPorts, string> {
  return {
    control: addressOf(host, ports.control),
    buyer: addressOf(host, ports.buyer),
    review: addressOf(host, ports.review),
    liaison: addressOf(host, ports.liaison),
    smtp: addressOf(host, ports.smtp).replace('http:', 'smtp:'),
    vendor: addressOf(host, ports.vendor),
    customer: addressOf(host, ports.customer),
  };
}

/** A server that listens on every address is reached at the loopback one. */
function addressOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function onlyOnce(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => (stopping ??= stop());
}
