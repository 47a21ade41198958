import type { Database } from '../../src/db/database.js';
import { eventually } from './eventually.js';

/** Waits until the feed's publisher has given everything its place: nothing of it changes by itself from then on. */
export async function feedPublished(db: Database): Promise<void> {
  const waiting = () => db.feedEvent.count({ where: { position: null } });
  await eventually(async () => ((await waiting()) === 0 ? true : undefined), 'the feed is published');
}
