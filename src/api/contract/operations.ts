/** Every operation under /v1, in the contract's order. */
import * as inboundEvents from '../inbound-events/operations.js';
import * as placements from '../placements/operations.js';
import * as caseActions from '../review-cases/action-operations.js';
import * as reviewCases from '../review-cases/operations.js';
import * as reviewNotices from '../review-notices/operations.js';
import * as switches from '../switches/operations.js';
import * as vendors from '../vendors/operations.js';
import type { OperationSpec } from './operation.js';

const resources: Record<string, OperationSpec>[] = [reviewNotices, reviewCases, caseActions, placements, vendors, inboundEvents, switches];

export const operations: readonly OperationSpec[] = resources.flatMap((resource) => Object.values(resource));
