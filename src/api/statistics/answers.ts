/** What operations on statistics answer: every figure with the list behind it. */
import { z } from 'zod';
import { TIMERS } from '../../db/health-statistics.js';
import { COUNTERPART_KINDS } from '../../domain/counterpart.js';
import { OPEN_STATUSES } from '../../domain/case-status.js';
import { MESSAGE_COUNTERPARTS, MESSAGE_STATES } from '../../domain/ledger.js';
import { instant, linkTo } from '../contract/answers.js';

const text = z.string();
const list = linkTo('the list behind it: its `counts` add up to the figure, for the same caller');

export const figureSchema = z.object({ count: z.int(), list }).meta({ id: 'Figure', description: 'How many there are, and which.' });

const ageBand = z.object({
  openedAfter: instant.nullable().describe('opened then or later; null: whenever'),
  openedBefore: instant.nullable().describe('opened before; null: whenever'),
  count: z.int(),
  list,
});

const durations = {
  count: z.int(),
  p50Ms: z.int().nullable().describe('half of them took no longer, from the first failure to the end; null: there is none'),
  p90Ms: z.int().nullable().describe('nine of ten took no longer'),
  list,
};

const span = { from: instant, to: instant };

export const caseStatisticsAnswer = z
  .object({
    ...span,
    every: text,
    timeZone: text,
    asOf: instant.describe('when it was counted; ages are from here'),
    open: z.object({
      count: z.int(),
      list,
      states: z.array(z.object({ status: z.enum(OPEN_STATUSES), count: z.int(), list, ages: z.array(ageBand).describe('oldest first') })),
    }),
    intervals: z.array(z.object({ ...span, opened: figureSchema, ended: figureSchema, approved: figureSchema, savedAlone: figureSchema })),
    ended: z.object({
      ...figureSchema.shape,
      approved: figureSchema,
      savedAlone: figureSchema.extend({
        share: z.number().nullable().describe('of all that ended, 0 to 1; null: none ended'),
      }),
    }),
    timeToResolve: z.object({
      all: z.object(durations),
      byReasonType: z.array(z.object({ reasonType: text, ...durations })).describe('the 100 with the most cases'),
      byLiaison: z
        .array(z.object({ liaisonId: text.nullable().describe('null: nobody was responsible'), ...durations }))
        .describe('likewise'),
    }),
  })
  .meta({ id: 'CaseStatistics', description: 'How cases come in, stand and end.' });

const breaker = z.object({
  counterpartId: text,
  kind: z.enum(COUNTERPART_KINDS),
  name: text,
  state: z.enum(['closed', 'open']).describe('`open`: it is not called for now'),
  failures: z.int().describe('failures in a row'),
  openings: z.int().describe('how often it has opened so far'),
  openedAt: instant.nullable(),
  probeAt: instant.nullable().describe('when it is called next, to see whether it is back'),
  deadLetters: figureSchema.describe('messages to it that were given up, whenever'),
});

const timer = z.object({
  timer: z.enum(TIMERS).describe('`review_request` and `poll`: what the rule asks by itself; `escalation`: reminders too'),
  count: z.int(),
  p50Ms: z.int().describe('how late, by the clock of the case or placement'),
  p95Ms: z.int(),
  maxMs: z.int(),
  worst: z.object({ orderId: text, caseId: text, at: instant.describe('when it was done'), list: linkTo('its history') }),
});

const HIDDEN = 'null: you may not see it';

export const healthAnswer = z
  .object({
    ...span,
    asOf: instant,
    breakers: z.array(breaker).nullable().describe(`open ones first. ${HIDDEN}`),
    messages: z
      .array(
        z.object({
          state: z.enum(MESSAGE_STATES),
          ...figureSchema.shape,
          counterparts: z.array(z.object({ counterpart: z.enum(MESSAGE_COUNTERPARTS), ...figureSchema.shape })),
        }),
      )
      .describe('states in which a message is on its way, or has come out and may not have arrived'),
    inboundEvents: z
      .object({
        pending: figureSchema.describe('not with their case yet'),
        parked: figureSchema.describe('one too many for their case'),
        contradicting: figureSchema.describe('contradict what was told, and nobody has settled it'),
        problems: z.array(z.object({ problem: text, ...figureSchema.shape })).describe('that nobody has settled'),
      })
      .nullable()
      .describe(HIDDEN),
    unknownWords: z
      .array(z.object({ vendorId: text, vendorStatus: text, ...figureSchema.shape }))
      .nullable()
      .describe(`words of vendors that nobody has mapped, the 100 with the most placements. ${HIDDEN}`),
    timers: z.array(timer).describe('what was planned and done by itself between `from` and `to`, wall time; those without any left out'),
  })
  .meta({ id: 'Health', description: 'What stands still, and how late planned instants were acted on.' });
