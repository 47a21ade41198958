import { escalationMistakes, type Escalation } from './escalation.js';
import { caseLimits, mostReviewRequests } from './schedule.js';
import { calendarMistakes, type WorkingCalendar } from './working-calendar.js';
import type { WorkingInterval } from './working-time.js';

/** The rules of review as data (D2): what one version says for one case, kept by the case. Durations in ms. */
export interface ReviewPolicy {
  version: number;
  /** The rule of the version that matched; null (or not given): its base alone. */
  matchedRule?: string | null;
  /** Review requests are put into these; not given: at any time. Deadlines stay where they are. */
  workingIntervals?: WorkingInterval[];
  /** What each failure-reason type means: `preset` is held (A3), `not_preset` goes back to the buyer (A4). */
  reasonTypes: Record<string, 'preset' | 'not_preset'>;
  unknownReasonType: 'preset' | 'not_preset';
  /** From the first failure to the first review request. */
  firstDelayMs: number;
  /** From the second failure to the second request; grows by `coefficient` up to `capMs`. */
  intervalMs: number;
  coefficient: number;
  capMs: number;
  /** A share, 0–0.5: each delay is spread evenly over ± this share. */
  jitter: number;
  /** The rule applies while now − first failure ≤ this (A7). */
  retryWindowMs: number;
  /** No request at the window's end when one was made this shortly before. */
  minGapMs: number;
  /** A request without an outcome after this is a failed attempt. */
  answerDeadlineMs: number;
  /** Asking for the result of an accepted request: after `initialMs`, growing, at most `maximum` times before the deadline. */
  answerQuery: { initialMs: number; coefficient: number; maximum: number };
  /** The one absolute deadline (D3), from the first failure. */
  resolutionDeadlineMs: number;
  /** Whether a liaison's word ends a case by itself, or the review server must say so too (A8). Not given: accepted. */
  liaisonWord?: 'accepted' | 'confirmed';
  /** Whether a buyer is told "succeeded" early (A3); off for buyers that ship on it or cannot take corrections. */
  earlySuccess: { default: boolean; buyers: Record<string, boolean> };
  /** Who is told again while nobody has acknowledged the case (D6). Not given: nobody. */
  escalation?: Escalation;
}

/** The rules of review as people write them. */
export type ReviewRules = Omit<ReviewPolicy, 'version' | 'matchedRule' | 'workingIntervals'> & {
  /** When people work: review requests wait for it (D2). */
  calendar?: WorkingCalendar | null;
};

/** Each request is one more call to the review server and some events of a history that must stay readable. */
export const MOST_REQUESTS = 500;
/** A calendar is laid out up to the deadline, and the case keeps it. */
const LONGEST_DEADLINE_DAYS = 92;
export const REASON_TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The policy a new installation starts with. */
export const SEED_REVIEW_POLICY: ReviewRules = {
  reasonTypes: {
    STOCK_SHORT: 'preset',
    DEDUCTION_ERROR: 'preset',
    INTERFACE_TIMEOUT: 'preset',
    PRICE_SYNC: 'preset',
    CONTENT_MISMATCH: 'not_preset',
    BUYER_NOT_AUTHORISED: 'not_preset',
    PROHIBITED_GOODS: 'not_preset',
  },
  unknownReasonType: 'not_preset',
  firstDelayMs: 10 * MINUTE,
  intervalMs: 30 * MINUTE,
  coefficient: 2,
  capMs: 4 * HOUR,
  jitter: 0.1,
  retryWindowMs: 24 * HOUR,
  minGapMs: 15 * MINUTE,
  answerDeadlineMs: 2 * HOUR,
  answerQuery: { initialMs: 5 * MINUTE, coefficient: 2, maximum: 4 },
  resolutionDeadlineMs: 72 * HOUR,
  liaisonWord: 'accepted',
  earlySuccess: { default: true, buyers: {} },
  escalation: {
    steps: [
      { afterMs: 4 * HOUR, to: 'liaison' },
      { afterMs: 8 * HOUR, to: 'supervisor' },
      { afterMs: 24 * HOUR, to: 'operations' },
    ],
    workingTime: false,
  },
};

/** @returns whether this buyer may be told "succeeded" before it is true. */
export function earlySuccessFor(policy: ReviewPolicy, buyerId: string): boolean {
  return Object.hasOwn(policy.earlySuccess.buyers, buyerId) ? policy.earlySuccess.buyers[buyerId] === true : policy.earlySuccess.default;
}

/** @returns every mistake of a policy, each in words that say what would be right; empty when it is sound. */
export function policyMistakes(policy: ReviewRules): string[] {
  const mistakes: string[] = [];
  const require = (holds: boolean, mistake: string): boolean => holds || (mistakes.push(mistake), false);
  const durations = ['firstDelayMs', 'intervalMs', 'capMs', 'retryWindowMs', 'answerDeadlineMs', 'resolutionDeadlineMs'] as const;
  const whole = durations.filter((name) =>
    require(Number.isSafeInteger(policy[name]) && policy[name] >= 1000, `${name} must be a whole number of ms, at least 1000`),
  );
  const minGap = require(Number.isSafeInteger(policy.minGapMs) && policy.minGapMs >= 0, 'minGapMs must be a whole number of ms, 0 or more');
  const coefficient = require(policy.coefficient >= 1 && policy.coefficient <= 10, 'coefficient must be between 1 and 10');
  const jitter = require(policy.jitter >= 0 && policy.jitter <= 0.5, 'jitter must be between 0 and 0.5');
  require(policy.retryWindowMs >= policy.firstDelayMs, 'retryWindowMs must not be shorter than firstDelayMs');
  require(policy.resolutionDeadlineMs >= policy.retryWindowMs, 'resolutionDeadlineMs must not be shorter than retryWindowMs');
  require(policy.resolutionDeadlineMs <=
    LONGEST_DEADLINE_DAYS * 24 * HOUR, `resolutionDeadlineMs must be at most ${LONGEST_DEADLINE_DAYS} days`);
  require(policy.capMs >= policy.intervalMs, 'capMs must not be shorter than intervalMs');
  const { answerQuery } = policy;
  require(Number.isSafeInteger(answerQuery.initialMs) &&
    answerQuery.initialMs >= 1000, 'answerQuery.initialMs must be a whole number of ms, at least 1000');
  require(answerQuery.coefficient >= 1 && answerQuery.coefficient <= 10, 'answerQuery.coefficient must be between 1 and 10');
  const { maximum } = answerQuery;
  require(Number.isSafeInteger(maximum) && maximum >= 0 && maximum <= 100, 'answerQuery.maximum must be a whole number, 0 to 100');
  for (const type of Object.keys(policy.reasonTypes)) {
    require(REASON_TYPE.test(type), `reasonTypes: "${type}" must be an upper-case word like "STOCK_SHORT", at most 64 characters`);
  }
  if (whole.length === durations.length && minGap && coefficient && jitter) {
    const requests = mostReviewRequests(policy, caseLimits(policy, 0), MOST_REQUESTS);
    require(requests <= MOST_REQUESTS, `the delays make over ${MOST_REQUESTS} review requests within retryWindowMs`);
  }
  if (policy.escalation) mistakes.push(...escalationMistakes(policy.escalation, policy, Boolean(policy.calendar)));
  return policy.calendar ? [...mistakes, ...calendarMistakes(policy.calendar)] : mistakes;
}
