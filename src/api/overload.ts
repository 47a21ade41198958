/** Sheds load before everyone waits: who is sent away at once with 503 can come again, who waits too long sends twice. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { OperationSpec } from './contract/operation.js';
import { patternOf } from './contract/said.js';
import { Problem } from './problems.js';

export interface OverloadLimits {
  /** Requests under way in this process; a database that hangs shows here first. */
  maxInFlight: number;
  /** How long requests wait for one another, in ms: more work than this process can do shows here. From half of it on some are sent away. */
  maxWaitMs: number;
}

/** Events are lost to their sender's patience alone, and a person at a link has no retry: they are shed at so many times the limits. */
const LAST = 4;
const RESOLUTION_MS = 10;
const SAMPLE_MS = 200;
/** How often those under way are looked at. */
const LOOK_MS = 20;
/** A queue stands: one long garbage collection, or a burst, is gone at one of so many looks in a row (as CoDel sees it, RFC 8289). */
const LOOKS = 3;
/** So few are no queue: what they take, they take by themselves. */
const FEW = 4;
const TELL_EVERY_MS = 1000;

/** @param operations of them the events are shed last */
export function shedOverload(
  { maxInFlight, maxWaitMs }: OverloadLimits,
  operations: readonly OperationSpec[],
  log: Logger,
): RequestHandler {
  const isEvent = eventsAmong(operations);
  const lateMs = eventLoopLateness();
  const queue = eventQueue();
  const tell = tellsOfShed(log);
  let inFlight = 0;
  return (request, response, next) => {
    const event = isEvent(request);
    const times = event || /^\/(act|track)\//.test(request.path) ? LAST : 1;
    const waitMs = lateMs() + queue.waitMs();
    if (inFlight >= maxInFlight * times || Math.random() < shareShed(waitMs, maxWaitMs * times)) {
      tell({ event, inFlight, waitMs });
      throw new Problem('OVERLOADED', 'There is more to do here than can be done in time. Nothing was done; send the same again shortly.');
    }
    inFlight += 1;
    const left = event ? queue.joined(request) : undefined;
    response.once('close', () => {
      inFlight -= 1;
      left?.();
    });
    next();
  };
}

/**
 * So that the wait settles where as many are taken as can be done, and does not swing between nobody and everybody (random early drop).
 * @returns the share of requests to send away, 0 to 1: none up to half of the limit, all from the limit on
 */
export function shareShed(waitMs: number, limitMs: number): number {
  return Math.min(Math.max((waitMs / limitMs) * 2 - 1, 0), 1);
}

function eventsAmong(operations: readonly OperationSpec[]): (request: Request) => boolean {
  const events = operations
    .filter(({ event }) => event === true)
    .map((spec) => ({ method: spec.method.toUpperCase(), path: patternOf(spec) }));
  return ({ method, path }) => {
    const below = path.replace(/^\/v1(?=\/)/, '');
    return below !== path && events.some((event) => event.method === method && event.path.test(below));
  };
}

/**
 * How long an event takes now. Of all requests these alone tell of a queue: each is the same few statements, while another may be a long
 * list, or wait for a workflow or for something new.
 */
function eventQueue(): { waitMs: () => number; joined: (request: Request) => () => void } {
  const underWay = new Set<{ request: Request; since: number }>();
  const standing = leastOfLatest(LOOKS);
  let lookedAt = 0;
  let waitMs = 0;
  return {
    joined(request) {
      const one = { request, since: performance.now() };
      underWay.add(one);
      return () => void underWay.delete(one);
    },
    waitMs() {
      const now = performance.now();
      if (now - lookedAt < LOOK_MS) return waitMs;
      lookedAt = now;
      // Who is slow in sending its body does not wait for us.
      const ages = [...underWay].filter(({ request }) => request.complete).map(({ since }) => now - since);
      // They are in order of their coming: the middle one has half of its way behind it.
      waitMs = standing(ages.length < FEW ? 0 : 2 * (ages[Math.floor(ages.length / 2)] ?? 0));
      return waitMs;
    },
  };
}

/** @returns how late the event loop was on average, in ms, in the better of the latest two stretches that were looked at */
function eventLoopLateness(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const standing = leastOfLatest(2);
  let sampledAt = performance.now();
  let late = 0;
  return () => {
    const now = performance.now();
    if (now - sampledAt < SAMPLE_MS) return late;
    // Without a single sample it was blocked all the time.
    late = standing(histogram.count === 0 ? now - sampledAt : Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS));
    sampledAt = now;
    histogram.reset();
    return late;
  };
}

function leastOfLatest(count: number): (value: number) => number {
  let latest: number[] = Array.from({ length: count }, () => 0);
  return (value) => {
    latest = [...latest.slice(1), value];
    return Math.min(...latest);
  };
}

/** A line a second at most: to log each one would take longer than to send it away. */
function tellsOfShed(log: Logger): (shed: { event: boolean; inFlight: number; waitMs: number }) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let counts = { events: 0, others: 0 };
  return ({ event, inFlight, waitMs }) => {
    counts[event ? 'events' : 'others'] += 1;
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    log.warn({ shed: counts, inFlight, waitMs: Math.round(waitMs) }, 'OVERLOADED');
    counts = { events: 0, others: 0 };
  };
}
