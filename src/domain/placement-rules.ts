/** What a rule of the placement policy looks at: vendor, campaign (D2). */
import { placementPolicyMistakes, type PlacementPolicy } from './placement-policy.js';
import { documentMistakes, type PolicyDocument, type PolicyMistake } from './policy-document.js';

/** What a placement's policy depends on. */
export interface PlacementInputs {
  vendorId: string;
  campaign: string | null;
}

/** All conditions given must hold. */
export interface PlacementWhen {
  vendorIds?: string[];
  campaigns?: string[];
}

export type PlacementRules = Omit<PlacementPolicy, 'version' | 'matchedRule'>;
export type PlacementDocument = PolicyDocument<PlacementRules, PlacementWhen>;

/** What a placement keeps of why its policy is as it is (D2). */
export interface PlacementDecision {
  policyVersion: number;
  /** The rule that matched; null: the base alone. */
  matchedRule: string | null;
  inputs: PlacementInputs;
}

export function placementRuleMatches({ vendorIds, campaigns }: PlacementWhen, { vendorId, campaign }: PlacementInputs): boolean {
  if (vendorIds !== undefined && !vendorIds.includes(vendorId)) return false;
  return campaigns === undefined || (campaign !== null && campaigns.includes(campaign));
}

/** @returns every mistake, each with its place */
export function placementDocumentMistakes(document: PlacementDocument): PolicyMistake[] {
  return documentMistakes(
    document,
    (rules) => placementPolicyMistakes({ ...rules, version: 0 }),
    ({ vendorIds, campaigns }) =>
      vendorIds === undefined && campaigns === undefined ? ['when is empty: what holds for every placement belongs into base'] : [],
  );
}
