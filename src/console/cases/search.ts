export interface CaseSearch {
  /** The review round; the newest without it. */
  round?: number | undefined;
}

export function caseSearch(given: Record<string, unknown>): CaseSearch {
  const round = Number(given['round']);
  return Number.isInteger(round) && round > 0 ? { round } : {};
}
