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

/** A policy is read by people, and copied into each case. */
const MOST_RULES = 200;
const MOST_LISTED = 2000;

const word = z.string().min(1).max(200);
const meaning = z.enum(['preset', 'not_preset']);
const listed = <T>(item: z.ZodType<T>) => z.array(item).min(1).max(MOST_LISTED);
const backoff = { initialMs: z.number(), coefficient: z.number(), maximum: z.number() };

const dayHours = z.array(z.tuple([z.string().max(5), z.string().max(5)])).max(24);
const days = z.object(Object.fromEntries(WEEKDAYS.map((day) => [day, dayHours.optional()])));
const calendar = z.strictObject({
  timeZone: word,
  hours: z.strictObject({ ...days.shape, makeUp: dayHours.optional() }),
  holidays: z.strictObject({ country: z.string().max(10), region: z.string().max(20).optional() }).nullish(),
  extraHolidays: z.array(z.string().max(10)).max(MOST_LISTED).optional(),
  extraWorkdays: z.array(z.string().max(10)).max(MOST_LISTED).optional(),
}) as z.ZodType<WorkingCalendar>;

const reviewRules = z.strictObject({
  reasonTypes: z.record(word, meaning),
  unknownReasonType: meaning,
  firstDelayMs: z.number(),
  intervalMs: z.number(),
  coefficient: z.number(),
  capMs: z.number(),
  jitter: z.number(),
  retryWindowMs: z.number(),
  minGapMs: z.number(),
  answerDeadlineMs: z.number(),
  answerQuery: z.strictObject(backoff),
  resolutionDeadlineMs: z.number(),
  liaisonWord: z.enum(['accepted', 'confirmed']).optional(),
  earlySuccess: z.strictObject({ default: z.boolean(), buyers: z.record(word, z.boolean()) }),
  calendar: calendar.nullish(),
  escalation: z
    .strictObject({
      steps: z
        .array(z.strictObject({ afterMs: z.number(), to: z.enum(RECIPIENT_GROUPS, `must be one of: ${RECIPIENT_GROUPS.join(', ')}`) }))
        .max(MOST_STEPS, `must be at most ${MOST_STEPS} steps`),
      workingTime: z.boolean(),
    })
    .optional(),
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
    .optional(),
}) as z.ZodType<ReviewWhen>;

const placementRules = z.strictObject({
  paymentWaitMs: z.number(),
  send: z.strictObject(backoff),
  verify: z.strictObject(backoff),
  maxPlacementNumbers: z.number(),
  poll: z.strictObject({ ...backoff, intervalMs: z.number(), capMs: z.number(), jitter: z.number() }),
  promisedMs: z.number(),
  deadlineMs: z.number(),
  customerUpdates: z.enum(['final', 'each_change']),
  reviewReasons: z.record(word, word),
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
const ruleFrame = z.strictObject({ name: z.string().trim().min(1).max(100), when: z.looseObject({}), then: z.looseObject({}) });

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
