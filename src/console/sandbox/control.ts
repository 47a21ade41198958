/** The sandbox's control, by way of the API. It is no part of the API's contract: its answers are typed here. */
import { queryOptions } from '@tanstack/react-query';
import { answer, api, CallFailed, type Failure } from '../app/api.ts';
import { sampleOrder, SCENARIOS, type ScenarioName } from './scenarios.ts';

export interface Arrival {
  seq: number;
  at: string;
  side: 'buyer' | 'review' | 'liaison' | 'vendor' | 'customer' | 'inbox';
  method: string | null;
  path: string | null;
  body: unknown;
  orderId: string | null;
  call: number | null;
  signatureValid?: boolean;
  outage?: string;
}

export interface Mail {
  messageId: string;
  at: string;
  to: string[];
  subject: string;
  text: string;
  html: string | null;
  orderId: string | null;
}

const TIMEOUT_MS = 20_000;
/** What comes to the sandbox is no event of the feed. */
const AGAIN_MS = 3000;

async function control<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'x-holdpoint-console': '1' };
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(init.signal ? [init.signal] : [])]);
  const response = await fetch(`/console/sandbox${path}`, { ...init, headers, signal }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new CallFailed(0, { code: cause instanceof DOMException && cause.name === 'TimeoutError' ? 'NO_ANSWER' : 'NO_CONNECTION' });
  });
  const body: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new CallFailed(response.status, body as Failure);
  return body as T;
}

export const arrivalsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['sandbox', 'arrivals', orderId],
    queryFn: ({ signal }) => control<Arrival[]>(`/arrivals?limit=1000&orderId=${encodeURIComponent(orderId)}`, { signal }),
    refetchInterval: AGAIN_MS,
    enabled: orderId !== '',
  });

export const inboxQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['sandbox', 'inbox', orderId],
    queryFn: ({ signal }) => control<Mail[]>(`/inbox${orderId === '' ? '' : `?orderId=${encodeURIComponent(orderId)}`}`, { signal }),
    refetchInterval: AGAIN_MS,
  });

export type Waiting = 'review-case' | 'placement';

/** The newest case and placement of an order, as they wait. */
export const waitsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId, 'waits'],
    queryFn: async ({ signal }) => {
      const asked = { params: { query: { orderId, limit: 1 } }, signal };
      const [cases, placements] = await Promise.all([answer(api.GET('/v1/review-cases', asked)), answer(api.GET('/v1/placements', asked))]);
      return { reviewCase: cases.items[0] ?? null, placement: placements.items[0] ?? null };
    },
    refetchInterval: AGAIN_MS,
    enabled: orderId !== '',
  });

/**
 * Moves the clock of an order's case or placement on to its next planned instant.
 * @returns from where to where, of its own clock
 * @throws CallFailed
 */
export async function skipWait(of: Waiting, orderId: string): Promise<{ from: string; to: string }> {
  return control(`/waits/${of}/${encodeURIComponent(orderId)}/skip`, { method: 'POST' });
}

const NOT_MOVED = ['busy', 'ended', 'unable'] as const;

/** @returns why a clock was not moved; null: it is another error */
export function notMovedWhy(error: unknown): (typeof NOT_MOVED)[number] | null {
  if (!(error instanceof CallFailed) || error.problem.code !== 'CLOCK_NOT_MOVED') return null;
  const { why } = error.problem as Failure & { why?: string };
  return NOT_MOVED.find((one) => one === why) ?? null;
}

/**
 * Tells the sandbox what is to happen to an order, and then Holdpoint that its review failed, or to place it.
 * @throws CallFailed
 */
export async function makeOrder(orderId: string, name: ScenarioName, reasonType: string): Promise<'cases' | 'placements'> {
  const scenario = SCENARIOS[name];
  const order = sampleOrder(orderId);
  await control(`/scenarios/${encodeURIComponent(orderId)}`, { method: 'PUT', body: JSON.stringify({ ...scenario.body, order }) });
  if (scenario.kind === 'placement') {
    const customer = { id: 'c-1', name: 'Maja Lind', email: 'maja@customer.example', locale: 'en' as const };
    await answer(api.POST('/v1/placements', { body: { eventId: `pl-${orderId}`, orderId, vendorId: scenario.vendorId, customer, order } }));
    return 'placements';
  }
  const reason = { type: reasonType, text: '12 of 120 in stock' };
  const occurredAt = new Date().toISOString();
  const body = { eventId: `rf-${orderId}`, orderId, reviewRound: 1, reviewRequestId: null, occurredAt, reason, order };
  await answer(api.POST('/v1/review-failures', { body }));
  return 'cases';
}
