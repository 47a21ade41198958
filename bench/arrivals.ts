/** What reached the other sides, read from the sandbox's raw file as it grows: looking costs no measured process anything. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Arrival } from '../test/support/deployment-wire.js';
import { REVIEW_REQUESTS } from './side.js';

/** The instants at which an order's calls arrived, epoch ms. */
export interface Progress {
  buyerAt: number | null;
  mailAt: number | null;
  requestsAt: number[];
  /** Calls that arrived once more. */
  repeated: number;
}

const LOOK_EVERY_MS = 10;
const CHUNK_BYTES = 4 * 1024 * 1024;

export class ArrivalWatch {
  readonly #orders = new Map<string, Progress>();
  readonly #waiting = new Map<string, { isSo: (progress: Progress) => boolean; resolve: (progress: Progress) => void }[]>();
  readonly #file: number;
  readonly #timer: NodeJS.Timeout;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    closeSync(this.#file);
  }

  /** When the buyer server and the liaison's mailbox both have it. */
  told(orderId: string): Promise<Progress> {
    return this.#when(orderId, ({ buyerAt, mailAt }) => buyerAt !== null && mailAt !== null);
  }

  /** When its last review request has arrived, and both were told. */
  done(orderId: string): Promise<Progress> {
    const isDone = ({ buyerAt, mailAt, requestsAt }: Progress): boolean =>
      buyerAt !== null && mailAt !== null && requestsAt.length >= REVIEW_REQUESTS;
    return this.#when(orderId, isDone);
  }

  progressOf(orderId: string): Progress {
    const found = this.#orders.get(orderId) ?? { buyerAt: null, mailAt: null, requestsAt: [], repeated: 0 };
    this.#orders.set(orderId, found);
    return found;
  }

  #when(orderId: string, isSo: (progress: Progress) => boolean): Promise<Progress> {
    const progress = this.progressOf(orderId);
    if (isSo(progress)) return Promise.resolve(progress);
    return new Promise((resolve) => {
      this.#waiting.set(orderId, [...(this.#waiting.get(orderId) ?? []), { isSo, resolve }]);
    });
  }

  #look(): void {
    for (;;) {
      const read = readSync(this.#file, this.#chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return;
      const bytes = Buffer.concat([this.#rest, this.#chunk.subarray(0, read)]);
      const end = bytes.lastIndexOf('\n') + 1;
      this.#rest = bytes.subarray(end);
      const lines = bytes.toString('utf8', 0, end).split('\n').filter(Boolean);
      for (const line of lines) this.#hear(JSON.parse(line) as Arrival);
    }
  }

  #hear({ orderId, side, at }: Arrival): void {
    if (orderId === null) return;
    const progress = this.progressOf(orderId);
    const instant = Date.parse(at);
    if (side === 'review') progress.requestsAt.push(instant);
    else {
      const which = side === 'buyer' ? 'buyerAt' : 'mailAt';
      if (progress[which] === null) progress[which] = instant;
      else progress.repeated += 1;
    }
    if (progress.requestsAt.length > REVIEW_REQUESTS) progress.repeated += 1;
    const waiting = this.#waiting.get(orderId) ?? [];
    this.#waiting.set(
      orderId,
      waiting.filter(({ isSo }) => !isSo(progress)),
    );
    for (const { isSo, resolve } of waiting) if (isSo(progress)) resolve(progress);
  }
}
