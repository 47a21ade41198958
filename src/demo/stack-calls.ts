/** How the demo reaches a stack: the API as its callers do, the sandbox's control and liaison server, and Temporal. */
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

export type PlacementView = AnswerOf<'/v1/placements/{orderId}'>;

/** A line of a case's audit, or of a placement's. */
export type AuditLine = AnswerOf<'/v1/review-cases/{orderId}/events'>['items'][number];

type InboundEventView = AnswerOf<'/v1/inbound-events'>['items'][number];

export type FailureNotice = BodyOf<'/v1/review-failures'>;
export type SuccessNotice = BodyOf<'/v1/review-successes'>;
export type PlacementRequest = BodyOf<'/v1/placements'>;
export type Accepted = AnswerOf<'/v1/review-failures', 'post', 202>;

interface Answer {
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
  /** The API as the platform calls it, which places orders. */
  platform: HoldpointClient;
  /** The API as a vendor calls it, which sends results unasked. */
  vendor: HoldpointClient;
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
  const succeeded = async (what: string, answer: Promise<Answer>): Promise<unknown> => {
    const { status, body } = await answer;
    if (status < 200 || status > 299) throw new Error(`${what} was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const fromSandbox = (path: string) => succeeded(`GET ${path} of the sandbox`, call('GET', `${sandboxUrl}${path}`));
  return {
    reportFailure: (body) => answerTo('POST /v1/review-failures', reviewServer.POST('/v1/review-failures', { body })),
    reportSuccess: (body) => answerTo('POST /v1/review-successes', reviewServer.POST('/v1/review-successes', { body })),
    operations,
    platform: createHoldpointClient({ baseUrl: apiUrl, key: keys.platform }),
    vendor: createHoldpointClient({ baseUrl: apiUrl, key: keys.vendor }),
    caseOf: async (orderId) => {
      const { data = null } = await operations.GET('/v1/review-cases/{orderId}', { params: { path: { orderId } } });
      return data;
    },
    auditOf: async (orderId) => {
      const { head, lines } = await wholeAudit((query) =>
        answerTo('the audit of the case', operations.GET('/v1/review-cases/{orderId}/events', { params: { path: { orderId }, query } })),
      );
      return { caseId: head.caseId, lines };
    },
    placementOf: async (orderId) => {
      const { data = null } = await operations.GET('/v1/placements/{orderId}', { params: { path: { orderId } } });
      return data;
    },
    placementAuditOf: async (orderId) => {
      const { head, lines } = await wholeAudit((query) =>
        answerTo('the audit of the placement', operations.GET('/v1/placements/{orderId}/events', { params: { path: { orderId }, query } })),
      );
      return { placementId: head.placementId, lines };
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

/** All pages, one after the other. */
async function wholeAudit<Page extends { items: AuditLine[]; nextCursor: string | null }>(
  read: (query: { limit: number; cursor?: string }) => Promise<Page>,
): Promise<{ head: Page; lines: AuditLine[] }> {
  const head = await read({ limit: AUDIT_PAGE });
  const lines = [...head.items];
  for (let cursor = head.nextCursor; cursor !== null;) {
    const page = await read({ limit: AUDIT_PAGE, cursor });
    lines.push(...page.items);
    cursor = page.nextCursor;
  }
  return { head, lines };
}

/** Calls the sandbox, which is no part of the contract. */
async function call(method: string, url: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
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
