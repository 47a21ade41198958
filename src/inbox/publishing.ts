/** Publishes the feed, beside the relay: in every API and worker process, one of them at a time. */
import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import { publishFeed } from '../db/feed.js';
import { createBell } from './bell.js';

export interface Publishing {
  /** Ends after what is under way. */
  stop: () => Promise<void>;
}

/** What was written is seen after half of this on average; looking in vain is one read of an index. */
const LOOK_EVERY_MS = 200;
const LONGEST_PAUSE_MS = 5000;

export function startPublishing({ db, log }: { db: Database; log: Logger }): Publishing {
  const bell = createBell();
  let stopping = false;
  let trouble = 0;
  const look = async (): Promise<number> => {
    try {
      const published = await publishFeed(db);
      trouble = 0;
      return published;
    } catch (error) {
      trouble += 1;
      if (trouble === 1) log.warn({ err: error }, 'the feed is not published, tried again later');
      return 0;
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      const published = await look();
      if (published === 0 && !stopping) await bell.pause(Math.min(LOOK_EVERY_MS * 2 ** trouble, LONGEST_PAUSE_MS));
    }
  };
  const working = work();
  return {
    async stop() {
      stopping = true;
      bell.ring(true);
      await working;
    },
  };
}
