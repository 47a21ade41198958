/** The breaker of a counterpart (D10): when calls to it pause, and how they come back. Durations in ms. */

/** It opens after so many failures in a row … */
export const OPENS_AFTER_FAILURES = 5;
/** … that belong to at least so many orders: one order that always fails does not hold up the others. */
export const OPENS_AFTER_ORDERS = 3;

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
/** A counterpart may ask for more, within reason: a wrong clock there must not stall everything here. */
const LONGEST_ASKED_PAUSE_MS = 10 * 60_000;
/** Between the end of a probe and its record. */
const PROBE_MARGIN_MS = 3000;
/** Those who wait come back spread over a share of the time that it has lasted, within these. */
const SPREAD_SHARE = 0.25;
const LEAST_SPREAD_MS = 2000;
const LONGEST_SPREAD_MS = 5 * 60_000;

/** @returns whether the breaker opens with this failure */
export function opens(failures: number, orders: number): boolean {
  return failures >= OPENS_AFTER_FAILURES && orders >= OPENS_AFTER_ORDERS;
}

/**
 * How long nothing is called, before one call probes whether the counterpart is back.
 * @param probes made in vain since it opened
 * @param retryAfterMs what the counterpart asked for; null: nothing
 */
export function pauseMs(probes: number, retryAfterMs: number | null): number {
  const own = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(probes, 10), LONGEST_PAUSE_MS);
  return Math.max(own, Math.min(retryAfterMs ?? 0, LONGEST_ASKED_PAUSE_MS));
}

/** For so long a probe under way keeps the others waiting; a prober that dies lets the next one in after it. */
export function probeHoldMs(timeoutMs: number): number {
  return timeoutMs + PROBE_MARGIN_MS;
}

/**
 * When one that waits asks again: after the next probe, spread so that not all come at once, and the wider the longer it has lasted; the
 * counterpart's rate is kept by its task queue.
 * @param untilProbeMs until the next probe may be made
 * @param openForMs since the breaker opened
 * @param random in [0, 1)
 */
export function comeBackInMs(untilProbeMs: number, openForMs: number, random: number): number {
  const spread = Math.min(Math.max(openForMs * SPREAD_SHARE, LEAST_SPREAD_MS), LONGEST_SPREAD_MS);
  return Math.round(Math.max(untilProbeMs, 0) + random * spread);
}
