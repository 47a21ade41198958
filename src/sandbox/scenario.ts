import * as z from 'zod';

/** The simulated other sides. */
export const SIDES = ['buyer', 'review', 'liaison', 'inbox', 'vendor', 'customer'] as const;
export type Side = (typeof SIDES)[number];

/** How the review server gives its outcome: at once, by a notice, when asked for it, or not at all. */
export const ANSWER_MODES = ['inline', 'notice', 'poll', 'never'] as const;
export type AnswerMode = (typeof ANSWER_MODES)[number];

/** Faults of HTTP sides that answer this status without acting. */
const REFUSALS = ['500', '429', '503', '410', '422'] as const;
const HTTP_FAULTS = [...REFUSALS, 'hang', 'drop-after-acting', 'drop-before-acting', 'garbled', 'drip'] as const;
const MAIL_FAULTS = ['451', '550', 'accept-no-reply', 'reset-after-acting', 'hang', 'drip'] as const;

/**
 * How one try of a notice to Holdpoint goes out. `replayed`: rightly, and the same bytes with the same headers once more, as one who
 * has seen the call would send them. `give-up`: not at all, and no more tries.
 */
export const NOTICE_TRIES = ['right', 'wrong-signature', 'old-timestamp', 'unsigned', 'replayed', 'give-up'] as const;
export type NoticeTry = (typeof NOTICE_TRIES)[number];

/** What a fault makes of a call: `act` says whether the call has its effect all the same. */
export type FaultPlan =
  | { act: false; how: 'refuse'; status: number }
  | { act: false; how: 'drop' }
  /** DingTalk's way to say no: 200, and an error code in the body. */
  | { act: false; how: 'errcode'; code: number }
  | { act: true; how: 'drop' | 'reset' | 'hang' | 'garbled' | 'drip' }
  | { act: true; how: 'slow'; ms: number };

/** The order IDs that the wire allows. */
export const orderIdSchema = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 characters of A-Za-z0-9._~-');

const MAX_DELAY_MS = 24 * 3600 * 1000;
const MAX_SLOW_MS = 600_000;
const SLOW = /^slow:(\d{1,6})$/;
const ERRCODE = /^errcode:([1-9]\d{0,6})$/;

const faultSchema = z
  .strictObject({
    side: z.enum(SIDES),
    call: z.int().min(1).max(1_000_000),
    until: z.int().min(1).max(1_000_000).optional(),
    do: z.string().max(40),
  })
  .superRefine((fault, context) => {
    const errcode = fault.side === 'liaison' && ERRCODE.test(fault.do);
    if (!faultNames(fault.side).includes(fault.do) && slowMs(fault.do) === null && !errcode) {
      const more = fault.side === 'liaison' ? ['errcode:<number>'] : [];
      const known = [...faultNames(fault.side), `slow:<ms up to ${MAX_SLOW_MS}>`, ...more].join(', ');
      context.addIssue({
        code: 'custom',
        path: ['do'],
        message: `"${fault.do}" is no fault of side ${fault.side}: ${known}`,
      });
    }
    if (fault.until !== undefined && fault.until < fault.call) {
      context.addIssue({ code: 'custom', path: ['until'], message: 'must not be smaller than call' });
    }
  });

const reviewWordSchema = z
  .string()
  .regex(/^(pass|fail:[A-Z][A-Z0-9_]{0,63})$/, 'must be "pass" or "fail:TYPE" with TYPE in upper case, such as fail:STOCK_SHORT');

const vendorWordSchema = z.string().min(1).max(100);

/** What a vendor tells by itself, counted from the instant at which it took the order. */
const pushSchema = z.strictObject({
  afterMs: z.int().min(0).max(MAX_DELAY_MS),
  status: vendorWordSchema,
  description: z.string().max(2000).nullable().default(null),
  /** When it says that it happened, counted in the same way; left out: when it is sent. */
  occurredAfterMs: z.int().min(-MAX_DELAY_MS).max(MAX_DELAY_MS).optional(),
});

