/** What operations on cases answer. */
import { z } from 'zod';
import { LINK_ACTIONS } from '../../domain/action-link.js';
import { AWAITED_ENDINGS, CASE_ACTIONS, CASE_STATUSES } from '../../domain/case-status.js';
import { LOCALES } from '../../domain/locale.js';
import { MESSAGE_STATES } from '../../domain/ledger.js';
import { RECIPIENT_GROUPS } from '../../domain/notice.js';
import { orderDocumentSchema } from '../../wire/order-document.js';
import { countsBy, instant, linkTo, pageOf } from '../contract/answers.js';

const text = z.string();
const maybe = text.nullable();
const status = z.enum(CASE_STATUSES);
const caseId = text.describe('`<orderId>/<round>`, or `<orderId>/<round>r<n>` for the n-th case of the round');
const ending = z.enum(AWAITED_ENDINGS).nullable().describe('set while a last look at the review server comes before this ending');
const statusReason = maybe.describe('why it is in this state: a stable word, like "RETRY_WINDOW_PASSED"');
const policyVersion = z.int().nullable().describe('the version of the policy that it follows; null before the decision');
const group = z.enum(RECIPIENT_GROUPS);

export const plannedInstantSchema = z.object({ what: text.describe('like "review request 3" or "resolution deadline"'), at: instant });

const decision = z
  .object({
    preset: z.boolean().describe('whether the reason type is one of the preset ones: then the order is held'),
    basis: z.enum(['reasonTypes', 'unknownReasonType']).describe('whether the type is listed, or the fallback for unknown ones applied'),
    policyVersion: z.int().describe('the version that decided'),
    matchedRule: maybe.describe("the policy's rule that matched; null: its base alone"),
    inputs: z.object({
      reasonType: text,
      buyerId: maybe,
      amount: maybe.describe("the order's total, a decimal"),
      currency: maybe.describe('ISO 4217'),
    }),
  })
  .meta({ id: 'ReviewDecision', description: 'How the reason was judged, and all that was looked at.' });

const escalation = z
  .object({
    done: z.array(z.object({ to: group, stage: text.describe('as in the ledger, like "reminder-2"'), at: instant })),
    toCome: z.array(z.object({ to: group, at: instant })).describe('by time; none while it is acknowledged'),
    acknowledged: z.object({ by: text, note: maybe, at: instant }).nullable(),
  })
  .meta({ id: 'Escalation', description: 'Who was told again, and who will be while nobody acknowledges it.' });

const shownCase = z.object({
  caseId,
  orderId: text,
  reviewRound: z.int(),
  status,
  statusReason,
  ending,
  reason: z
    .object({ type: text.describe('"unknown" where a case has no reason'), code: maybe, text: maybe })
    .describe('of the latest failure, in the words of the review server'),
  buyer: z.object({ id: maybe, name: maybe, orderNumber: maybe.describe("the buyer's own number") }),
  total: z.object({ value: text.describe('a decimal'), currency: text.describe('ISO 4217') }).nullable(),
  liaisonId: maybe.describe('who is responsible'),
  reviewAttempts: z.int().describe('review requests made'),
  reviewRequestId: maybe.describe('the request under way'),
  nextAction: plannedInstantSchema.nullable().describe('what the clock does next by itself'),
  planned: z.array(plannedInstantSchema).describe('all that the clock will do if nothing else happens, the nearest first'),
  escalation: escalation.nullable().describe('null where nobody was told of the case'),
  firstFailureAt: instant,
  windowEndsAt: instant.nullable().describe('until then reviews are requested by the rule'),
  deadlineAt: instant.nullable().describe('by then the case ends'),
  openedAt: instant,
  endedAt: instant.nullable(),
  policyVersion,
  decision: decision.nullable(),
  paused: z.boolean().describe('no review is requested; the clocks go on'),
  shadow: z.boolean().describe('decided and recorded, nothing sent'),
  actions: z.array(z.enum(CASE_ACTIONS)).describe('what people may do now'),
  caseVersion: z.int().describe('rises with each change'),
  caseAt: instant.describe("the case's own clock"),
  asOf: instant.describe('when this was written'),
  links: z.object({
    self: linkTo('this case'),
    events: linkTo('its history'),
    messages: linkTo("the order's messages"),
    newest: linkTo("the order's newest case, where this is an older one: what people do, they do to that one").optional(),
    placement: linkTo("the order's placement, where it has one").optional(),
    temporal: z.string().meta({ format: 'uri' }).describe('its story in the Temporal Web UI').optional(),
  }),
});

