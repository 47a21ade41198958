import { SEED_PLACEMENT_POLICY } from '../../domain/placement-policy.js';
import { SEED_REVIEW_POLICY } from '../../domain/review-policy.js';
import { operation } from '../contract/operation.js';
import { dryRunAnswers, migrationSchema, policySchemas, policyVersionSchema, policyVersionsSchema, previewAnswers } from './answers.js';
import { dryRunSchemas, migrateSchema, policyListSchema, previewSchemas, publishSchemas, versionParams } from './schema.js';

const listing = {
  method: 'get',
  tag: 'Policies',
  permission: 'policies.read',
  query: policyListSchema,
  answers: { 200: { description: 'A page of versions, without their content.', body: policyVersionsSchema } },
  example: { query: { limit: '20' } },
} as const;

const publishing = {
  method: 'post',
  tag: 'Policies',
  description:
    'A version is never edited: a change is a new version, for new cases at once or from its date on. Every mistake of an unsound one is named.',
  permission: 'policies.write',
  answers: { 201: { description: 'Published.', body: policyVersionSchema } },
  problems: ['POLICY_UNSOUND', 'POLICY_MOVED_ON'],
} as const;

const getting = {
  method: 'get',
  tag: 'Policies',
  permission: 'policies.read',
  conditional: 'read',
  params: versionParams,
  problems: ['NOT_FOUND'],
  example: { params: { version: '1' } },
} as const;

const trying = {
  method: 'post',
  reads: true,
  tag: 'Policies',
  permission: 'policies.read',
  problems: ['POLICY_UNSOUND', 'POLICY_UNKNOWN'],
} as const;

const reviewContent = {
  base: SEED_REVIEW_POLICY,
  rules: [
    {
      name: 'big orders',
      when: { amount: { currency: 'SEK', from: '100000' } },
      then: { firstDelayMs: 300_000, earlySuccess: { default: false } },
    },
  ],
};
const placementContent = {
  base: SEED_PLACEMENT_POLICY,
  rules: [{ name: 'spring', when: { vendorIds: ['swift-post'], campaigns: ['spring'] }, then: { customerUpdates: 'each_change' } }],
};
const reviewNotice = { reasonType: 'STOCK_SHORT', buyerId: '7300070011115', amount: { value: '120000.00', currency: 'SEK' } };
const placementNotice = { vendorId: 'swift-post', campaign: 'spring' };

export const listReviewPolicies = operation({
  id: 'listReviewPolicies',
  path: '/policies/review',
  summary: 'List the versions of the review policy, the newest first',
  ...listing,
});

export const listPlacementPolicies = operation({
  id: 'listPlacementPolicies',
  path: '/policies/placement',
  summary: 'List the versions of the placement policy, the newest first',
  ...listing,
});

export const publishReviewPolicy = operation({
  id: 'publishReviewPolicy',
  path: '/policies/review',
  summary: 'Publish a version of the review policy',
  ...publishing,
  body: publishSchemas.review,
  example: { body: { content: reviewContent, by: 'Ana Ruiz', why: 'big orders are looked at sooner' } },
});

export const publishPlacementPolicy = operation({
  id: 'publishPlacementPolicy',
  path: '/policies/placement',
  summary: 'Publish a version of the placement policy',
  ...publishing,
  body: publishSchemas.placement,
  example: { body: { content: placementContent, by: 'Ana Ruiz', why: 'customers of the campaign hear of each step' } },
});

export const getReviewPolicy = operation({
  id: 'getReviewPolicy',
  path: '/policies/review/{version}',
  summary: 'Get a version of the review policy',
  ...getting,
  answers: { 200: { description: 'The version with its content.', body: policySchemas.review } },
});

export const getPlacementPolicy = operation({
  id: 'getPlacementPolicy',
  path: '/policies/placement/{version}',
  summary: 'Get a version of the placement policy',
  ...getting,
  answers: { 200: { description: 'The version with its content.', body: policySchemas.placement } },
});

const dryRun =
  'Of a draft, a version, or the one in force: what it decides for a sample, and for which of the newest cases ' +
  'something would be otherwise than under their own version.';

export const dryRunReviewPolicy = operation({
  id: 'dryRunReviewPolicy',
  path: '/policies/review/dry-run',
  summary: 'Try a review policy on a sample or on cases',
  description: dryRun,
  ...trying,
  body: dryRunSchemas.review,
  answers: { 200: { description: 'What it would decide.', body: dryRunAnswers.review } },
  example: { body: { content: reviewContent, notice: reviewNotice, receivedAt: '2026-01-05T08:00:00Z', cases: { status: ['held'] } } },
});

export const dryRunPlacementPolicy = operation({
  id: 'dryRunPlacementPolicy',
  path: '/policies/placement/dry-run',
  summary: 'Try a placement policy on a sample or on placements',
  description: dryRun,
  ...trying,
  body: dryRunSchemas.placement,
  answers: { 200: { description: 'What it would say.', body: dryRunAnswers.placement } },
  example: { body: { content: placementContent, notice: placementNotice, cases: { vendorId: 'swift-post' } } },
});

export const previewReviewPolicy = operation({
  id: 'previewReviewPolicy',
  path: '/policies/review/schedule-preview',
  summary: 'Preview all instants that a review policy plans',
  ...trying,
  body: previewSchemas.review,
  answers: { 200: { description: 'Every request and escalation, with and without jitter.', body: previewAnswers.review } },
  example: { body: { version: 1, notice: reviewNotice, from: '2026-01-05T08:00:00Z' } },
});

export const previewPlacementPolicy = operation({
  id: 'previewPlacementPolicy',
  path: '/policies/placement/schedule-preview',
  summary: 'Preview all instants that a placement policy plans',
  ...trying,
  body: previewSchemas.placement,
  answers: { 200: { description: 'Every poll, with and without jitter.', body: previewAnswers.placement } },
  example: { body: { version: 1, notice: placementNotice, from: '2026-01-05T08:00:00Z' } },
});

export const migrateReviewCases = operation({
  id: 'migrateReviewCases',
  method: 'post',
  path: '/policies/review/migrate',
  tag: 'Policies',
  summary: 'Move running cases to another version of the review policy',
  description: 'Each through its own workflow, with a result of its own. The decision of a case is not made again.',
  permission: 'policies.write',
  body: migrateSchema,
  answers: { 200: { description: 'What came, or would come, of each case.', body: migrationSchema } },
  problems: ['POLICY_UNKNOWN'],
  example: { body: { version: 1, cases: { orderIds: ['P-1001'] }, dryRun: true, by: 'Ana Ruiz', why: 'the new version waits longer' } },
});
