import { z } from 'zod';
import { isTimeZone, LOCALES } from '../../domain/locale.js';
import { channelName } from '../../domain/notice.js';
import { PERSON_ID, PERSON_ROLES } from '../../domain/people.js';
import { trimmedText } from '../../wire/trimmed-text.js';
import { personRequestSchema } from '../review-cases/schema.js';
import { instantSchema, nameSchema } from '../review-notices/schema.js';

const personIdSchema = z.string().regex(PERSON_ID, 'must be 1 to 64 characters of A-Za-z0-9._~-');

export const personParams = z.object({ id: personIdSchema });

const name = trimmedText(200).refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), 'must be on one line');

/** A way to a person. */
export const channelSchema = z.discriminatedUnion(
  'type',
  [z.strictObject({ type: z.literal('email') }), z.strictObject({ type: z.literal('server'), counterpartId: z.string().min(1).max(60) })],
  'must be {"type": "email"} or {"type": "server", "counterpartId": "…"}',
);

/** A person is tried by a few ways at most; each may take its 72 h. */
const MOST_CHANNELS = 5;

/** `PUT /v1/liaisons/{id}` */
export const personSchema = z.strictObject({
  name,
  email: z.email('must be an e-mail address').max(254),
  locale: z.enum(LOCALES).default('en').describe('the language of their notices'),
  timeZone: z.string().max(100).refine(isTimeZone, 'must be a time zone like "Europe/Stockholm"').default('UTC').describe('an IANA name'),
  role: z.enum(PERSON_ROLES).default('liaison'),
  supervisorId: personIdSchema.nullable().default(null).describe('whom their cases are escalated to first; null: every supervisor'),
  channels: z
    .array(channelSchema)
    .min(1, 'must name at least one way to reach them')
    .max(MOST_CHANNELS)
    .refine((channels) => new Set(channels.map(channelName)).size === channels.length, 'must not name a way twice')
    .meta({ uniqueItems: true })
    .default([{ type: 'email' }])
    .describe('ways to reach them, the first that works'),
  active: z.boolean().default(true).describe('false: gets nothing any more, and no case'),
});

/** `GET /v1/liaisons` */
export const peopleQuerySchema = z.strictObject({
  role: z.enum(PERSON_ROLES, `must be one of: ${PERSON_ROLES.join(', ')}`).optional(),
  active: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .optional()
    .describe('only people who are, or are not, active'),
});

/** `POST /v1/liaisons/{id}/absences`, `PUT /v1/liaisons/{id}/absences/{absenceId}` */
export const absenceSchema = z
  .strictObject({
    from: instantSchema.describe('the first instant'),
    to: instantSchema.describe('the end, which is no part of it'),
    delegateId: personIdSchema.describe('who gets their notices meanwhile'),
    note: trimmedText(2000).nullish(),
    by: nameSchema,
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must be after from' });

export const absenceParams = personParams.extend({ absenceId: z.uuid('must be the id of an absence') });

const reasonType = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "STOCK_SHORT", at most 64 characters');

/** `PUT /v1/liaison-routes`: the whole table. */
export const routesSchema = z.strictObject({
  items: z
    .array(
      z.strictObject({
        buyerId: z.string().min(1).max(200).nullable().default(null).describe('null: any buyer'),
        reasonType: reasonType.nullable().default(null).describe('null: any reason'),
        liaisonId: personIdSchema.describe('the liaison whose case it is'),
      }),
    )
    .max(5000),
});

const text = z.string().min(1).max(200);

/** `POST /v1/liaisons/{id}/handover` */
export const handoverSchema = personRequestSchema.extend({
  to: text.describe('the liaison who takes over'),
  preview: z.boolean().default(false).describe('says what would be done, and does nothing'),
  filter: z
    .strictObject({
      status: z
        .array(z.enum(['held', 'in_review', 'awaiting_liaison']))
        .min(1)
        .optional(),
      buyerId: text.optional(),
      reasonType: text.optional(),
    })
    .default({})
    .describe('which of their open cases; not given: all'),
});
