/** The form of a policy as it comes in: members, types, sizes. What makes it sound is in the domain. */
import { z } from 'zod';
import { DECIMAL } from '../domain/decimal.js';
import { MOST_STEPS } from '../domain/escalation.js';
import { RECIPIENT_GROUPS } from '../domain/notice.js';
import { BASE, mergePatch, placeOfRule, type PolicyMistake } from '../domain/policy-document.js';
import type { PolicyKind, PolicyShapes } from '../domain/policy-kinds.js';
import type { PlacementRules, PlacementWhen } from '../domain/placement-rules.js';
import type { ReviewRules } from '../domain/review-policy.js';
import type { ReviewWhen } from '../domain/review-rules.js';
import { WEEKDAYS, type WorkingCalendar } from '../domain/working-calendar.js';
import { trimmedText } from './trimmed-text.js';

/** A policy is read by people, and copied into each case. */
const MOST_RULES = 200;
const MOST_LISTED = 2000;

/** What makes numbers sound is in the domain, which says it in words; the contract shows the same limits. */
const ms = (least: number, description: string) =>
  z.number().meta({ type: 'integer', minimum: least, description: `${description}, in ms` });
const count = (minimum: number, maximum: number, description: string) =>
  z.number().meta({ type: 'integer', minimum, maximum, description });
const ratio = (minimum: number, maximum: number, description: string) => z.number().meta({ minimum, maximum, description });

const word = z.string().min(1).max(200);
const meaning = z.enum(['preset', 'not_preset']).describe('`preset`: held, and asked for again; `not_preset`: back to the buyer');
const listed = <T>(item: z.ZodType<T>) => z.array(item).min(1).max(MOST_LISTED);
const coefficient = ratio(1, 10, 'by which each delay is longer than the one before');
const jitter = ratio(0, 0.5, 'a share: each delay is spread evenly over ± this share');

const time = z.string().max(5).describe('local, like "09:00"');
const dayHours = z
  .array(z.tuple([time, time]))
  .max(24)
  .describe('periods from and to; "24:00" is the end of the day');
const days = z.object(Object.fromEntries(WEEKDAYS.map((day) => [day, dayHours.optional()])));
const date = z.string().max(10).describe('like "2026-10-01"');
const calendar = z.strictObject({
  timeZone: word.describe('an IANA name, like "Asia/Shanghai"'),
  hours: z
    .strictObject({ ...days.shape, makeUp: dayHours.optional().describe('of a make-up workday whose own weekday has no hours') })
    .describe('a day that is not named is closed'),
  holidays: z
    .strictObject({ country: z.string().max(10).describe('ISO 3166-1, like "CN"'), region: z.string().max(20).optional() })
    .nullish()
    .describe('public holidays, with make-up workdays where there are some; not given: none'),
  extraHolidays: z.array(date).max(MOST_LISTED).optional().describe('closed whatever the rest says'),
  extraWorkdays: z.array(date).max(MOST_LISTED).optional().describe('open whatever the rest says'),
}) as z.ZodType<WorkingCalendar>;

const step = z.strictObject({
  afterMs: ms(1000, 'since the first failure, or for the liaison since the latest assignment'),
  to: z.enum(RECIPIENT_GROUPS, `must be one of: ${RECIPIENT_GROUPS.join(', ')}`),
});

const reviewRules = z.strictObject({
  reasonTypes: z.record(word, meaning).describe('what each failure-reason type means'),
  unknownReasonType: meaning,
  firstDelayMs: ms(1000, 'from the first failure to the first review request'),
  intervalMs: ms(1000, 'from the second failure to the second request'),
  coefficient,
  capMs: ms(1000, 'the longest delay'),
  jitter,
  retryWindowMs: ms(1000, 'requests are made so long since the first failure'),
  minGapMs: ms(0, "no request at the window's end when one was made so shortly before"),
  answerDeadlineMs: ms(1000, 'a request without an outcome after this has failed'),
  answerQuery: z
    .strictObject({ initialMs: ms(1000, 'after which is asked first'), coefficient, maximum: count(0, 100, 'how often at most') })
    .describe('asking what became of an accepted request'),
  resolutionDeadlineMs: ms(1000, 'the one deadline of a case, since the first failure'),
  liaisonWord: z
    .enum(['accepted', 'confirmed'])
    .optional()
    .describe("whether a liaison's word ends a case, or the review server must say so too; not given: accepted"),
  earlySuccess: z
    .strictObject({ default: z.boolean(), buyers: z.record(word, z.boolean()).describe('by buyer') })
    .describe('whether the buyer is told "succeeded" early'),
  calendar: calendar.nullish().describe('when people work: review requests wait for it'),
  escalation: z
    .strictObject({
      steps: z.array(step).max(MOST_STEPS, `must be at most ${MOST_STEPS} steps`).describe('rising'),
      workingTime: z.boolean().describe('only time of the calendar counts'),
    })
    .optional()
    .describe('who is told again while nobody has acknowledged a case; not given: nobody'),
}) as z.ZodType<ReviewRules>;

const decimal = z.string().regex(DECIMAL, 'must be a decimal string like "1000.00"');
const reviewWhen = z.strictObject({
  reasonTypes: listed(word).optional(),
  buyerIds: listed(z.string().min(1).max(2000)).optional(),
  amount: z
    .strictObject({
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code like "EUR"'),
      from: decimal.optional(),
      below: decimal.optional(),
    })
    .optional()
    .describe('a band of totals: from ≤ total < below'),
}) as z.ZodType<ReviewWhen>;

