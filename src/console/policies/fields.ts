/** What a policy says, as a form asks for it. */
import type { PolicyKind } from './document.ts';

export type FieldForm = 'length' | 'factor' | 'share' | 'count' | 'switch' | 'meaning' | 'liaisonWord' | 'customerUpdates';
export interface Field {
  path: string;
  form: FieldForm;
}
export interface FieldGroup {
  name: 'schedule' | 'answers' | 'end' | 'payment' | 'sending' | 'verifying' | 'customer';
  fields: readonly Field[];
}

const field = (path: string, form: FieldForm): Field => ({ path, form });
const tries = (of: string): Field[] => [
  field(`${of}.initialMs`, 'length'),
  field(`${of}.coefficient`, 'factor'),
  field(`${of}.maximum`, 'count'),
];

export const GROUPS: Record<PolicyKind, readonly FieldGroup[]> = {
  review: [
    {
      name: 'schedule',
      fields: [
        field('firstDelayMs', 'length'),
        field('intervalMs', 'length'),
        field('coefficient', 'factor'),
        field('capMs', 'length'),
        field('jitter', 'share'),
        field('retryWindowMs', 'length'),
        field('minGapMs', 'length'),
      ],
    },
    { name: 'end', fields: [field('resolutionDeadlineMs', 'length'), field('liaisonWord', 'liaisonWord')] },
    { name: 'answers', fields: [field('answerDeadlineMs', 'length'), ...tries('answerQuery')] },
  ],
  placement: [
    {
      name: 'schedule',
      fields: [
        field('poll.initialMs', 'length'),
        field('poll.intervalMs', 'length'),
        field('poll.coefficient', 'factor'),
        field('poll.capMs', 'length'),
        field('poll.jitter', 'share'),
        field('poll.maximum', 'count'),
      ],
    },
    { name: 'end', fields: [field('promisedMs', 'length'), field('deadlineMs', 'length')] },
    { name: 'sending', fields: [...tries('send'), field('maxPlacementNumbers', 'count')] },
    { name: 'verifying', fields: tries('verify') },
    { name: 'payment', fields: [field('paymentWaitMs', 'length')] },
    { name: 'customer', fields: [field('customerUpdates', 'customerUpdates')] },
  ],
};

/** Of the review policy, beside the groups: these can stand in a rule too. */
const MORE: Record<PolicyKind, readonly Field[]> = {
  review: [field('earlySuccess.default', 'switch'), field('unknownReasonType', 'meaning')],
  placement: [],
};

/** Every member with a field of its own, which a rule can say otherwise. */
export function fieldsOf(kind: PolicyKind): Field[] {
  return [...GROUPS[kind].flatMap(({ fields }) => fields), ...MORE[kind]];
}

export const CHOICES: Partial<Record<FieldForm, readonly string[]>> = {
  meaning: ['preset', 'not_preset'],
  liaisonWord: ['accepted', 'confirmed'],
  customerUpdates: ['final', 'each_change'],
};

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1000],
] as const;
export type Unit = (typeof UNITS)[number][0];
export const UNIT_NAMES: readonly Unit[] = UNITS.map(([name]) => name);

export function msOf(unit: Unit): number {
  return UNITS.find(([name]) => name === unit)?.[1] ?? 1000;
}

/** @returns the largest unit in which it is a whole number, days from two on: people say 24 hours and 3 days */
export function unitFor(ms: number): Unit {
  const fits = UNITS.find(([name, size]) => ms % size === 0 && ms >= (name === 'days' ? 2 * size : size));
  return fits?.[0] ?? (ms === 0 ? 'minutes' : 'seconds');
}
