/** A vendor as data: what may be asked of it, how fast, and what its words mean in ours. */
import { COUNTERPART_ID, limitMistakes, type CounterpartLimits } from './counterpart.js';
import { PLACEMENT_FAILURES } from './placement-status.js';

/** What a vendor's status means for a placement; `reason` is an upper-case word like `OUT_OF_STOCK`. */
export type StatusMeaning = { means: 'in_progress' } | { means: 'succeeded' } | { means: 'failed'; reason: string };

/** What decides how a placement goes about a vendor; kept by the placement for its whole life. */
export interface VendorTerms {
  id: string;
  /** The same placement request under the same key may be sent again; without it one is never sent twice. */
  idempotent: boolean;
  /** The vendor can be asked by our placement number. */
  queryByOurNumber: boolean;
  /** After a lost placement request: how long until "not found" can be believed, ms. */
  settleMs: number;
  cancellable: boolean;
}

export interface Vendor extends VendorTerms, CounterpartLimits {
  name: string;
  baseUrl: string;
  /** The vendor's words and what they mean. */
  statuses: Record<string, StatusMeaning>;
  /** Every word that the vendor documents: the mapping is checked against it. */
  vocabulary: string[];
}

/** A vendor's word about an order, with what it means; null: nobody has mapped it, and it is never final. */
export interface VendorReport {
  status: string;
  meaning: StatusMeaning | null;
  description: string | null;
  vendorOrderId: string | null;
  /** The vendor asks not to be asked before, epoch ms. */
  notBefore: number | null;
}

/** What asking for a result brought. */
export type VendorQueryResult =
  | { kind: 'found'; report: VendorReport }
  | { kind: 'not_found' }
  | { kind: 'no_answer'; error: string; retryAfterMs: number | null }
  /** Not asked: the vendor is not called for now (D10). */
  | { kind: 'not_asked'; error: string; retryAfterMs: number };

/** What asking for a cancellation brought. */
export type VendorCancelResult = { kind: 'cancelled' } | { kind: 'refused'; error: string } | { kind: 'no_answer'; error: string };

/** @returns what a word means, or null when it is not mapped */
export function meaningOf(statuses: Record<string, StatusMeaning>, word: string): StatusMeaning | null {
  return Object.hasOwn(statuses, word) ? (statuses[word] ?? null) : null;
}

/** @returns the words of a vendor's vocabulary that nobody has mapped, in the order in which it lists them */
export function unmappedWords({ statuses, vocabulary }: Pick<Vendor, 'statuses' | 'vocabulary'>): string[] {
  return vocabulary.filter((word) => meaningOf(statuses, word) === null);
}

const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

/** @returns what keeps a vendor from being sound, in words; empty when it is. Unmapped words are no mistake: they are never final. */
export function vendorMistakes(vendor: Vendor): string[] {
  const within = (value: number, least: number, most: number): boolean => value >= least && value <= most;
  const checks: [boolean, string][] = [
    [COUNTERPART_ID.test(vendor.id), 'id must be 1 to 60 characters of a-z, 0-9 and -'],
    [vendor.name.trim() !== '', 'name must not be empty'],
    [/^https?:\/\/[^\s/?#]+[^\s?#]*[^\s?#/]$/.test(vendor.baseUrl), 'baseUrl must be an http or https address without a slash at the end'],
    [Number.isInteger(vendor.settleMs) && within(vendor.settleMs, 0, 7 * 86_400_000), 'settleMs must be 0 ms to 7 days'],
  ];
  const words = Object.entries(vendor.statuses).flatMap(([word, meaning]) => {
    if (meaning.means !== 'failed') return [];
    if (!REASON.test(meaning.reason)) return [`the reason of "${word}" must be an upper-case word`];
    return Object.hasOwn(PLACEMENT_FAILURES, meaning.reason)
      ? [`the reason of "${word}" is one of the house's own: ${meaning.reason}`]
      : [];
  });
  return [...checks.filter(([sound]) => !sound).map(([, mistake]) => mistake), ...limitMistakes(vendor), ...words];
}
