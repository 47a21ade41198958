import type { Counterparts } from '../counterparts/caller.js';
import type { Database } from '../db/database.js';
import { createBuyerServerActivities } from './buyer-server/activities.js';
import { createCustomerActivities } from './customer/activities.js';
import { createLiaisonActivities, type LiaisonSettings } from './liaison/activities.js';
import { createDeliveryActivities } from './message-delivery/activities.js';
import { createRecordsActivities } from './records/activities.js';
import { createSubscriptionActivities } from './subscriptions/activities.js';
import { createReviewServerActivities } from './review-server/activities.js';

export interface ActivityDependencies {
  db: Database;
  counterparts: Counterparts;
  liaison: Omit<LiaisonSettings, 'linkKey'>;
  /** The secret of the customers' private links. */
  linkKey: string;
}

/** All activities of the house's own task queue, with what they need handed in. */
export function createActivities({ db, counterparts, linkKey, ...settings }: ActivityDependencies) {
  const liaison = { ...settings.liaison, linkKey };
  return {
    ...createBuyerServerActivities(db, counterparts),
    ...createReviewServerActivities(db, counterparts),
    ...createLiaisonActivities(db, counterparts, liaison),
    ...createCustomerActivities(db, counterparts, liaison),
    ...createDeliveryActivities(db, counterparts, liaison),
    ...createRecordsActivities(db),
    ...createSubscriptionActivities(db, counterparts),
  };
}

export type Activities = ReturnType<typeof createActivities>;
