/** Every operation under /v1, in the contract's order. */
import * as audit from '../audit/operations.js';
import * as counterparts from '../counterparts/operations.js';
import * as events from '../events/operations.js';
import * as inboundEvents from '../inbound-events/operations.js';
import * as keys from '../keys/operations.js';
import * as people from '../liaisons/operations.js';
import * as messages from '../messages/operations.js';
import * as noticeTemplates from '../notice-templates/operations.js';
import * as placements from '../placements/operations.js';
import * as policies from '../policies/operations.js';
import * as caseActions from '../review-cases/action-operations.js';
import * as reviewCases from '../review-cases/operations.js';
import * as reviewNotices from '../review-notices/operations.js';
import * as statistics from '../statistics/operations.js';
import * as subscriptions from '../subscriptions/operations.js';
import * as switches from '../switches/operations.js';
import * as vendors from '../vendors/operations.js';
import type { OperationSpec } from './operation.js';

const RESOURCES = [
  reviewNotices,
  reviewCases,
  caseActions,
  placements,
  vendors,
  events,
  subscriptions,
  inboundEvents,
  messages,
  statistics,
  policies,
  people,
  counterparts,
  noticeTemplates,
  switches,
  keys,
  audit,
];

export const operations: readonly OperationSpec[] = RESOURCES.flatMap((resource) => Object.values<OperationSpec>(resource));
