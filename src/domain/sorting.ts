/** In which orders lists can be had. */

/** A field, or with `-` before it descending. */
export type Sort<Field extends string> = Field | `-${Field}`;

export const CASE_SORT_FIELDS = ['openedAt', 'deadlineAt', 'nextActionAt', 'firstFailureAt', 'total'] as const;
export type CaseSort = Sort<(typeof CASE_SORT_FIELDS)[number]>;

export const PLACEMENT_SORT_FIELDS = ['openedAt', 'deadlineAt', 'nextActionAt'] as const;
export type PlacementSort = Sort<(typeof PLACEMENT_SORT_FIELDS)[number]>;

export const NEWEST_FIRST = '-openedAt';

/** @returns every order by one of the fields */
export function sortsBy<const Field extends string>(fields: readonly Field[]): Sort<Field>[] {
  return fields.flatMap((field): Sort<Field>[] => [field, `-${field}`]);
}

/** A place in a sorted list: it stays right while rows come, go and change. */
export interface SortedPlace<Order extends string> {
  sort: Order;
  /** What the row is sorted by there, as texts; null where it has nothing to be sorted by. */
  values: string[] | null;
  id: string;
}
