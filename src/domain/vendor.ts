/** A vendor as data: what may be asked of it, how fast, and what its words mean in ours. */

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

export interface Vendor extends VendorTerms {
  name: string;
  baseUrl: string;
  /** Calls a second, and calls at once, over all workers. */
  maxPerSecond: number;
  maxConcurrent: number;
  timeoutMs: number;
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
  | { kind: 'no_answer'; error: string; retryAfterMs: number | null };

/** What asking for a cancellation brought. */
export type VendorCancelResult = { kind: 'cancelled' } | { kind: 'refused'; error: string } | { kind: 'no_answer'; error: string };

/** @returns what a word means, or null when it is not mapped */
export function meaningOf(statuses: Record<string, StatusMeaning>, word: string): StatusMeaning | null {
  return Object.hasOwn(statuses, word) ? (statuses[word] ?? null) : null;
}

/** The task queue of a vendor's calls: its rate is held by the server over all workers. */
export function vendorTaskQueue(taskQueue: string, vendorId: string): string {
  return `${taskQueue}-vendor-${vendorId}`;
}

/** @returns the words that a vendor documents and nobody has mapped */
export function unmappedWords({ statuses, vocabulary }: Pick<Vendor, 'statuses' | 'vocabulary'>): string[] {
  return vocabulary.filter((word) => !Object.hasOwn(statuses, word));
}
