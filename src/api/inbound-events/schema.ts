/** What operations on inbound events take and answer. */
import { z } from 'zod';
import { INBOUND_KINDS, INBOUND_STATES, RETRIABLE_PROBLEMS } from '../../db/inbound-events.js';
import { DISPOSITIONS } from '../../domain/case-record.js';
import { instant, pageOf } from '../contract/answers.js';
import { pageQuery } from '../cursor.js';
import { nameSchema, noteSchema } from '../review-notices/schema.js';

const filter = z.string().min(1).max(200).optional();

/** `GET /v1/inbound-events` */
export const listQuerySchema = z.strictObject({
  orderId: filter,
  state: filter.describe(`one of: ${INBOUND_STATES.join(', ')}`),
  disposition: filter.describe(`one of: ${DISPOSITIONS.join(', ')}`),
  problem: filter.describe('a problem that nobody has settled yet, like "ORDER_UNKNOWN"; "any": whichever it is'),
  ...pageQuery,
});

export const cursorSchema = z.strictObject({ seq: z.string().regex(/^\d{1,18}$/) });

/** Not checked: what is no UUID is not there. */
export const eventParams = z.object({ id: z.string().describe("an inbound event's UUID") });

/** `POST …/settle`: who settled the problem, and how. */
export const settleSchema = z.strictObject({ by: nameSchema, note: noteSchema.describe('how it was settled') });

const maybe = z.string().nullable();

export const inboundEventSchema = z
  .object({
    id: z.uuid(),
    sender: z.string().describe('the name of the key that it came with; with a suffix where people said it'),
    eventId: z.string().describe("the sender's own ID of the event"),
    kind: z.enum(INBOUND_KINDS).describe('`own_call`: told too late by an answer to a call of our own'),
    orderId: z.string(),
    reviewRound: z.int().describe('0 where it is of no review'),
    receivedAt: instant,
    state: z.enum(INBOUND_STATES).describe('`pending`: not with its case yet; `excess`: one too many for its case'),
    disposition: z.enum(DISPOSITIONS).nullable().describe('what came of it, once known'),
    problem: maybe.describe('what people have to look at: a stable word, like "ORDER_UNKNOWN"'),
    detail: maybe.describe('why it could not be handed over yet'),
    caseId: maybe.describe('the case or placement that it came to'),
    attempts: z.int().describe('how often it was handed over in vain'),
    settled: z.object({ by: z.string(), note: z.string(), at: instant }).nullable().describe('who settled the problem by hand, and how'),
    actions: z.array(z.enum(['retry', 'settle'])).describe('what people may do now'),
    payload: z.record(z.string(), z.unknown()).describe('what was sent'),
  })
  .meta({ id: 'InboundEvent', description: 'Something that came in, and what came of it.' });

export const inboundEventListSchema = pageOf(inboundEventSchema);

export const RETRIABLE = RETRIABLE_PROBLEMS.join(', ');
