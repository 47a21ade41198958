/** When servers were not called: the feed's pauses and resumptions, put together. */

export interface Outage {
  counterpartId: string;
  /** ISO 8601. */
  from: string;
  /** Null: it goes on. */
  to: string | null;
}

export interface OutageEvent {
  type: string;
  timestamp: string;
  data: { counterpartId?: string | undefined };
}

/** Before a pause calls fail, after it those that waited are made: they belong to it. */
const AROUND_MS = 15 * 60_000;

/**
 * @param events in order of time
 * @returns the newest first; a pause without an end before the next is one with it
 */
export function outagesOf(events: readonly OutageEvent[]): Outage[] {
  const outages: Outage[] = [];
  const going = new Map<string, Outage>();
  for (const { type, timestamp, data } of events) {
    const id = data.counterpartId;
    if (id === undefined) continue;
    const now = going.get(id);
    if (type === 'counterpart.paused' && now === undefined) {
      const outage = { counterpartId: id, from: timestamp, to: null };
      going.set(id, outage);
      outages.push(outage);
    } else if (type === 'counterpart.resumed' && now !== undefined) {
      now.to = timestamp;
      going.delete(id);
    }
  }
  return outages.toReversed();
}

/** @returns the messages that an outage may have hit, as a list of the API */
export function messagesHitBy({ counterpartId, from, to }: Outage): string {
  const at = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();
  const query = new URLSearchParams({ counterpartId, state: 'all', from: at(from, -AROUND_MS) });
  if (to !== null) query.set('to', at(to, AROUND_MS));
  return `/v1/messages?${query.toString()}`;
}
