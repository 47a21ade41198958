/** What the doctor finds: one line each. */

export type State = 'ok' | 'warning' | 'failure';

export interface Finding {
  /** What was looked at: stable, for programs. */
  check: string;
  state: State;
  /** How it is. */
  words: string;
  /** What to do; null where nothing is wrong. */
  advice: string | null;
}

export function ok(check: string, words: string): Finding {
  return { check, state: 'ok', words, advice: null };
}

export function warning(check: string, words: string, advice: string): Finding {
  return { check, state: 'warning', words, advice };
}

export function failure(check: string, words: string, advice: string): Finding {
  return { check, state: 'failure', words, advice };
}

/** The worst of them decides. */
export function verdictOf(findings: readonly Finding[]): State {
  return findings.some(({ state }) => state === 'failure')
    ? 'failure'
    : findings.some(({ state }) => state === 'warning')
      ? 'warning'
      : 'ok';
}

/** Up to here a difference of clocks does no harm. */
const CLOCK_NOTED_MS = 1000;
/** Signatures are good for 5 minutes (Standard Webhooks): this is a fifth of that. */
const CLOCK_WRONG_MS = 60_000;

/** @param differenceMs how far the other clock is ahead of ours; @param withinMs how well that is known */
export function clockFinding(check: string, whose: string, differenceMs: number, withinMs: number): Finding {
  const sure = Math.max(0, Math.abs(differenceMs) - withinMs);
  const seconds = (Math.abs(differenceMs) / 1000).toFixed(1);
  const words = `the clock of ${whose} is ${seconds} s ${differenceMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  const advice = 'set both by NTP: signatures, deadlines and what people read go by these clocks';
  if (sure > CLOCK_WRONG_MS) return failure(check, words, advice);
  return sure > CLOCK_NOTED_MS ? warning(check, words, advice) : ok(check, `the clock of ${whose} agrees with this machine's`);
}
