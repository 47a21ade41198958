/** How the demo reaches a stack: the API as its callers do, the sandbox's control and liaison server, and Temporal. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { answerTo, createHoldpointClient, type AnswerOf, type BodyOf, type HoldpointClient } from '../client/client.js';
import type { Arrival } from '../sandbox/arrival-log.js';

/** Where a running stack is, and the keys it knows. Addresses without a slash at the end. */
export interface DemoStack {
  apiUrl: string;
  sandboxUrl: string;
  liaisonUrl: string;
  /** Where the sandbox's customer takes messages. */
  customerUrl: string;
  keys: { reviewServer: string; platform: string; vendor: string; operations: string };
  client: Client;
}

export type CaseView = AnswerOf<'/v1/review-cases/{orderId}'>;

/** As much of a placement as the API shows and the demo reads. */
export interface PlacementView {
  placementId: string;
  orderId: string;
  opening: number;
  status: string;
  statusReason: string | null;
  polls: number;
  nextAction: { what: string; at: string } | null;
  links: { temporal?: string };
}

/** A line of a case's audit, or of a placement's. */
export interface AuditLine {
  number: number;
  type: string;
  actor: string;
  before: string;
  after: string;
  data: Record<string, unknown>;
  caseAt: string;
}

type InboundEventView = AnswerOf<'/v1/inbound-events'>['items'][number];

export type FailureNotice = BodyOf<'/v1/review-failures'>;
export type SuccessNotice = BodyOf<'/v1/review-successes'>;
export type Accepted = AnswerOf<'/v1/review-failures', 'post', 202>;

export interface Answer {
  status: number;
  body: unknown;
}

/** A mail as the sandbox's inbox shows it. */
export interface MailView {
  subject: string | null;
  text: string | null;
}

