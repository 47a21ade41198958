/** The inbox: an inbound event's commit is the 202. */
import { callContext } from '../call-context.js';
import type { Database } from '../db/database.js';
import { commitEvent, contentHashOf, type InboundKind } from '../db/inbound-events.js';
import type { InboundEvent } from '../db/generated/client.js';

export interface Arrival {
  sender: string;
  eventId: string;
  kind: InboundKind;
  orderId: string;
  reviewRound: number;
  /** The event as validated; kept whole. */
  payload: object;
}

/** The same eventId from the same sender came before with other content. */
export class EventIdReused extends Error {}

export interface Inbox {
  /**
   * Commits an event and wakes the relay. The same event again is found as it was and changes nothing.
   * @throws EventIdReused
   */
  accept(arrival: Arrival): Promise<InboundEvent>;
}

/** @param wake tells the relay in this process that there is something to hand over */
export function createInbox(db: Database, wake: () => void): Inbox {
  return {
    async accept(arrival) {
      const contentHash = contentHashOf({ kind: arrival.kind, orderId: arrival.orderId, payload: arrival.payload });
      const { event, created } = await commitEvent(db, { ...arrival, contentHash, traceparent: callContext().traceparent });
      if (event.contentHash !== contentHash) throw new EventIdReused(arrival.eventId);
      if (created) wake();
      return event;
    },
  };
}
