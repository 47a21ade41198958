/** Every operation under /v1, in the contract's order. */
import * as counterparts from '../counterparts/operations.js';
import * as people from '../liaisons/operations.js';
import * as messages from '../messages/operations.js';
import * as noticeTemplates from '../notice-templates/operations.js';
import * as policies from '../policies/operations.js';
import * as reviewNotices from '../review-notices/operations.js';
import * as switches from '../switches/operations.js';
import type { OperationSpec } from './operation.js';

export const operations: readonly OperationSpec[] = [
  reviewNotices,
  messages,
  policies,
  people,
  counterparts,
  noticeTemplates,
  switches,
].flatMap((resource) => Object.values<OperationSpec>(resource));