export interface StackCalls {
  /** What the review server sends. @throws Error unless it is accepted */
  reportFailure(notice: FailureNotice): Promise<Accepted>;
  reportSuccess(notice: SuccessNotice): Promise<Accepted>;
  /** The API as operations call it. */
  operations: HoldpointClient;
  /** Sends what the platform sends when it places an order; takes any answer. */
  asPlatform(path: string, body: object): Promise<Answer>;
  /** Sends what a vendor sends by itself; takes any answer. */
  asVendor(path: string, body: object): Promise<Answer>;
  /** Calls the API as operations do. @throws Error unless it answers 2xx */
  asOperations(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>;
  /** @returns the order's newest case, or null */
  caseOf(orderId: string): Promise<CaseView | null>;
  auditOf(orderId: string): Promise<{ caseId: string; lines: AuditLine[] }>;
  /** @returns the order's newest placement, or null */
  placementOf(orderId: string): Promise<PlacementView | null>;
  placementAuditOf(orderId: string): Promise<{ placementId: string; lines: AuditLine[] }>;
  inboundEvents(orderId: string): Promise<InboundEventView[]>;
  putScenario(orderId: string, scenario: object): Promise<void>;
  /** Everything that reached any side about an order, raw, in order. */
  arrivals(orderId: string): Promise<Arrival[]>;
  /** How many answers and notices the sandbox still owes about an order. */
  owed(orderId: string): Promise<number>;
  /** The mails about an order that really reached the inbox. */
  mails(orderId: string): Promise<MailView[]>;
  /** What a liaison says in the liaison server. */
  liaisonResolves(orderId: string, word: { liaisonId: string; note: string }): Promise<void>;
}

const CALL_LIMIT_MS = 20_000;
/** Between two looks: many lives look at the same time, and should not keep the stack busy by that. */
const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 250;
/** Arrivals of one order, or lines of one audit, that a page holds. */
const ARRIVALS_PAGE = 1000;
const AUDIT_PAGE = 200;

export function callsOf(stack: DemoStack): StackCalls {
  const { apiUrl, sandboxUrl, liaisonUrl, keys } = stack;
  const reviewServer = createHoldpointClient({ baseUrl: apiUrl, key: keys.reviewServer });
  const operations = createHoldpointClient({ baseUrl: apiUrl, key: keys.operations });
  const byPath = (method: string, path: string, body?: object) => call(method, `${apiUrl}${path}`, body, keys.operations);
  const succeeded = async (what: string, answer: Promise<Answer>): Promise<unknown> => {
    const { status, body } = await answer;
    if (status < 200 || status > 299) throw new Error(`${what} was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const wholeAudit = async (path: string, cursor = ''): Promise<{ head: AuditPage; lines: AuditLine[] }> => {
    const page = (await succeeded('the audit', byPath('GET', `${path}?limit=${AUDIT_PAGE}${cursor}`))) as AuditPage;
    if (page.nextCursor === null) return { head: page, lines: page.items };
    const rest = await wholeAudit(path, `&cursor=${encodeURIComponent(page.nextCursor)}`);
    return { head: page, lines: [...page.items, ...rest.lines] };
  };
  const fromSandbox = (path: string) => succeeded(`GET ${path} of the sandbox`, call('GET', `${sandboxUrl}${path}`));
  return {
    reportFailure: (body) => answerTo('POST /v1/review-failures', reviewServer.POST('/v1/review-failures', { body })),
    reportSuccess: (body) => answerTo('POST /v1/review-successes', reviewServer.POST('/v1/review-successes', { body })),
    operations,
    asPlatform: (path, body) => call('POST', `${apiUrl}${path}`, body, keys.platform),
    asVendor: (path, body) => call('POST', `${apiUrl}${path}`, body, keys.vendor),
    asOperations: (method, path, body) => succeeded(`${method} ${path}`, byPath(method, path, body)),
    caseOf: async (orderId) => {
      const { data = null } = await operations.GET('/v1/review-cases/{orderId}', { params: { path: { orderId } } });
      return data;
    },
    auditOf: async (orderId) => {
      const { head, lines } = await wholeAudit(`/v1/review-cases/${orderId}/events`);
      return { caseId: head.caseId ?? '', lines };
    },
    placementOf: async (orderId) => {
      const { status, body } = await byPath('GET', `/v1/placements/${orderId}`);
      return status === 200 ? (body as PlacementView) : null;
    },
    placementAuditOf: async (orderId) => {
      const { head, lines } = await wholeAudit(`/v1/placements/${orderId}/events`);
      return { placementId: head.placementId ?? '', lines };
    },
    inboundEvents: async (orderId) => {
      const query = { orderId, limit: 200 };
      return (await answerTo('GET /v1/inbound-events', operations.GET('/v1/inbound-events', { params: { query } }))).items;
    },
    putScenario: async (orderId, scenario) => {
      await succeeded('the scenario', call('PUT', `${sandboxUrl}/scenarios/${orderId}`, scenario));
    },
    arrivals: async (orderId) => (await fromSandbox(`/arrivals?orderId=${orderId}&limit=${ARRIVALS_PAGE}`)) as Arrival[],
    owed: async (orderId) => ((await fromSandbox(`/owed?orderId=${orderId}`)) as { owed: number }).owed,
    mails: async (orderId) => (await fromSandbox(`/inbox?orderId=${orderId}`)) as MailView[],
    liaisonResolves: async (orderId, word) => {
      await succeeded('the liaison server', call('POST', `${liaisonUrl}/orders/${orderId}/resolve`, word));
    },
  };
}

interface AuditPage {
  caseId?: string;
  placementId?: string;
  items: AuditLine[];
  nextCursor: string | null;
}

async function call(method: string, url: string, body?: object, key?: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(key === undefined || method !== 'POST' ? {} : { 'idempotency-key': randomUUID() }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
  });
  const text = await response.text();
  return { status: response.status, body: asJson(text) };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? null : text.slice(0, 500);
  }
}

/**
 * Asks again until there is an answer.
 *
 * @param what what is waited for, for the error's text
 * @throws Error when there is none within `limitMs`
 */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: () => string | Promise<string>, limitMs = 30_000): Promise<T> {
  const until = Date.now() + limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`waited ${limitMs / 1000} s in vain: ${await what()}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
