/** `Prefer: wait=N` (RFC 7240): a GET that is answered when there is something new, in place of asking again and again. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Response } from 'express';
import { z } from 'zod';
import { isKnown, sendTagged } from './etag.js';

/** Proxies and clients often give up after a minute. */
const MAX_WAIT_S = 30;
/** Each holds a connection and looks into the database: who comes after so many is answered at once, as a preference may be. */
const MAX_WAITING = 100;
const LOOK_EVERY_MS = 500;

export const waitHeaders = z.object({
  Prefer: z
    .string()
    .max(200)
    .optional()
    .describe(
      `\`wait=N\`: with \`If-None-Match\`, waits up to N seconds (${MAX_WAIT_S} at most) until it has changed; 304 when it has not.`,
    ),
  'If-None-Match': z.string().max(2000).optional().describe('The `ETag` of what the caller knows.'),
});

/** @param lookEveryMs how often what is waited for is read again */
export function createWaiting({ maxWaiting = MAX_WAITING, lookEveryMs = LOOK_EVERY_MS } = {}) {
  let waiting = 0;

  /** Looks until it is another, the time is over, or nobody waits for the answer any more. */
  const untilAnother = async <Shown extends object>(
    response: Response,
    seconds: number,
    look: () => Promise<Shown>,
    isSame: (shown: Shown) => boolean,
  ): Promise<Shown> => {
    const until = performance.now() + seconds * 1000;
    for (;;) {
      const shown = await look();
      const left = until - performance.now();
      if (!isSame(shown) || left <= 0 || response.destroyed || isClosing(response)) return shown;
      await setTimeout(Math.min(lookEveryMs, left));
    }
  };

  return {
    /**
     * Answers a GET, with its ETag; waits first where the caller prefers to and knows what there is.
     * @param look reads what is shown
     * @param tagged the part of it that counts as a change; all of it, if not said
     */
    async send<Shown extends object>(
      response: Response,
      look: () => Promise<Shown>,
      tagged: (shown: Shown) => unknown = (shown) => shown,
    ): Promise<void> {
      const seconds = secondsOf(response.req.get('prefer'));
      const known = response.req.get('if-none-match');
      if (seconds === null || known === undefined || waiting >= maxWaiting) return sendTagged(response, await look(), tagged);
      response.setHeader('Preference-Applied', `wait=${seconds}`);
      waiting += 1;
      try {
        sendTagged(response, await untilAnother(response, seconds, look, (shown) => isKnown(known, tagged(shown))), tagged);
      } finally {
        waiting -= 1;
      }
    },
  };
}

/** @returns null when no wait is preferred, or none that can be read: a preference that is not understood is ignored (RFC 7240) */
export function secondsOf(prefer: string | undefined): number | null {
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '') ?? [];
  return seconds === undefined ? null : Math.min(Number(seconds), MAX_WAIT_S);
}

/** A server that is being stopped waits for its requests: they must not wait too. */
export function isClosing({ req }: Response): boolean {
  return (req.socket as Socket & { server?: Server }).server?.listening === false;
}