const tries = (what: string, most: z.ZodType<number>) =>
  z.strictObject({ initialMs: ms(1000, 'the first wait'), coefficient, maximum: most }).describe(what);

const placementRules = z.strictObject({
  paymentWaitMs: ms(0, 'how long an unpaid order waits for its payment'),
  send: tries('the placement request, as long as it may be repeated', count(1, 100, 'how often at most')),
  verify: tries('asking whether a vendor has an order whose placement got no answer', count(2, 100, 'how often at most')),
  maxPlacementNumbers: count(1, 10, 'how many numbers an order may use up'),
  poll: z
    .strictObject({
      initialMs: ms(1000, 'before the first poll'),
      coefficient,
      maximum: count(1, 500, 'the number of the last poll'),
      intervalMs: ms(1000, 'between the first two polls'),
      capMs: ms(1000, 'the longest interval'),
      jitter,
    })
    .describe('asking for the result'),
  promisedMs: ms(0, 'the polls span at least this'),
  deadlineMs: ms(1000, 'the one deadline, since the creation'),
  customerUpdates: z.enum(['final', 'each_change']).describe('when the customer is told'),
  reviewReasons: z.record(word, word).describe('final failure reasons that open a review case, and the review reason they stand for there'),
}) as z.ZodType<PlacementRules>;

const placementWhen = z.strictObject({
  vendorIds: listed(word).optional(),
  campaigns: listed(word).optional(),
}) as z.ZodType<PlacementWhen>;

const FORMS: { [K in PolicyKind]: { rules: z.ZodType<PolicyShapes[K]['rules']>; when: z.ZodType } } = {
  review: { rules: reviewRules, when: reviewWhen },
  placement: { rules: placementRules, when: placementWhen },
};

const frame = z.strictObject({ base: z.looseObject({}), rules: z.array(z.unknown()).max(MOST_RULES).default([]) });
const ruleFrame = z.strictObject({ name: trimmedText(100), when: z.looseObject({}), then: z.looseObject({}) });

const documentOf = <Rules, When>(rules: z.ZodType<Rules>, when: z.ZodType<When>) =>
  z.strictObject({
    base: rules,
    rules: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(100),
          when: when.describe('all conditions given must hold; at least one'),
          then: z
            .record(z.string(), z.unknown())
            .describe('what is otherwise than in base: members at any depth, null removes one (RFC 7396)'),
        }),
      )
      .max(MOST_RULES)
      .default([])
      .describe('the first that matches applies'),
  });

/** Documents of each kind, as the contract shows them; `readPolicyDocument` reads them. */
export const policyDocumentSchemas = {
  review: documentOf(reviewRules, reviewWhen).meta({
    id: 'ReviewPolicyDocument',
    description: 'A base, and rules that change it for some cases.',
  }),
  placement: documentOf(placementRules, placementWhen).meta({
    id: 'PlacementPolicyDocument',
    description: 'A base, and rules that change it for some placements.',
  }),
};

/** What was read, and all that is wrong with its form. */
export interface ReadDocument<K extends PolicyKind> {
  /** Null where there is no base to go by; a rule whose form is wrong is left empty. */
  document: PolicyShapes[K]['document'] | null;
  /** Rules whose form is wrong, by their place without the name: `rules[1]`. */
  malformed: string[];
  mistakes: PolicyMistake[];
}

/** Reads a document of a kind; each mistake has its place in the document. */
export function readPolicyDocument<K extends PolicyKind>(kind: K, content: unknown): ReadDocument<K> {
  const outer = frame.safeParse(content);
  if (!outer.success) return { document: null, malformed: [], mistakes: mistakesIn('content', outer.error) };
  const { base } = outer.data;
  const inBase = formMistakes(BASE, FORMS[kind].rules, base);
  const read = outer.data.rules.map((rule, index) => readRule(kind, base, rule, index, inBase));
  const rules = read.map(({ rule, mistakes }) => (mistakes.length === 0 ? rule : { name: '', when: {}, then: {} }));
  return {
    document: inBase.length > 0 ? null : ({ base, rules } as unknown as PolicyShapes[K]['document']),
    malformed: read.flatMap(({ mistakes }, index) => (mistakes.length === 0 ? [] : [placeOfRule(index, null)])),
    mistakes: [...inBase, ...read.flatMap(({ mistakes }) => mistakes)],
  };
}

function readRule(kind: PolicyKind, base: object, rule: unknown, index: number, inBase: PolicyMistake[]) {
  const place = placeOfRule(index, (rule as { name?: unknown } | null)?.name);
  const read = ruleFrame.safeParse(rule);
  if (!read.success) return { rule, mistakes: mistakesIn(place, read.error) };
  const known = new Set(inBase.map(({ message }) => message));
  // What a rule says is right when what it makes of the base is; what is wrong with the base is said once.
  const merged = formMistakes(place, FORMS[kind].rules, mergePatch(base, read.data.then)).filter(({ message }) => !known.has(message));
  return { rule, mistakes: [...formMistakes(place, FORMS[kind].when, read.data.when, 'when.'), ...merged] };
}

function formMistakes(place: string, schema: z.ZodType, value: unknown, prefix = ''): PolicyMistake[] {
  const read = schema.safeParse(value);
  return read.success ? [] : mistakesIn(place, read.error, prefix);
}

function mistakesIn(place: string, { issues }: z.ZodError, prefix = ''): PolicyMistake[] {
  return issues.slice(0, 50).map(({ path, message }) => {
    const where = prefix + path.map(String).join('.');
    return { place, message: where === '' ? message : `${where}: ${message}` };
  });
}
