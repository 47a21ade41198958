/** What the pages about policies read, and what they ask the API to try. The two kinds have paths of their own and the same shapes. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, CallFailed, type Problem, type Schemas } from '../app/api.ts';
import type { Draft, PolicyKind } from './document.ts';

export type Version = Schemas['PolicyVersion'];
export type DryRun = NonNullable<Schemas['ReviewDryRun']['cases']> | NonNullable<Schemas['PlacementDryRun']['cases']>;
export type Migration = Schemas['Migration'];
type ReviewContent = Schemas['ReviewPolicyDocument'];
type PlacementContent = Schemas['PlacementPolicyDocument'];

const PAGE = 50;
const LOOK_AGAIN_MS = 30_000;
/** The most that a dry run looks at. */
export const MOST_TRIED = 500;

export const versionsQuery = (kind: PolicyKind) =>
  infiniteQueryOptions({
    queryKey: ['policies', kind, 'versions'],
    queryFn: ({ pageParam, signal }) => {
      const params = { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } };
      return answer(
        kind === 'review' ? api.GET('/v1/policies/review', { params, signal }) : api.GET('/v1/policies/placement', { params, signal }),
      );
    },
    // No event tells of a version.
    refetchInterval: LOOK_AGAIN_MS,
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** A version never changes. */
export const contentQuery = (kind: PolicyKind, version: number) =>
  queryOptions({
    queryKey: ['policies', kind, 'version', version],
    queryFn: async ({ signal }): Promise<Draft> => {
      const params = { path: { version } };
      const { content } = await (kind === 'review'
        ? answer(api.GET('/v1/policies/review/{version}', { params, signal }))
        : answer(api.GET('/v1/policies/placement/{version}', { params, signal })));
      return content;
    },
    staleTime: Infinity,
  });

/** For whom a schedule is drawn; null: for what no rule applies to. */
export type Sample =
  | { reasonType: string; buyerId: string | null; amount: { value: string; currency: string } | null }
  | { vendorId: string; campaign: string | null };

export interface PlannedPoint {
  number: number;
  at: string | null;
  earliest: string;
  latest: string;
  lastLook: boolean;
}
export interface Preview {
  matchedRule: string | null;
  from: string;
  windowEndsAt: string | null;
  deadlineAt: string;
  points: PlannedPoint[];
  escalation: Schemas['ReviewPreview']['escalation'];
  workingTime: { from: string; to: string }[] | null;
  notes: string[];
}

type Chosen = { content: Draft } | { version: number };

/** @throws CallFailed POLICY_UNSOUND with every mistake of a draft */
export const previewQuery = (kind: PolicyKind, chosen: Chosen, sample: Sample | null, from: string) =>
  queryOptions({
    queryKey: ['policies', kind, 'preview', chosen, sample, from],
    queryFn: ({ signal }) => (kind === 'review' ? reviewPreview : placementPreview)(chosen, sample, from, signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });

async function reviewPreview(chosen: Chosen, sample: Sample | null, from: string, signal: AbortSignal): Promise<Preview> {
  const notice = sample !== null && 'reasonType' in sample ? { notice: sample } : {};
  const body = { ...(chosen as { content: ReviewContent }), ...notice, from };
  const { requests, firstFailureAt, ...rest } = await answer(api.POST('/v1/policies/review/schedule-preview', { body, signal }));
  return { ...rest, from: firstFailureAt, points: requests.map((one) => ({ ...one, lastLook: false })) };
}

async function placementPreview(chosen: Chosen, sample: Sample | null, from: string, signal: AbortSignal): Promise<Preview> {
  const notice = sample !== null && 'vendorId' in sample ? { notice: sample } : {};
  const body = { ...(chosen as { content: PlacementContent }), ...notice, from };
  const { polls, placedAt, ...rest } = await answer(api.POST('/v1/policies/placement/schedule-preview', { body, signal }));
  return { ...rest, from: placedAt, points: polls, windowEndsAt: null, escalation: [], workingTime: null, notes: [] };
}

/** What would be otherwise than under the version that each follows. */
export const dryRunQuery = (kind: PolicyKind, chosen: Chosen, endedWithinDays: number) =>
  queryOptions({
    queryKey: ['policies', kind, 'dry-run', chosen, endedWithinDays],
    queryFn: async ({ signal }): Promise<DryRun> => {
      const cases = { endedWithinDays, limit: MOST_TRIED };
      const of =
        kind === 'review'
          ? answer(api.POST('/v1/policies/review/dry-run', { body: { ...(chosen as { content: ReviewContent }), cases }, signal }))
          : answer(api.POST('/v1/policies/placement/dry-run', { body: { ...(chosen as { content: PlacementContent }), cases }, signal }));
      const found = (await of).cases;
      if (found === null) throw new Error('no cases were looked at');
      return found;
    },
    staleTime: 10_000,
  });

export interface Publication {
  content: Draft;
  basedOn: number;
  by: string;
  why: string;
  effectiveFrom?: string;
}

export async function publish(kind: PolicyKind, { content, ...rest }: Publication, key: string): Promise<Version> {
  const params = { header: { 'Idempotency-Key': key } };
  return kind === 'review'
    ? answer(api.POST('/v1/policies/review', { params, body: { content: content as unknown as ReviewContent, ...rest } }))
    : answer(api.POST('/v1/policies/placement', { params, body: { content: content as unknown as PlacementContent, ...rest } }));
}

export function errorsOf(error: unknown): { path: string; message: string }[] {
  return error instanceof CallFailed ? ((error.problem as Partial<Problem>).errors ?? []) : [];
}
