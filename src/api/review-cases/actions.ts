/** People's actions on a running case, and the updates that they are. */
import {
  acknowledge,
  cancel,
  changePolicy,
  decline,
  pause,
  reassign,
  requestReview,
  reschedule,
  resume,
} from '../../workflows/review-case/contract.js';

export const UPDATES = {
  'request-review': requestReview,
  reschedule,
  pause,
  resume,
  reassign,
  acknowledge,
  'change-policy': changePolicy,
  decline,
  cancel,
} as const;
export type UpdateAction = keyof typeof UPDATES;
