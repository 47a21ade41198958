/** The keys of the house. All are made of the order's id and counters, never of a run ID or an attempt of the machinery. */

/** `orderId`: at most 128 characters of `A-Za-z0-9._~-` (docs/wire.md). */
export const ORDER_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** @returns `<orderId>/<round>`, or `<orderId>/<round>r<n>` for the n-th case of a round (n ≥ 2). */
export function caseIdOf(orderId: string, reviewRound: number, opening = 1): string {
  return opening === 1 ? `${orderId}/${reviewRound}` : `${orderId}/${reviewRound}r${opening}`;
}

/** @returns which opening of its round a case is, 1 for the first. */
export function openingOf(caseId: string): number {
  const match = /r(\d+)$/.exec(caseId.slice(caseId.indexOf('/') + 1));
  return match ? Number(match[1]) : 1;
}

export function workflowIdOf(caseId: string): string {
  return `review-case/${caseId}`;
}

/** @returns `<orderId>.<round>.<attempt>`: goes into a URL path, so it has no slash. */
export function reviewRequestIdOf(caseId: string, attempt: number): string {
  return `${caseId.replace('/', '.')}.${attempt}`;
}

/** @returns the attempt a request ID of this case stands for, or null when it is not one of this case's. */
export function attemptOf(caseId: string, reviewRequestId: string): number | null {
  const prefix = `${caseId.replace('/', '.')}.`;
  const rest = reviewRequestId.startsWith(prefix) ? reviewRequestId.slice(prefix.length) : '';
  return /^[1-9]\d{0,5}$/.test(rest) ? Number(rest) : null;
}

/** @returns `<orderId>/<round>/<sequence>`: unique over all cases of the round. */
export function buyerMessageId(orderId: string, reviewRound: number, sequence: number): string {
  return `${orderId}/${reviewRound}/${sequence}`;
}

/** @returns `<orderId>/placement`, or `<orderId>/placement/r<n>` for the n-th opening (n ≥ 2): never a case's, whose part after the slash is a number. */
export function placementIdOf(orderId: string, opening = 1): string {
  return opening === 1 ? `${orderId}/placement` : `${orderId}/placement/r${opening}`;
}

export function placementWorkflowIdOf(orderId: string, opening: number): string {
  return opening === 1 ? `order-placement/${orderId}` : `order-placement/${orderId}/r${opening}`;
}

/** @returns `<orderId>/<n>`, the number under which a vendor knows the order. */
export function placementNumberOf(orderId: string, number: number): string {
  return `${orderId}/${number}`;
}

/**
 * @returns the workflow of a delivery outside a case: of this row, not only of its key. Another database that used the same namespace
 *   before, or uses it too, has outages of the same names.
 * @param resends how often people had the message sent again
 * @param wallAt when the message was first claimed
 */
export function deliveryWorkflowIdOf({ key, resends, wallAt }: { key: string; resends: number; wallAt: Date }): string {
  return `delivery/${key}/${resends}/${wallAt.getTime()}`;
}
