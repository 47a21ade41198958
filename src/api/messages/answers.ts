import { z } from 'zod';
import { RESEND_RESULTS } from '../../db/resends.js';
import { ATTEMPT_OUTCOMES, MESSAGE_COUNTERPARTS, MESSAGE_STATES, OBSTACLE_REASONS } from '../../domain/ledger.js';
import { countsBy, instant } from '../contract/answers.js';

const counterpart = z.enum(MESSAGE_COUNTERPARTS).describe('whom it goes to');
const obstacle = {
  reason: z.enum(OBSTACLE_REASONS).nullable().describe('why it is not sent again; null: it can be'),
  detail: z.string().nullable().describe('the reason in words'),
};

const attemptSchema = z
  .object({
    number: z.int().describe('1, 2 …'),
    startedAt: instant,
    finishedAt: instant.nullable().describe('null: under way, or its end was never heard of'),
    outcome: z.enum(ATTEMPT_OUTCOMES).nullable().describe('`not_acted`: surely not in effect; `unknown`: it may be'),
    httpStatus: z.int().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Attempt', description: 'One attempt to deliver a message.' });

export const messageSchema = z
  .object({
    id: z.string().describe('for addresses: the key as base64url'),
    key: z.string().describe('the idempotency key under which it is sent, the same over all attempts'),
    caseId: z.string().describe('the review case, the placement or the outage that it is about'),
    orderId: z.string(),
    reviewRound: z.int().describe('0: of no review round'),
    stage: z.string().describe('what it was sent for'),
    counterpart,
    counterpartId: z.string().nullable().describe('the server by which it goes; null: the default of its kind'),
    recipient: z.string().describe('a buyer, a server, or a person and the way to them'),
    sequence: z.int().nullable().describe("its place among the order's messages to this receiver; null: it has none"),
    kind: z.string().describe('what it says, like `review_succeeded`'),
    provisional: z.boolean().describe('a success that was told early'),
    supersedes: z.string().nullable().describe('the key of the message that it corrects'),
    body: z.string().describe('the text exactly as sent'),
    state: z.enum(MESSAGE_STATES),
    resends: z.int().describe('how often people had it sent again'),
    resentBy: z.string().nullable().describe('who did last'),
    result: z.record(z.string(), z.unknown()).nullable().describe('what is kept of the answer'),
    detail: z.string().nullable().describe('why it stands so'),
    caseAt: instant.describe("when it was composed, by its case's clock"),
    wallAt: instant.describe('when it was first claimed'),
    settledAt: instant.nullable().describe('when it came to its end; null: it has not yet'),
    attempts: z.array(attemptSchema),
    actions: z.array(z.enum(['resend'])).describe('what people may ask for'),
  })
  .meta({ id: 'Message', description: 'A message of the ledger.' });

/** `GET /v1/messages/{id}` */
export const judgedMessageSchema = messageSchema
  .extend({ resend: z.object({ possible: z.boolean(), ...obstacle }).describe('whether it can be sent again') })
  .meta({ id: 'JudgedMessage', description: 'A message of the ledger, and whether it can be sent again.' });

const statesSchema = countsBy(MESSAGE_STATES).describe('how many messages by state');

export const messageCountsSchema = z
  .object({ states: statesSchema, items: z.array(z.object({ counterpart, counterpartId: z.string().nullable(), states: statesSchema })) })
  .meta({ id: 'MessageCounts', description: 'How many messages there are in each state: over all, and at each counterpart.' });

export const resendReportSchema = z
  .object({
    items: z.array(
      z.object({
        key: z.string(),
        orderId: z.string().nullable().describe('null: there is no such message'),
        result: z.enum(RESEND_RESULTS),
        ...obstacle,
      }),
    ),
    queued: z.int().describe('how many are, or would be, sent again'),
    nextCursor: z.string().nullable().describe('for the next call with the same filter, as `cursor`; null: there are no more'),
  })
  .meta({ id: 'ResendReport', description: 'What came of each message.' });
