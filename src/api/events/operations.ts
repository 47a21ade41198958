import { z } from 'zod';
import { operation } from '../contract/operation.js';
import { eventHeaders, feedPageSchema, listQuerySchema } from './schema.js';

export const listFeedEvents = operation({
  id: 'listFeedEvents',
  method: 'get',
  path: '/events',
  tag: 'Events',
  summary: 'Follow what happens, oldest first',
  description:
    'The feed: append-only, in one order for everyone, without a gap. Read a page, keep its `cursor`, and go on `after` it. With ' +
    '`Accept: text/event-stream` it is a stream of Server-Sent Events whose `id` is the cursor: without a cursor it begins now, and ' +
    '`Last-Event-ID` resumes it. Which types there are stands in docs/events.md.',
  permission: 'events.read',
  query: listQuerySchema,
  headers: eventHeaders,
  answers: {
    200: {
      description: 'A page of the feed, or the feed as it goes on.',
      body: feedPageSchema,
      alsoAs: { 'text/event-stream': z.string().describe('`id`: the cursor; `event`: the type; `data`: the event as JSON, in one line') },
    },
  },
  problems: ['CURSOR_GONE', 'TOO_MANY_STREAMS'],
  example: { query: { types: 'case.held,case.approved', limit: '20' } },
});
