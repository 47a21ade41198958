/** Sheds load before everyone waits: who is sent away at once with 503 can come again, who waits too long sends twice. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Request, RequestHandler, Response } from 'express';
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
/** One long garbage collection, or a burst, is no overload: of two stretches the better one counts. */
const SAMPLE_MS = 200;
/** What an event takes is measured over so much time with a queue; of what was before, so much counts on. */
const WINDOW_MS = 100;
const KEPT = 0.8;
/** While none is done at all: the wait grows with the time that passes. */
const LEAST_DONE = 0.1;
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
    let counted = true;
    const leave = (): void => {
      if (counted) inFlight -= 1;
      counted = false;
    };
    response.once('close', () => {
      leave();
      left?.();
    });
    response.locals['leaveFlight'] = leave;
    next();
  };
}

/** A request that is there to stay, bounded by itself: it is no sign of overload. */
export function leaveFlight(response: Response): void {
  (response.locals['leaveFlight'] as (() => void) | undefined)?.();
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
 * How long an event would wait now: as many as are under way, each for as long as one takes while there is a queue. Known before it waits, so
 * that a burst is bounded too. Of all requests events alone tell of a queue: each is the same few statements, while another may be a long
 * list, or wait for a workflow or for something new.
 */
export function eventQueue(now = (): number => performance.now()): {
  waitMs: () => number;
  joined: (one: { complete: boolean }) => () => void;
} {
  const underWay = new Set<{ complete: boolean }>();
  let lookedAt = now();
  let isQueue = false;
  let window = { busyMs: 0, done: 0 };
  let latest = { busyMs: 0, done: 0 };
  const look = (): number => {
    const at = now();
    if (isQueue) window.busyMs += at - lookedAt;
    lookedAt = at;
    if (window.busyMs >= WINDOW_MS) {
      latest = { busyMs: latest.busyMs * KEPT + window.busyMs, done: latest.done * KEPT + window.done };
      window = { busyMs: 0, done: 0 };
    }
    // Who is slow in sending its body does not wait for us.
    const waiting = [...underWay].filter(({ complete }) => complete).length;
    isQueue = waiting >= FEW;
    return waiting;
  };
  return {
    joined(one) {
      underWay.add(one);
      return () => {
        look();
        if (isQueue) window.done += 1;
        underWay.delete(one);
      };
    },
    waitMs() {
      const waiting = look();
      const [busyMs, done] = [latest.busyMs + window.busyMs, latest.done + window.done];
      return waiting < FEW || busyMs < WINDOW_MS ? 0 : (waiting * busyMs) / Math.max(done, LEAST_DONE);
    },
  };
}

/** @returns how late the event loop was on average, in ms, in the better of the latest two stretches that were looked at */
function eventLoopLateness(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let sampledAt = performance.now();
  let before = 0;
  let late = 0;
  return () => {
    const now = performance.now();
    if (now - sampledAt < SAMPLE_MS) return late;
    // Without a single sample it was blocked all the time.
    const latest = histogram.count === 0 ? now - sampledAt : Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS);
    late = Math.min(before, latest);
    before = latest;
    sampledAt = now;
    histogram.reset();
    return late;
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
