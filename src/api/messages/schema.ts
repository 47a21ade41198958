import { z } from 'zod';
import { MOST_RESENT } from '../../db/resends.js';
import { MESSAGE_COUNTERPARTS, MESSAGE_STATES, RESENDABLE_STATES } from '../../domain/ledger.js';
import { pageQuery } from '../cursor.js';
import { oneOrMoreOf, severalOf } from '../filters.js';
import { instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200);
const keySchema = z.string().min(1).max(500);
const cursor = z.string().max(1000).optional().describe('the `nextCursor` of the page before');

/** Filters that lists, counts and resending have in common. */
const filter = {
  orderId: text.optional(),
  counterpart: z.enum(MESSAGE_COUNTERPARTS, `must be one of: ${MESSAGE_COUNTERPARTS.join(', ')}`).optional(),
  counterpartId: text.optional().describe('the server by which it goes'),
  recipient: text.optional(),
  kind: text.optional(),
  from: instantSchema.optional().describe('first claimed at this instant or later'),
  to: instantSchema.optional().describe('first claimed before this instant'),
};

/** `GET /v1/messages/counts` */
export const countsQuerySchema = z.strictObject({
  ...filter,
  caseId: text.optional().describe('a review case or a placement'),
  state: severalOf(MESSAGE_STATES, 'only messages in this state'),
});

/** `GET /v1/messages`; several states are separated by commas. */
export const listQuerySchema = countsQuerySchema.extend({ key: keySchema.optional(), ...pageQuery, cursor });
export const cursorSchema = z.strictObject({ wallAt: z.iso.datetime(), key: z.string() });

export const messageParams = z.object({ id: z.string().describe('the `id` of a message in the list') });

const anyState = `(${RESENDABLE_STATES.join('|')})`;
const resendable = oneOrMoreOf(RESENDABLE_STATES)
  .default([...RESENDABLE_STATES])
  .meta({ description: 'one or several, separated by commas; without it all', override: { pattern: `^${anyState}(,${anyState})*$` } });

/** `POST /v1/messages/resend`: by keys, or by a filter, from a cursor on. */
export const resendSchema = z
  .strictObject({
    keys: z.array(keySchema).min(1).max(MOST_RESENT).optional().describe('keys of messages'),
    filter: z
      .strictObject({ ...filter, state: resendable })
      .optional()
      .describe(`in place of keys: the oldest ${MOST_RESENT} under a filter`),
    cursor: cursor.describe('of the report before: goes on from there; with a filter only'),
    by: nameSchema,
    note: noteSchema,
    alsoUnknown: z.boolean().default(false).describe('also those that may have arrived: they may come twice'),
    preview: z.boolean().default(false).describe('says what would be done, and does nothing'),
  })
  .refine(({ keys, filter: chosen }) => (keys === undefined) !== (chosen === undefined), {
    path: ['keys'],
    message: 'must be given, or filter, and not both',
  })
  .refine(({ cursor: from, keys }) => from === undefined || keys === undefined, { path: ['cursor'], message: 'goes with a filter only' })
  .meta({
    oneOf: [
      { required: ['keys'], not: { required: ['cursor'] } },
      { required: ['filter'], not: { required: ['keys'] } },
    ],
  });
