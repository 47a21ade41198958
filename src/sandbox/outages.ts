import * as z from 'zod';
import type { Door } from './door.js';
import { SIDES, type Side } from './scenario.js';

/**
 * What a side that is out makes of everybody: `refuse`: nobody listens; `hang`: no answer, and no greeting of the mail server; `drop-before-acting`: the
 * connection breaks once the call was read; a number: this answer. None of them acts.
 */
const HTTP_OUTAGES = ['refuse', '429', '500', '503', 'hang', 'drop-before-acting'] as const;
const MAIL_OUTAGES = ['refuse', '421', '451', 'hang', 'drop-before-acting'] as const;

const RETRY_AFTER_STATUSES = new Set(['429', '503']);

/** The body of `PUT /outages/{side}`. */
export function outageSchema(side: Side) {
  return z
    .strictObject({
      do: z.enum(side === 'inbox' ? MAIL_OUTAGES : HTTP_OUTAGES),
      /** Sent as `Retry-After` with a 429 or 503; left out: no such header. */
      retryAfterSeconds: z.int().min(0).max(86_400).nullable().default(null),
    })
    .refine((outage) => outage.retryAfterSeconds === null || RETRY_AFTER_STATUSES.has(outage.do), {
      path: ['retryAfterSeconds'],
      error: 'goes with 429 and 503 only',
    });
}

export type OutageKind = (typeof HTTP_OUTAGES)[number] | (typeof MAIL_OUTAGES)[number];

export interface Outage {
  side: Side;
  do: OutageKind;
  retryAfterSeconds: number | null;
  /** ISO 8601, wall time. */
  since: string;
  /** What arrived during it: calls, mails, and connections that were not greeted. What was refused never arrived. */
  arrivals: number;
}

/** Which sides are out. Kept in memory alone: a restart of the sandbox ends all outages. */
export class Outages {
  readonly #outages = new Map<Side, Outage>();
  readonly #doors = new Map<Side, Door>();
  /** Doors are shut and opened one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  addDoor(side: Side, door: Door): void {
    this.#doors.set(side, door);
  }

  of(side: Side): Outage | null {
    return this.#outages.get(side) ?? null;
  }

  list(): Outage[] {
    return SIDES.flatMap((side) => this.#outages.get(side) ?? []);
  }

  /** Counts an arrival, if the side is out. @returns what is done with it, else null */
  meet(side: Side): Outage | null {
    const outage = this.of(side);
    if (outage !== null) outage.arrivals += 1;
    return outage;
  }

  /** Begins an outage, or changes what it does; a change counts its arrivals anew. */
  async begin(side: Side, what: Pick<Outage, 'do' | 'retryAfterSeconds'>): Promise<Outage> {
    return this.#inTurn(async () => {
      const outage = { side, ...what, since: new Date().toISOString(), arrivals: 0 };
      const door = this.#doors.get(side);
      this.#outages.set(side, outage);
      await (what.do === 'refuse' ? door?.shut() : door?.open());
      return outage;
    });
  }

  /** @returns the outage that ended, null when there was none @throws when another program has taken the port meanwhile */
  async end(side: Side): Promise<Outage | null> {
    return this.#inTurn(async () => {
      const outage = this.of(side);
      await this.#doors.get(side)?.open();
      this.#outages.delete(side);
      return outage;
    });
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
