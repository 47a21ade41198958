/** What operations on placements answer. */
import { z } from 'zod';
import { LOCALES } from '../../domain/locale.js';
import { PLACEMENT_ACTIONS, PLACEMENT_STATUSES } from '../../domain/placement-status.js';
import { countsBy, instant, linkTo, pageOf } from '../contract/answers.js';
import { vendorTermsSchema } from '../vendors/schema.js';
import { eventSchema, explanationFields, plannedInstantSchema } from '../review-cases/answers.js';

const text = z.string();
const maybe = text.nullable();
const status = z.enum(PLACEMENT_STATUSES);
const placementId = text.describe('`<orderId>/placement`, or `<orderId>/placement/r<n>` for the n-th opening');
const statusReason = maybe.describe('why it is in this state: a stable word, like "MAX_POLLS_EXCEEDED"');
const ending = z.literal('cancelled').nullable().describe('set while the vendor is asked to cancel it');

const decision = z
  .object({
    policyVersion: z.int(),
    matchedRule: maybe.describe("the policy's rule that matched; null: its base alone"),
    inputs: z.object({
      vendor: vendorTermsSchema.nullable().describe('its terms at the opening; null: there is no such vendor'),
      campaign: maybe,
      paid: z.boolean(),
      numbers: z.int().describe('placement numbers used before'),
      existence: z.enum(['none', 'unknown', 'absent', 'exists', 'over']).describe('what was known of the order at the vendor'),
    }),
  })
  .meta({ id: 'PlacementDecision', description: 'By which rules a placement goes, and all that was looked at.' });

const customer = z
  .object({
    id: text.nullish(),
    name: text.nullish(),
    email: text.nullish(),
    phone: text.nullish(),
    locale: z.enum(LOCALES),
    webhook: text.nullish(),
  })
  .meta({ id: 'Customer', description: 'Who is told, and by which ways.' });

export const shownPlacementSchema = z
  .object({
    placementId,
    orderId: text,
    opening: z.int().describe('how often it was taken up, 1 for the first time'),
    vendorId: text,
    campaign: maybe,
    status,
    statusReason,
    description: maybe.describe("in words: the vendor's, or what went wrong"),
    vendorStatus: maybe.describe("the vendor's own latest word"),
    unmapped: z.boolean().describe('nobody has mapped that word'),
    placementNumber: maybe.describe('under which the vendor knows the order'),
    vendorOrderId: maybe.describe("the vendor's own number of the order"),
    polls: z.int().describe('how often the rule has asked for the result'),
    ending,
    refundDue: z.boolean(),
    customer: customer.nullable(),
    nextAction: plannedInstantSchema.nullable().describe('what the clock does next by itself'),
    deadlineAt: instant.nullable().describe('by then it ends'),
    openedAt: instant,
    endedAt: instant.nullable(),
    policyVersion: z.int().nullable(),
    decision: decision.nullable(),
    actions: z.array(z.enum(PLACEMENT_ACTIONS)).describe('what people may do now'),
    caseAt: instant.describe("the placement's own clock"),
    asOf: instant.describe('when this was written'),
    links: z.object({
      self: linkTo('this placement'),
      events: linkTo('its history'),
      messages: linkTo("the order's messages"),
      reviewCase: linkTo("the order's review case, where it has one").optional(),
      temporal: z.string().meta({ format: 'uri' }).describe('its story in the Temporal Web UI').optional(),
    }),
  })
  .meta({ id: 'Placement', description: 'An order placed with a vendor, in its newest opening.' });

export const placementListPageSchema = pageOf(shownPlacementSchema).extend({
  counts: countsBy(PLACEMENT_STATUSES).describe('how many each state has under the filters, that of the state left out'),
});

export const placementEventsSchema = pageOf(eventSchema).extend({ placementId });

export const placementExplanationSchema = z
  .object({ placementId, ...explanationFields, decision: decision.nullable() })
  .meta({ id: 'PlacementExplanation', description: 'Why a placement goes as it does.' });

export const placementAnswerSchema = z
  .object({
    placementId,
    status,
    statusReason,
    ending,
    nextPollAt: instant.nullable().describe('when the vendor is asked next by the rule'),
  })
  .meta({ id: 'PlacementAnswer', description: 'A placement right after an action.' });

/** What is said of every accepted event: where to see what becomes of it. */
export const acceptedPlacementEventSchema = z
  .object({
    eventId: text,
    orderId: text,
    links: z.object({
      event: linkTo('the event, with what comes of it'),
      placement: linkTo("the order's placement"),
      history: linkTo("the placement's history"),
    }),
  })
  .meta({ id: 'AcceptedPlacementEvent', description: 'An event about a placement that was committed.' });
