/** The feed as Server-Sent Events (WHATWG HTML): resumed by `Last-Event-ID`, bounded in number, cut when its client does not read. */
import { once } from 'node:events';
import type { Response } from 'express';
import { reachFor } from '../../domain/access.js';
import type { FeedFilter, Place } from '../../db/feed.js';
import { callerAgain, callerOf, senderOf } from '../authentication.js';
import { isClosing } from '../contract/waiting.js';
import { leaveFlight } from '../overload.js';
import { Problem } from '../problems.js';
import { cursorOf } from './cursor.js';
import type { Tail } from './tail.js';
import { feedEventView } from './view.js';

export interface StreamLimits {
  /** In this process; and of one caller. */
  maxStreams: number;
  maxOfCaller: number;
  /** How often something is sent where nothing happens, and the caller's key is looked at again. */
  heartbeatMs: number;
  /** A client that does not take what was sent for so long is cut. */
  slowMs: number;
}

const LIMITS: StreamLimits = { maxStreams: 100, maxOfCaller: 10, heartbeatMs: 15_000, slowMs: 10_000 };
/** When a client comes back after its stream has ended. */
const RETRY_MS = 2000;
/** A server that is being stopped is noticed after so long. */
const LONGEST_WAIT_MS = 1000;

export interface StreamRequest {
  filter: FeedFilter;
  after: Place;
}

/** @returns what answers a request with a stream, for as long as it lasts. @throws Problem TOO_MANY_STREAMS, OVERLOADED */
export function createStreams(tail: Tail, given: Partial<StreamLimits> = {}) {
  const limits = { ...LIMITS, ...given };
  const ofCaller = new Map<string, number>();
  let streams = 0;

  const enter = (response: Response): (() => void) => {
    const sender = senderOf(response);
    const own = ofCaller.get(sender) ?? 0;
    if (own >= limits.maxOfCaller) {
      response.setHeader('Retry-After', '5');
      throw new Problem('TOO_MANY_STREAMS', `${own} streams are open with this key: close one, or read pages.`);
    }
    if (streams >= limits.maxStreams) {
      throw new Problem('OVERLOADED', 'As many streams are open as this process takes. Come again shortly, or read pages.');
    }
    streams += 1;
    ofCaller.set(sender, own + 1);
    return () => {
      streams -= 1;
      const left = (ofCaller.get(sender) ?? 1) - 1;
      if (left > 0) ofCaller.set(sender, left);
      else ofCaller.delete(sender);
    };
  };

  return async (response: Response, request: StreamRequest): Promise<void> => {
    const leave = enter(response);
    const unfollow = tail.follow();
    leaveFlight(response);
    try {
      await flow(tail, limits, response, request);
    } catch (error) {
      // Once it flows it can only end: the client resumes where it was, and hears then what is wrong.
      if (!response.headersSent) throw error;
    } finally {
      unfollow();
      leave();
      response.end();
    }
  };
}

async function flow(tail: Tail, limits: StreamLimits, response: Response, { filter, after }: StreamRequest): Promise<void> {
  // no-transform: a proxy that compresses it would hold it back; the second header says so to nginx.
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  if (response.req.method === 'HEAD') return;
  const isOver = (): boolean => response.destroyed || isClosing(response);
  let place = after;
  let toldPlace = place;
  let reach = reachFor(callerOf(response), 'events.read');
  let beatAt = performance.now() + limits.heartbeatMs;
  await send(response, `retry: ${RETRY_MS}\nid: ${cursorOf(place)}\n\n`, limits.slowMs);
  while (!isOver()) {
    const part = await tail.next(reach, filter, place, { ms: Math.min(LONGEST_WAIT_MS, limits.heartbeatMs), isOver });
    const text = part.events.map((event) => frameOf(feedEventView(event))).join('');
    place = part.upTo;
    if (text !== '') {
      await send(response, text, limits.slowMs);
      toldPlace = place;
    }
    if (performance.now() < beatAt) continue;
    beatAt = performance.now() + limits.heartbeatMs;
    const caller = await callerAgain(response).catch(() => null);
    if (caller === null) return;
    reach = reachFor(caller, 'events.read');
    // Where much passed by that is not for this client, it resumes behind it all the same.
    const beat = place.position > toldPlace.position ? `id: ${cursorOf(place)}\n\n` : ': \n\n';
    await send(response, beat, limits.slowMs);
    toldPlace = place;
  }
}

function frameOf({ cursor, ...event }: ReturnType<typeof feedEventView>): string {
  return `id: ${cursor}\nevent: ${event.type}\ndata: ${JSON.stringify({ ...event, cursor })}\n\n`;
}

/** Cuts a client that does not read: what is kept for it here is at most one page. */
async function send(response: Response, text: string, slowMs: number): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), slowMs);
  const { signal } = given;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } catch {
    response.destroy();
  } finally {
    clearTimeout(timer);
    given.abort();
  }
}
