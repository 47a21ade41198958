/** Every operation under /v1, in the contract's order. */
import * as keys from '../keys/operations.js';
import * as reviewNotices from '../review-notices/operations.js';
import * as switches from '../switches/operations.js';
import type { OperationSpec } from './operation.js';

export const operations: readonly OperationSpec[] = [reviewNotices, switches, keys].flatMap((resource) =>
  Object.values<OperationSpec>(resource),
);
