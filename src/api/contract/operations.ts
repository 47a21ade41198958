/** Every operation under /v1, in the contract's order. */
import * as inboundEvents from '../inbound-events/operations.js';
import * as caseActions from '../review-cases/action-operations.js';
import * as reviewCases from '../review-cases/operations.js';
import * as reviewNotices from '../review-notices/operations.js';
import * as switches from '../switches/operations.js';
import type { OperationSpec } from './operation.js';

export const operations: readonly OperationSpec[] = [reviewNotices, reviewCases, caseActions, inboundEvents, switches].flatMap((resource) =>
  Object.values<OperationSpec>(resource),
);
