/** What k6 saw in one step, counted. */
import { quantile } from '../statistics.js';

/** One answer, as bench/overload/k6-script.js writes it. */
export interface Seen {
  kind: 'failure' | 'placement' | 'list' | 'event';
  /** Null for reads. */
  eventId: string | null;
  /** 0: no answer. */
  status: number;
  /** From the instant at which the call was to be made to the end of the answer. */
  ms: number;
  /** The inbound event's, of a 202. */
  id: string | null;
  /** Of what is no success. */
  said: { retryAfter: string | null; type: string | null; body: string | null; error: string } | null;
}

/** A rate at which calls were to be made, and what became of them. */
export interface Step {
  name: string;
  /** Calls a second that were to be made, and those that were made. */
  wanted: number;
  offered: number;
  sent: number;
  /** Events answered 202, reads answered 200. */
  accepted: number;
  read: number;
  /** Answered 429 or 503, in the right form. */
  shed: { events: number; reads: number };
  /** Anything else: no answer, another status, a 503 without `Retry-After`. */
  wrong: string[];
  /** Calls that k6 could not make at their instant, as too many were without an answer: the load was not what it was to be. */
  dropped: number;
  /** Of the 202s, in ms. */
  latency: Quantiles;
  /** Of reads answered 200. */
  readLatency: Quantiles;
  /** The seconds that senders are asked to wait, and how many were asked to. */
  retryAfter: Record<string, number>;
}

export interface Quantiles {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Seconds; longer is no answer to a moment's overload. */
const LONGEST_RETRY_AFTER = 60;

export function linesOf(text: string): Seen[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Seen);
}

/** @param plan the calls a second that were to be made, and for how long; @param dropped by k6's own count */
export function counted(name: string, plan: { wanted: number; seconds: number }, seen: readonly Seen[], dropped: number): Step {
  const shed = seen.filter(isShed);
  const accepted = seen.filter(({ status, eventId }) => status === 202 && eventId !== null);
  const read = seen.filter(({ status, eventId }) => status === 200 && eventId === null);
  const right = new Set([...shed, ...accepted, ...read]);
  const retryAfter: Record<string, number> = {};
  for (const { said } of shed) retryAfter[said?.retryAfter ?? ''] = (retryAfter[said?.retryAfter ?? ''] ?? 0) + 1;
  return {
    name,
    wanted: plan.wanted,
    offered: seen.length / plan.seconds,
    sent: seen.length,
    accepted: accepted.length,
    read: read.length,
    shed: { events: shed.filter(({ eventId }) => eventId !== null).length, reads: shed.filter(({ eventId }) => eventId === null).length },
    wrong: seen.filter((one) => !right.has(one)).map(wordsOf),
    dropped,
    latency: quantilesOf(accepted),
    readLatency: quantilesOf(read),
    retryAfter,
  };
}

/** Sent away as docs/problems.md says: a problem, and whole seconds after which to come again. */
export function isShed({ status, said }: Seen): boolean {
  const code = { 429: 'RATE_LIMITED', 503: 'OVERLOADED' }[status];
  if (code === undefined || said === null || !said.type?.startsWith('application/problem+json')) return false;
  const seconds = Number(said.retryAfter);
  return /^\d+$/.test(said.retryAfter ?? '') && seconds >= 1 && seconds <= LONGEST_RETRY_AFTER && codeOf(said.body) === code;
}

function codeOf(body: string | null): unknown {
  try {
    return (JSON.parse(body ?? '') as { code?: unknown }).code;
  } catch {
    return undefined;
  }
}

function wordsOf({ kind, status, said }: Seen): string {
  if (status === 0) return `${kind}: no answer (${said?.error})`;
  return `${kind}: ${status}, Retry-After ${said?.retryAfter ?? 'none'}, ${said?.body?.slice(0, 300) ?? ''}`;
}

function quantilesOf(seen: readonly Seen[]): Quantiles {
  const times = seen.map(({ ms }) => ms);
  return {
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    max: times.length === 0 ? Number.NaN : Math.max(...times),
  };
}

/** What of a step is not as it must be, in words; nothing: it holds. @param limitMs of the p99 of what is admitted */
export function breaches({ latency, readLatency, wrong, dropped, accepted }: Step, limitMs: number): string[] {
  const found = [];
  if (accepted === 0) found.push('nothing was accepted');
  if (latency.p99 > limitMs) found.push(`p99 of the 202s ${latency.p99.toFixed(0)} ms`);
  if (readLatency.p99 > limitMs) found.push(`p99 of reads ${readLatency.p99.toFixed(0)} ms`);
  if (wrong.length > 0) found.push(`${wrong.length} wrong answers`);
  if (dropped > 0) found.push(`${dropped} calls not made at their instant`);
  return found;
}
