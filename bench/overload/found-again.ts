/** Whether every 202 is found again: as an inbound event, and in time as its case or placement. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../../test/support/deployment.js';
import type { Answer } from '../../test/support/house.js';
import { isShed, type Seen } from './step.js';

/** An inbound event as the API shows it. */
export interface ShownEvent {
  id: string;
  eventId: string;
  state: string;
  caseId: string | null;
}

export interface FoundAgain {
  /** 202s, and those of them that are no inbound event. */
  accepted: number;
  lost: string[];
  /** Events that are there twice, or under another id than the 202 said. */
  odd: string[];
  /** Sent away with "nothing was done", and there all the same. */
  keptThoughShed: string[];
  /** 202s that have not come to a case or placement in time. */
  unheard: string[];
  cases: number;
  seconds: number;
}

const LOOK_EVERY_MS = 4000;

/** @param patienceMs until every event must have come to its case. @param say how many have not, now and then */
export async function findAgain(
  house: Deployment,
  seen: readonly Seen[],
  patienceMs: number,
  say: (line: string) => void,
): Promise<FoundAgain> {
  const begunAt = Date.now();
  for (let looks = 1; ; looks += 1) {
    const [events, cases, placements] = await Promise.all(['inbound-events', 'review-cases', 'placements'].map((of) => allOf(house, of)));
    const known = new Set<string>([...(cases ?? []), ...(placements ?? [])].map(({ caseId, placementId }) => caseId ?? placementId));
    const result = { ...compared(seen, events ?? [], known), cases: known.size, seconds: (Date.now() - begunAt) / 1000 };
    if (result.unheard.length === 0 || Date.now() - begunAt > patienceMs) return result;
    if (looks % 5 === 1) say(`${result.unheard.length} of ${result.accepted} accepted events have not come to their case yet`);
    await delay(LOOK_EVERY_MS);
  }
}

/** Reads all pages, as one who is sent away comes again. */
async function allOf(house: Deployment, resource: string): Promise<any[]> {
  const items: any[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Answer = await house.api('GET', `/v1/${resource}?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    if (page.status === 503 || page.status === 429) {
      await delay(Number(page.headers.get('retry-after')) * 1000);
    } else if (page.status === 200) {
      items.push(...page.body.items);
      cursor = page.body.nextCursor;
    } else throw new Error(`${resource}: ${page.status} ${JSON.stringify(page.body)}`);
  }
  return items;
}

/** @param cases the IDs of all cases and placements */
export function compared(
  seen: readonly Seen[],
  events: readonly ShownEvent[],
  cases: ReadonlySet<string>,
): Omit<FoundAgain, 'cases' | 'seconds'> {
  const byEventId = new Map<string, ShownEvent[]>();
  for (const event of events) byEventId.set(event.eventId, [...(byEventId.get(event.eventId) ?? []), event]);
  const of = ({ eventId }: Seen): ShownEvent[] => byEventId.get(eventId ?? '') ?? [];
  const accepted = seen.filter(({ status, eventId }) => status === 202 && eventId !== null);
  const isHeard = ({ state, caseId }: ShownEvent): boolean => state !== 'pending' && caseId !== null && cases.has(caseId);
  const named = (some: readonly Seen[]): string[] => some.map(({ eventId }) => eventId ?? '');
  return {
    accepted: accepted.length,
    lost: named(accepted.filter((one) => of(one).length === 0)),
    odd: named(accepted.filter((one) => of(one).length > 1 || of(one).some(({ id }) => id !== one.id))),
    keptThoughShed: named(seen.filter((one) => one.eventId !== null && isShed(one) && of(one).length > 0)),
    unheard: named(accepted.filter((one) => !of(one).some(isHeard))),
  };
}
