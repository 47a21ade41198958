import type { Response, Router } from 'express';
import { resource, serve } from '../contract/operation.js';
import { isClosing, secondsOf } from '../contract/waiting.js';
import type { ApiDependencies } from '../dependencies.js';
import { cursorOf, placeAfter, placeSince } from './cursor.js';
import { leaveFlight } from '../overload.js';
import { listFeedEvents } from './operations.js';
import { createStreams } from './stream.js';
import { createTail, type FeedPart } from './tail.js';
import { feedEventView } from './view.js';

/** Each holds a connection: who comes after so many is answered at once, as a preference may be. */
const MAX_WAITING = 100;

/** The feed: in pages, by waiting, or as a stream. */
export function eventRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  const tail = createTail(db);
  const stream = createStreams(tail, dependencies.streams);
  let waiting = 0;
  return resource(dependencies, [
    serve(listFeedEvents, async ({ reach, headers, query: { after: given, since, limit, ...filter }, request }, response) => {
      if (request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream') {
        const cursor = headers['Last-Event-ID'] ?? given;
        const after = cursor === undefined && since !== undefined ? await placeSince(db, since) : await placeAfter(db, cursor, 'end');
        return stream(response, { filter, after });
      }
      const after = given === undefined && since !== undefined ? await placeSince(db, since) : await placeAfter(db, given, 'beginning');
      const seconds = secondsOf(headers.Prefer);
      if (seconds === null || waiting >= MAX_WAITING) return show(response, await tail.read(reach, filter, after, limit));
      response.setHeader('Preference-Applied', `wait=${seconds}`);
      waiting += 1;
      leaveFlight(response);
      const unfollow = tail.follow();
      try {
        const isOver = (): boolean => response.destroyed || isClosing(response);
        show(response, await tail.next(reach, filter, after, { limit, ms: seconds * 1000, isOver }));
      } finally {
        waiting -= 1;
        unfollow();
      }
    }),
  ]);
}

function show(response: Response, { events, upTo, more }: FeedPart): void {
  response.json({ items: events.map(feedEventView), cursor: cursorOf(upTo), more });
}
