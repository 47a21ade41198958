/** The two kinds of policies, and what differs between them. */
import { resolveDocument, type PolicyMistake } from './policy-document.js';
import {
  placementDocumentMistakes,
  placementRuleMatches,
  type PlacementDocument,
  type PlacementInputs,
  type PlacementRules,
} from './placement-rules.js';
import type { ReviewRules } from './review-policy.js';
import { reviewDocumentMistakes, reviewRuleMatches, type ReviewDocument, type ReviewInputs } from './review-rules.js';

export const POLICY_KINDS = ['review', 'placement'] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

export interface PolicyShapes {
  review: { document: ReviewDocument; rules: ReviewRules; inputs: ReviewInputs };
  placement: { document: PlacementDocument; rules: PlacementRules; inputs: PlacementInputs };
}

/** A policy for one case or placement: the base with what the matching rule changes, and where it comes from. */
export type Resolved<K extends PolicyKind> = PolicyShapes[K]['rules'] & { version: number; matchedRule: string | null };

interface KindOf<K extends PolicyKind> {
  resolve(
    document: PolicyShapes[K]['document'],
    inputs: PolicyShapes[K]['inputs'],
  ): { policy: PolicyShapes[K]['rules']; matchedRule: string | null };
  mistakes(document: PolicyShapes[K]['document']): PolicyMistake[];
}

const KINDS: { [K in PolicyKind]: KindOf<K> } = {
  review: {
    resolve: (document, inputs) => resolveDocument(document, (when) => reviewRuleMatches(when, inputs)),
    mistakes: reviewDocumentMistakes,
  },
  placement: {
    resolve: (document, inputs) => resolveDocument(document, (when) => placementRuleMatches(when, inputs)),
    mistakes: placementDocumentMistakes,
  },
};

/** What a version of a policy says for one case or placement. */
export function resolvePolicy<K extends PolicyKind>(
  kind: K,
  version: number,
  document: PolicyShapes[K]['document'],
  inputs: PolicyShapes[K]['inputs'],
): Resolved<K> {
  const { policy, matchedRule } = KINDS[kind].resolve(document, inputs);
  return { ...policy, version, matchedRule };
}

/** @returns every mistake of a document, each with its place; that a time zone and a country exist is not looked at here */
export function mistakesOfDocument<K extends PolicyKind>(kind: K, document: PolicyShapes[K]['document']): PolicyMistake[] {
  return KINDS[kind].mistakes(document);
}
