/** The desk's filters as they stand in the address. What is not one of them is left out. */
import type { Case, CaseFilter } from '../cases/queries.ts';
import { OPEN } from '../parts/status.tsx';

export const SORTS = ['deadlineAt', 'nextActionAt', '-total', 'firstFailureAt', '-openedAt'] as const;
export type Sort = (typeof SORTS)[number];
const ENDED: Case['status'][] = ['approved', 'expired', 'declined', 'rejected', 'cancelled', 'order_unknown'];
const STATES = [...OPEN, ...ENDED] as const;

export interface DeskSearch {
  q?: string | undefined;
  /** Without: all open ones. `ended`: all ended ones. */
  state?: Case['status'] | 'ended' | undefined;
  reason?: string | undefined;
  whose?: 'mine' | undefined;
  liaison?: string | undefined;
  buyer?: string | undefined;
  sort?: Sort | undefined;
}

const text = (value: unknown): string | undefined => {
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && given.trim() !== '' ? given.slice(0, 200) : undefined;
};

export function deskSearch(given: Record<string, unknown>): DeskSearch {
  const state = text(given['state']);
  const sort = text(given['sort']);
  const search: DeskSearch = {
    q: text(given['q']),
    state: state === 'ended' || STATES.some((one) => one === state) ? (state as DeskSearch['state']) : undefined,
    reason: text(given['reason']),
    whose: given['whose'] === 'mine' ? 'mine' : undefined,
    liaison: text(given['liaison']),
    buyer: text(given['buyer']),
    sort: SORTS.find((one) => one === sort),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** @param personId whose cases are "mine"; null: of no liaison, all are shown */
export function filterOf({ q, state, reason, whose, liaison, buyer, sort }: DeskSearch, personId: string | null): CaseFilter {
  const liaisonId = liaison ?? (whose === 'mine' ? (personId ?? undefined) : undefined);
  return {
    sort: sort ?? 'deadlineAt',
    ...(state === undefined ? { open: true } : { status: state === 'ended' ? ENDED : [state] }),
    ...(q === undefined ? {} : { q }),
    ...(reason === undefined ? {} : { reasonType: reason }),
    ...(liaisonId === undefined ? {} : { liaisonId }),
    ...(buyer === undefined ? {} : { buyerId: buyer }),
  };
}

export function isFiltered(search: DeskSearch): boolean {
  return Object.keys(search).some((name) => name !== 'sort');
}
