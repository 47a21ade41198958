/** `Prefer: wait=N` (RFC 7240): a GET that is answered when there is something new, in place of asking again and again. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Response } from 'express';
import { z } from 'zod';
import { leaveFlight } from '../overload.js';
import { Problem, PROBLEMS } from '../problems.js';
import { isKnown, sendTagged } from './etag.js';

/** Proxies and clients often give up after a minute. */
const MAX_WAIT_S = 30;
/** Each holds a connection: who comes after so many is answered at once, as a preference may be. */
const MAX_WAITING = 100;
const LOOK_EVERY_MS = 250;

export const waitHeaders = {
  Prefer: z
    .string()
    .optional()
    .describe(
      `\`wait=N\`: waits up to N seconds (${MAX_WAIT_S} at most) for one of the states in \`until\`, or, with \`If-None-Match\`, ` +
        'until it has changed; then it is answered as it is.',
    ),
};

export interface Awaited<Shown> {
  /** What a look is about: one order. */
  key: string;
  /** Reads what is shown. @throws Problem where there is nothing: with `until` it is waited for */
  look: () => Promise<Shown>;
  /** Whether it has come to where the caller waits for it; undefined: the caller waits for any change. */
  isReached: ((shown: Shown) => boolean) | undefined;
}

export interface Waiting {
  /** Answers a GET, with its ETag; waits first where the caller prefers to, and says what for. */
  send<Shown extends object>(response: Response, awaited: Awaited<Shown>): Promise<void>;
}

interface Waiter {
  key: string;
  response: Response;
  /** What all that is looked at was like; undefined: not known yet. */
  mark: string | undefined;
  wake: () => void;
}

/**
 * One look for all who wait in this process, whatever their number, and none while nobody waits.
 * @param readMarks for some keys what changes whenever something of theirs changes; nothing for one of which there is nothing
 */
export function createWaiting(
  readMarks: (keys: string[]) => Promise<ReadonlyMap<string, string>>,
  { maxWaiting = MAX_WAITING, lookEveryMs = LOOK_EVERY_MS } = {},
): Waiting {
  const waiters = new Set<Waiter>();
  /** Those who wait, and those who look between two waits. */
  let places = 0;
  let ticking: NodeJS.Timeout | undefined;
  let looking = false;

  const look = async (): Promise<void> => {
    const asked = [...waiters];
    const marks = await readMarks([...new Set(asked.map(({ key }) => key))]);
    for (const waiter of asked) {
      const mark = marks.get(waiter.key) ?? '';
      // Who has just come may have missed a change between their own look and this one.
      if (mark !== waiter.mark) waiter.wake();
      waiter.mark = mark;
    }
  };

  const tick = (): void => {
    for (const { response, wake } of waiters) if (isClosing(response)) wake();
    if (looking || waiters.size === 0) return;
    looking = true;
    // A database that is away is found by those who wait, when their time is over.
    void look()
      .catch(() => undefined)
      .finally(() => (looking = false));
  };

  /** Until something may be new, the time is over, or nobody waits for the answer any more. */
  const sleep = async (waiter: Waiter, ms: number): Promise<void> => {
    ticking ??= setInterval(tick, lookEveryMs);
    waiters.add(waiter);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      waiter.response.once('close', resolve);
      waiter.wake = () => {
        clearTimeout(timer);
        waiter.response.off('close', resolve);
        resolve();
      };
    });
    waiter.wake();
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };

  /** @returns null when nobody waits for the answer any more */
  const outcome = async <Shown extends object>(
    response: Response,
    seconds: number,
    { key, look: see }: Awaited<Shown>,
    isOver: (seen: Seen<Shown>) => boolean,
  ): Promise<Seen<Shown> | null> => {
    const until = performance.now() + seconds * 1000;
    const waiter: Waiter = { key, response, mark: undefined, wake: () => undefined };
    for (;;) {
      const seen = await seenBy(see);
      const left = until - performance.now();
      if (isOver(seen) || left <= 0 || isClosing(response)) return seen;
      await sleep(waiter, left);
      if (response.destroyed) return null;
    }
  };

  return {
    async send(response, awaited) {
      const seconds = secondsOf(response.req.get('prefer'));
      const isOver = endOf(awaited, response.req.get('if-none-match'));
      if (seconds === null || isOver === null || places >= maxWaiting) return sendTagged(response, await awaited.look());
      response.setHeader('Preference-Applied', `wait=${seconds}`);
      leaveFlight(response);
      places += 1;
      try {
        const seen = await outcome(response, seconds, awaited, isOver);
        if (seen === null) return;
        if ('missing' in seen) throw seen.missing;
        sendTagged(response, seen.shown);
      } finally {
        places -= 1;
      }
    },
  };
}

type Seen<Shown> = { shown: Shown } | { missing: Problem };

async function seenBy<Shown>(look: () => Promise<Shown>): Promise<Seen<Shown>> {
  try {
    return { shown: await look() };
  } catch (error) {
    if (error instanceof Problem && PROBLEMS[error.code].status === 404) return { missing: error };
    throw error;
  }
}

/** @returns what ends the waiting, or null when the caller does not say what for */
function endOf<Shown>({ isReached }: Awaited<Shown>, known: string | undefined): ((seen: Seen<Shown>) => boolean) | null {
  if (isReached !== undefined) return (seen) => 'shown' in seen && isReached(seen.shown);
  return known === undefined ? null : (seen) => 'missing' in seen || !isKnown(known, seen.shown);
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
