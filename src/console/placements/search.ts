/** The filters of the placements' list as they stand in the address. What is not one of them is left out. */
import { PLACEMENT_FAILURES, surelyFailed } from '../../domain/placement-status.js';
import type { Placement, PlacementFilter } from './queries.ts';

type Status = Placement['status'];
export const OPEN: readonly Status[] = ['created', 'sent', 'placed'];
export const ENDED: readonly Status[] = ['succeeded', 'failed', 'cancelled'];
export const SORTS = ['nextActionAt', 'deadlineAt', 'openedAt', '-openedAt'] as const;

/** It failed for us, and nobody knows whether the vendor delivers: a person has to find out. */
export const UNCERTAIN: readonly string[] = Object.keys(PLACEMENT_FAILURES).filter((reason) => !surelyFailed(reason));

export interface PlacementsSearch {
  q?: string | undefined;
  /** Without: what needs somebody, then what is open. */
  state?: 'needs' | 'open' | Status | undefined;
  vendor?: string | undefined;
  unmapped?: true | undefined;
  /** The vendor's own latest word. */
  word?: string | undefined;
  /** Why they are in their state. */
  reason?: string | undefined;
  campaign?: string | undefined;
  sort?: (typeof SORTS)[number] | undefined;
}

/** As the API takes it. */
const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

const text = (value: unknown): string | undefined => {
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && given.trim() !== '' ? given.slice(0, 100) : undefined;
};

export function placementsSearch(given: Record<string, unknown>): PlacementsSearch {
  const states = ['needs', 'open', ...OPEN, ...ENDED] as const;
  const search: PlacementsSearch = {
    q: text(given['q']),
    state: states.find((one) => one === given['state']),
    vendor: text(given['vendor']),
    unmapped: given['unmapped'] === true ? true : undefined,
    word: text(given['word']),
    reason: text(given['reason'])?.match(REASON)?.[0],
    campaign: text(given['campaign']),
    sort: SORTS.find((one) => one === given['sort']),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** A part of the list, each with a heading of its own. */
export type Part = 'needs' | 'watched' | 'all';

export interface ListPart {
  part: Part;
  filter: PlacementFilter;
}

/** What the filters but the state's come to. */
export function commonFilter({ q, vendor, unmapped, word, campaign }: PlacementsSearch): PlacementFilter {
  return {
    ...(q === undefined ? {} : { q }),
    ...(vendor === undefined ? {} : { vendorId: vendor }),
    ...(unmapped === undefined ? {} : { unmapped }),
    ...(word === undefined ? {} : { vendorStatus: word }),
    ...(campaign === undefined ? {} : { campaign }),
  };
}

/** @returns the lists that are shown one after another: at most three */
export function partsOf(search: PlacementsSearch): ListPart[] {
  const common = commonFilter(search);
  const { state, sort, reason } = search;
  const needs: ListPart[] = [
    { part: 'needs', filter: { ...common, open: true, unmapped: true, sort: sort ?? 'deadlineAt' } },
    { part: 'needs', filter: { ...common, status: ['failed'], statusReason: [...UNCERTAIN], sort: sort ?? '-openedAt' } },
  ];
  if (reason === undefined && state === 'needs') return needs;
  if (reason === undefined && state === undefined) {
    const rest: ListPart = { part: 'watched', filter: { ...common, open: true, unmapped: false, sort: sort ?? 'nextActionAt' } };
    return search.unmapped === true ? needs : [...needs, rest];
  }
  const chosen: PlacementFilter = {
    ...(state === 'open' ? { open: true } : {}),
    ...(state === undefined || state === 'needs' || state === 'open' ? {} : { status: [state] }),
    ...(reason === undefined ? {} : { statusReason: [reason] }),
  };
  const isEnded = reason !== undefined || ENDED.some((one) => one === state);
  return [{ part: 'all', filter: { ...common, ...chosen, sort: sort ?? (isEnded ? '-openedAt' : 'nextActionAt') } }];
}

export function isFiltered(search: PlacementsSearch): boolean {
  return Object.keys(search).some((name) => name !== 'sort');
}

export function isUncertain({ status, statusReason }: Pick<Placement, 'status' | 'statusReason'>): boolean {
  return status === 'failed' && UNCERTAIN.includes(statusReason ?? '');
}

/** Whether a person should look at it. */
export function needsSomebody(one: Pick<Placement, 'status' | 'statusReason' | 'unmapped' | 'endedAt'>): boolean {
  return isUncertain(one) || (one.unmapped && one.endedAt === null);
}
