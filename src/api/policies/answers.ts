import { z } from 'zod';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { RECIPIENT_GROUPS } from '../../domain/notice.js';
import { PLACEMENT_STATUSES } from '../../domain/placement-status.js';
import { POLICY_KINDS, type PolicyKind } from '../../domain/policy-kinds.js';
import { policyDocumentSchemas } from '../../wire/policy-document.js';
import { countsBy, instant, linkTo, pageOf } from '../contract/answers.js';

const version = z.int().nullable().describe('null: a draft');
const matchedRule = z.string().nullable().describe('the rule that matched; null: the base alone');

/** `GET /v1/policies/{kind}` */
export const policyVersionSchema = z
  .object({
    kind: z.enum(POLICY_KINDS),
    version: z.int().describe('1, 2 …, without gaps'),
    effectiveFrom: instant.describe('from when it is in force, unless a later date has come'),
    inForce: z.boolean().describe('in force now'),
    by: z.string(),
    why: z.string(),
    createdAt: instant,
    rules: z.array(z.string()).describe('the names of its rules'),
    links: z.object({ self: linkTo('this version') }),
  })
  .meta({ id: 'PolicyVersion', description: 'A version of a policy: never edited.' });

export const policyVersionsSchema = pageOf(policyVersionSchema)
  .extend({ inForce: z.int().nullable().describe('the version in force now') })
  .meta({ id: 'PolicyVersions' });

/** `GET /v1/policies/{kind}/{version}` */
export const policySchemas = {
  review: policyVersionSchema.extend({ content: policyDocumentSchemas.review }).meta({ id: 'ReviewPolicy' }),
  placement: policyVersionSchema.extend({ content: policyDocumentSchemas.placement }).meta({ id: 'PlacementPolicy' }),
};

const outcomeValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const difference = z
  .object({ what: z.string().describe('what it is, like `windowEndsAt`'), from: outcomeValue, to: outcomeValue })
  .meta({ id: 'Difference', description: 'What is otherwise; instants are ISO 8601.' });

const reviewInputs = z
  .object({
    reasonType: z.string(),
    buyerId: z.string().nullable(),
    amount: z.string().nullable().describe("the order's total, a decimal string"),
    currency: z.string().nullable().describe('ISO 4217'),
  })
  .describe('what the policy looks at; null: not known');
const placementInputs = z.object({ vendorId: z.string(), campaign: z.string().nullable() }).describe('what the policy looks at');

const reviewOutcome = z
  .object({
    decision: z.enum(['held', 'rejected']),
    buyerToldEarly: z.boolean(),
    windowEndsAt: instant.nullable(),
    deadlineAt: instant.nullable(),
    reviewRequests: z.int().describe('how many requests at most, if each fails at once'),
    requestsAt: z.array(instant).describe('without jitter, the first ones'),
    lastRequestAt: instant.nullable(),
    jitter: z.number(),
    answerDeadlineMs: z.int(),
    liaisonWord: z.enum(['accepted', 'confirmed']),
    escalation: z.array(z.string()).describe('whom and when'),
  })
  .describe('what follows; null: it is not held');

const decidedBy = { policyVersion: z.int().describe('0: a draft'), matchedRule };
const drySample = z.object({
  decision: z.object({
    preset: z.boolean(),
    basis: z.enum(['reasonTypes', 'unknownReasonType']).describe('whether the type is listed, or what holds for all others applied'),
    ...decidedBy,
    inputs: reviewInputs,
  }),
  outcome: reviewOutcome,
  explanation: z.string().describe('the decision in words'),
});
const dryPlacementSample = z.object({
  decision: z.object({ ...decidedBy, inputs: placementInputs }),
  outcome: z.record(z.string(), outcomeValue).describe('the policy for it, by member, like `poll.initialMs`'),
});

/** What would be otherwise for each of some cases. */
function comparedWith<T extends z.ZodRawShape>(item: T) {
  const compared = {
    policyVersion: z.int().nullable().describe('the version that it follows'),
    matchedRule: z.object({ from: matchedRule, to: matchedRule }),
    differences: z.array(difference),
  };
  return z.object({
    examined: z.int().describe('how many were looked at'),
    otherwise: z.int().describe('for how many something would be otherwise: those in `items`'),
    more: z.boolean().describe('there are more than `limit`'),
    items: z.array(z.object({ ...item, ...compared })),
  });
}

const ofCase = { caseId: z.string(), orderId: z.string(), status: z.enum(CASE_STATUSES), inputs: reviewInputs };
const ofPlacement = { placementId: z.string(), orderId: z.string(), status: z.enum(PLACEMENT_STATUSES), inputs: placementInputs };

/** `POST /v1/policies/{kind}/dry-run` */
export const dryRunAnswers = {
  review: z
    .object({ version, notice: drySample.nullable(), cases: comparedWith(ofCase).nullable() })
    .meta({ id: 'ReviewDryRun', description: 'null: not asked for.' }),
  placement: z
    .object({ version, notice: dryPlacementSample.nullable(), cases: comparedWith(ofPlacement).nullable() })
    .meta({ id: 'PlacementDryRun', description: 'null: not asked for.' }),
};

const planned = z.object({
  number: z.int().describe('1, 2 …'),
  at: instant.nullable().describe('without jitter; null: that course does not come to so many'),
  earliest: instant,
  latest: instant,
  example: instant.nullable().describe('one course as it may come'),
});

/** `POST /v1/policies/{kind}/schedule-preview` */
export const previewAnswers = {
  review: z
    .object({
      version,
      matchedRule,
      firstFailureAt: instant,
      windowEndsAt: instant,
      deadlineAt: instant,
      requests: z.array(planned).describe('each is taken to fail at once'),
      escalation: z.array(
        z.object({ to: z.enum(RECIPIENT_GROUPS), afterMs: z.int(), at: instant.nullable().describe('null: left out, for the deadline') }),
      ),
      workingTime: z
        .array(z.object({ from: instant, to: instant }))
        .nullable()
        .describe('the first intervals in which requests are made; null: at any time'),
      notes: z.array(z.string()).describe('what is not known of holidays'),
    })
    .meta({ id: 'ReviewPreview' }),
  placement: z
    .object({
      version,
      matchedRule,
      placedAt: instant,
      deadlineAt: instant,
      polls: z.array(planned.extend({ lastLook: z.boolean().describe('the last one, at the deadline at the latest') })),
    })
    .meta({ id: 'PlacementPreview' }),
} satisfies Record<PolicyKind, z.ZodType>;

export const MIGRATION_RESULTS = [
  'migrated',
  'would_migrate',
  'unchanged',
  'refused',
  'not_found',
  'outcome_unknown',
  'not_tried',
] as const;

/** `POST /v1/policies/review/migrate` */
export const migrationSchema = z
  .object({
    version: z.int(),
    dryRun: z.boolean(),
    counts: countsBy(MIGRATION_RESULTS),
    more: z.boolean().describe('the filter has more'),
    items: z.array(
      z.object({
        orderId: z.string(),
        caseId: z.string().nullable().describe('null: there is none'),
        result: z.enum(MIGRATION_RESULTS),
        changed: z.array(difference).describe('what has changed, or would'),
        detail: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Migration', description: 'What came of each case.' });
