/** Sheds load before everyone waits: who is sent away at once with 503 can come again, who waits too long sends twice. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Request, RequestHandler, Response } from 'express';
import type { OperationSpec } from './contract/operation.js';
import { patternOf } from './contract/said.js';
import { Problem } from './problems.js';

export interface OverloadLimits {
  /** Requests under way in this process; a database that hangs shows here first. */
  maxInFlight: number;
  /** By how much the event loop is late on average: more work than this process can do shows here. */
  maxDelayMs: number;
}

/** Events are lost to their sender's patience alone, and a person at a link has no retry: they are shed at so many times the limits. */
const LAST = 4;
const RESOLUTION_MS = 10;
/** One long garbage collection is no overload. */
const SAMPLE_MS = 500;

/** @param operations of them the events are shed last */
export function shedOverload({ maxInFlight, maxDelayMs }: OverloadLimits, operations: readonly OperationSpec[]): RequestHandler {
  const isLast = shedLast(operations);
  const delayMs = eventLoopDelay();
  let inFlight = 0;
  return (request, response, next) => {
    const times = isLast(request) ? LAST : 1;
    const delay = delayMs();
    if (inFlight >= maxInFlight * times || delay >= maxDelayMs * times) {
      throw new Problem('OVERLOADED', 'There is more to do here than can be done in time. Nothing was done; send the same again shortly.');
    }
    inFlight += 1;
    let counted = true;
    const leave = (): void => {
      if (counted) inFlight -= 1;
      counted = false;
    };
    response.once('close', leave);
    response.locals['leaveFlight'] = leave;
    next();
  };
}

/** A request that is there to stay, bounded by itself: it is no sign of overload. */
export function leaveFlight(response: Response): void {
  (response.locals['leaveFlight'] as (() => void) | undefined)?.();
}

function shedLast(operations: readonly OperationSpec[]): (request: Request) => boolean {
  const events = operations
    .filter(({ event }) => event === true)
    .map((spec) => ({ method: spec.method.toUpperCase(), path: patternOf(spec) }));
  return ({ method, path }) => {
    if (/^\/(act|track)\//.test(path)) return true;
    const below = path.replace(/^\/v1(?=\/)/, '');
    return below !== path && events.some((event) => event.method === method && event.path.test(below));
  };
}

/** @returns how late the event loop was on average, in ms, in the latest half a second that was looked at */
function eventLoopDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let sampledAt = performance.now();
  let delay = 0;
  return () => {
    const now = performance.now();
    if (now - sampledAt < SAMPLE_MS) return delay;
    // Without a single sample it was blocked all the time.
    delay = histogram.count === 0 ? now - sampledAt : Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS);
    sampledAt = now;
    histogram.reset();
    return delay;
  };
}