/** How the order's vendor behaves, beside its words. */
const vendorDoesSchema = z.strictObject({
  /** The same request is taken once; without it every request that acts makes another order. Left out: as the sample vendor does. */
  idempotent: z.boolean().optional(),
  /** How long after taking an order the vendor answers 404 about it; null: for ever. */
  unknownForMs: z.int().min(0).max(MAX_DELAY_MS).nullable().default(0),
  /** Each answer asks not to be asked again for so long; null: it does not say. */
  notBeforeMs: z
    .int()
    .min(0)
    .max(30 * MAX_DELAY_MS)
    .nullable()
    .default(null),
  cancellable: z.boolean().default(true),
  pushes: z.array(pushSchema).max(100).default([]),
});

/** The body of `PUT /scenarios/{orderId}`; what is left out takes the value of a passing review, answered at once. */
export const scenarioSchema = z.strictObject({
  review: z.array(reviewWordSchema).min(1).max(1000).default(['pass']),
  answer: z.enum(ANSWER_MODES).default('inline'),
  delayMs: z.int().min(0).max(MAX_DELAY_MS).default(0),
  vendor: z.array(vendorWordSchema).min(1).max(1000).default(['ACCEPTED', 'IN_TRANSIT', 'DELIVERED']),
  vendorDoes: vendorDoesSchema.prefault({}),
  faults: z.array(faultSchema).max(200).default([]),
  /** How the tries of each of the order's notices to Holdpoint go out; those after the last are right. */
  notices: z.array(z.enum(NOTICE_TRIES)).max(100).default([]),
  order: z.record(z.string(), z.unknown()).optional(),
});

export type Scenario = z.infer<typeof scenarioSchema>;

/** What an order without a scenario gets: its review passes at once, its vendor delivers, nothing fails, its document is not known. */
export const DEFAULT_SCENARIO: Scenario = scenarioSchema.parse({});

/** @returns the failure-reason type of attempt `attempt` (1, 2 …), or null when the review passes; the last word repeats */
export function failureTypeOf(scenario: Scenario, attempt: number): string | null {
  const word = scenario.review[Math.min(attempt, scenario.review.length) - 1] ?? 'pass';
  return word === 'pass' ? null : word.slice('fail:'.length);
}

/** @returns the vendor's word after it was asked `queries` times: the first answers the placement itself, the last repeats */
export function vendorWord(scenario: Scenario, queries: number): string {
  return scenario.vendor[Math.min(queries, scenario.vendor.length - 1)] ?? 'ACCEPTED';
}

/** @returns what the first fault scripted for this call of this side makes of it; null when there is none */
export function faultPlan(scenario: Scenario, side: Side, call: number | null): FaultPlan | null {
  if (call === null) return null;
  const fault = scenario.faults.find((f) => f.side === side && call >= f.call && call <= (f.until ?? f.call));
  if (fault === undefined) return null;
  if (/^\d{3}$/.test(fault.do)) return { act: false, how: 'refuse', status: Number(fault.do) };
  if (fault.do === 'drop-before-acting') return { act: false, how: 'drop' };
  if (fault.do === 'hang' || fault.do === 'garbled' || fault.do === 'drip') return { act: true, how: fault.do };
  if (fault.do === 'reset-after-acting') return { act: true, how: 'reset' };
  const code = ERRCODE.exec(fault.do)?.[1];
  if (code !== undefined) return { act: false, how: 'errcode', code: Number(code) };
  const ms = slowMs(fault.do);
  return ms === null ? { act: true, how: 'drop' } : { act: true, how: 'slow', ms };
}

/** @param tries of this notice that were answered so far */
export function noticeTry(scenario: Scenario, tries: number): NoticeTry {
  return scenario.notices[tries] ?? 'right';
}

function faultNames(side: Side): readonly string[] {
  return side === 'inbox' ? MAIL_FAULTS : HTTP_FAULTS;
}

function slowMs(word: string): number | null {
  const ms = SLOW.exec(word)?.[1];
  return ms === undefined || Number(ms) > MAX_SLOW_MS ? null : Number(ms);
}