export const caseSchema = shownCase.meta({ id: 'Case', description: 'An order whose review failed, in one review round.' });

const toldSchema = z.object({
  key: text.describe('its key in the ledger'),
  caseId,
  kind: z.enum(['review_succeeded', 'review_failed']),
  provisional: z.boolean().describe('told early: it may be corrected'),
  supersedes: maybe.describe('the key of the message that it corrects'),
  state: z.enum(MESSAGE_STATES),
  resends: z.int().describe('how often people had it sent again'),
  settledAt: instant.nullable(),
});

export const caseInFullSchema = shownCase
  .extend({ told: z.array(toldSchema).describe('what the buyer server was told in this round, or is to be told, in its sequence') })
  .meta({ id: 'CaseInFull', description: 'A case, with what its buyer was told.' });

export const caseListSchema = pageOf(caseSchema).extend({
  counts: countsBy(CASE_STATUSES).describe('how many each state has under the filters, that of the state left out'),
});

export const eventSchema = z
  .object({
    number: z.int().nullable().describe('its place in the history; null: a note'),
    type: text.describe('what happened, like "review_requested"'),
    actor: text.describe('who did it: a person, a sender, or "holdpoint"'),
    before: maybe.describe('the state before'),
    after: maybe.describe('the state after'),
    data: z.record(z.string(), z.unknown()).describe('what belongs to it, by its type'),
    caseAt: instant.describe('when, by the clock of the case or placement'),
    wallAt: instant.describe('when it was written down'),
  })
  .meta({ id: 'Event', description: 'A line of the history: who did what, when, and what it changed.' });

export const caseEventsSchema = pageOf(eventSchema).extend({ caseId });

const noticeLinkSchema = z
  .object({
    id: text.describe('the public half of the link'),
    messageKey: text.describe('the notice that it is in, by its key in the ledger'),
    action: z.enum(LINK_ACTIONS),
    liaisonId: text.describe('who got it, and acts with it'),
    forLiaisonId: maybe.describe('whose case it must still be; null: whosever it is'),
    createdAt: instant,
    expiresAt: instant,
    usedAt: instant.nullable(),
    outcome: z
      .object({
        result: z.enum(['done', 'taken', 'not_counted']),
        action: z.enum(LINK_ACTIONS),
        status: status.optional().describe("the case's state right after it"),
        disposition: text.optional().describe('what came of it as an event'),
      })
      .nullable()
      .describe('what it came to when it was used'),
  })
  .meta({ id: 'NoticeLink', description: 'A link in a notice with which its reader can act once.' });

export const caseLinksSchema = z.object({ caseId, items: z.array(noticeLinkSchema).describe('oldest first') });

export const decidingPolicySchema = z
  .object({ version: z.int(), effectiveFrom: instant, createdBy: text, why: text })
  .meta({ id: 'DecidingPolicy', description: 'The version of the policy that decided.' });

export const explanationFields = {
  orderId: text,
  lang: z.enum(LOCALES),
  text: text.describe('in a few sentences, for people'),
  policy: decidingPolicySchema.nullable().describe('null: nothing is decided yet, or the caller may not read policies'),
  policyVersion,
  asOf: instant,
};

export const caseExplanationSchema = z
  .object({ caseId, ...explanationFields, decision: decision.nullable() })
  .meta({ id: 'CaseExplanation', description: 'Why a case was decided as it was.' });

const changedValue = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const caseAnswerSchema = z
  .object({
    caseId,
    status,
    statusReason,
    ending,
    paused: z.boolean(),
    nextReviewAt: instant.nullable().describe('when the next review request is made by the rule'),
    changed: z
      .array(z.object({ what: text.describe('like "status" or "liaisonId"'), from: changedValue, to: changedValue }))
      .describe('what the action has changed at once'),
  })
  .meta({ id: 'CaseAnswer', description: 'A case right after an action.' });

export const caseOrderSchema = z
  .object({
    orderId: text,
    order: orderDocumentSchema.nullable().describe('null: nobody knows it yet'),
    updatedAt: instant.nullable().describe('when it was last seen anew'),
  })
  .meta({ id: 'CaseOrder', description: 'What was ordered, as the buyer and the platform say it.' });
