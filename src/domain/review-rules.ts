/** What a rule of the review policy looks at: reason type, buyer, amount band (D2). */
import { compareDecimals } from './decimal.js';
import type { OrderFacts } from './order.js';
import { policyMistakes, type ReviewRules } from './review-policy.js';
import { documentMistakes, placeOfRule, type PolicyDocument, type PolicyMistake } from './policy-document.js';

/** What a case's policy and decision depend on; null: not known, and no condition on it matches. */
export interface ReviewInputs {
  reasonType: string;
  buyerId: string | null;
  /** The order's total: a decimal string, and its ISO 4217 currency. */
  amount: string | null;
  currency: string | null;
}

/** @param facts null: the order is not known yet */
export function reviewInputs(reasonType: string, facts: OrderFacts | null): ReviewInputs {
  return { reasonType, buyerId: facts?.buyerId ?? null, amount: facts?.total.value ?? null, currency: facts?.total.currency ?? null };
}

/** All conditions given must hold. */
export interface ReviewWhen {
  reasonTypes?: string[];
  buyerIds?: string[];
  /** A band of totals in one currency: `from` ≤ total < `below`. */
  amount?: { currency: string; from?: string; below?: string };
}

export type ReviewDocument = PolicyDocument<ReviewRules, ReviewWhen>;

export function reviewRuleMatches({ reasonTypes, buyerIds, amount }: ReviewWhen, inputs: ReviewInputs): boolean {
  if (reasonTypes !== undefined && !reasonTypes.includes(inputs.reasonType)) return false;
  if (buyerIds !== undefined && (inputs.buyerId === null || !buyerIds.includes(inputs.buyerId))) return false;
  return amount === undefined || isInBand(amount, inputs);
}

function isInBand(band: NonNullable<ReviewWhen['amount']>, { amount, currency }: ReviewInputs): boolean {
  if (amount === null || currency !== band.currency) return false;
  if (band.from !== undefined && compareDecimals(amount, band.from) < 0) return false;
  return band.below === undefined || compareDecimals(amount, band.below) < 0;
}

/** @returns every mistake, each with its place; that a time zone and a country exist is not looked at here */
export function reviewDocumentMistakes(document: ReviewDocument): PolicyMistake[] {
  return documentMistakes(document, policyMistakes, (when, base) => [
    ...whenMistakes(when),
    ...(when.reasonTypes ?? [])
      .filter((type) => !Object.hasOwn(base.reasonTypes, type))
      .map((type) => `"${type}" is an unknown reason type: base.reasonTypes does not list it`),
  ]).concat(unknownTypesInThen(document));
}

function unknownTypesInThen({ base, rules }: ReviewDocument): PolicyMistake[] {
  return rules.flatMap(({ name, then }, index) =>
    Object.keys(then.reasonTypes ?? {})
      .filter((type) => !Object.hasOwn(base.reasonTypes, type))
      .map((type) => ({
        place: placeOfRule(index, name),
        message: `then.reasonTypes: "${type}" is an unknown reason type: base.reasonTypes does not list it`,
      })),
  );
}

function whenMistakes({ reasonTypes, buyerIds, amount }: ReviewWhen): string[] {
  const mistakes: string[] = [];
  if (reasonTypes === undefined && buyerIds === undefined && amount === undefined) {
    mistakes.push('when is empty: what holds for every case belongs into base');
  }
  if (amount === undefined) return mistakes;
  if (amount.from === undefined && amount.below === undefined) mistakes.push('when.amount must have from, below or both');
  else if (amount.from !== undefined && amount.below !== undefined && compareDecimals(amount.from, amount.below) >= 0) {
    mistakes.push('when.amount: from must be less than below');
  }
  return mistakes;
}
