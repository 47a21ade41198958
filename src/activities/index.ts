import type { Database } from '../db/database.js';
import { createBuyerServerActivities, type BuyerServerSettings } from './buyer-server/activities.js';
import { createCustomerActivities, type CustomerSettings } from './customer/activities.js';
import { createDeliveryActivities } from './delivery/activities.js';
import { createLiaisonActivities, type LiaisonSettings } from './liaison/activities.js';
import { createRecordsActivities } from './records/activities.js';
import { createReviewServerActivities, type ReviewServerSettings } from './review-server/activities.js';

export interface ActivityDependencies {
  db: Database;
  buyerServer: BuyerServerSettings;
  reviewServer: ReviewServerSettings;
  liaison: LiaisonSettings;
  /** The secret of the customers' private links. */
  linkKey: string;
  /** Default: public. */
  webhookNetworks?: CustomerSettings['webhookNetworks'];
}

/** All activities of the house's own task queue, with what they need handed in. */
export function createActivities({ db, buyerServer, reviewServer, liaison, linkKey, webhookNetworks = 'public' }: ActivityDependencies) {
  const customer: CustomerSettings = { ...buyerServer, ...liaison, buyerServerUrl: buyerServer.baseUrl, linkKey, webhookNetworks };
  return {
    ...createBuyerServerActivities(db, buyerServer),
    ...createReviewServerActivities(db, reviewServer),
    ...createLiaisonActivities(db, liaison),
    ...createCustomerActivities(db, customer),
    ...createDeliveryActivities(db, { buyerServer, customer, liaison }),
    ...createRecordsActivities(db),
  };
}

export type Activities = ReturnType<typeof createActivities>;
