import type { Database } from '../db/database.js';
import { createBuyerServerActivities, type BuyerServerSettings } from './buyer-server/activities.js';
import { createLiaisonActivities, type LiaisonSettings } from './liaison/activities.js';
import { createRecordsActivities } from './records/activities.js';
import { createReviewServerActivities, type ReviewServerSettings } from './review-server/activities.js';

export interface ActivityDependencies {
  db: Database;
  buyerServer: BuyerServerSettings;
  reviewServer: ReviewServerSettings;
  liaison: LiaisonSettings;
}

/** All activities of the house, with what they need handed in. */
export function createActivities({ db, buyerServer, reviewServer, liaison }: ActivityDependencies) {
  return {
    ...createBuyerServerActivities(db, buyerServer),
    ...createReviewServerActivities(db, reviewServer),
    ...createLiaisonActivities(db, liaison),
    ...createRecordsActivities(db),
  };
}

export type Activities = ReturnType<typeof createActivities>;
