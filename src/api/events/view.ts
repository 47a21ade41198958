import { placeOf, type FeedEvent } from '../../db/feed.js';
import { cursorOf } from './cursor.js';

/** An event as everyone is shown it. */
export function feedEventView(event: FeedEvent) {
  const { id, type, at, data } = event;
  return { id, type, timestamp: at.toISOString(), data, cursor: cursorOf(placeOf(event)) };
}
