/** The console's pages for operations (row U9): edits that mislead them, or let one work over another. */
import type { Mutant } from './mutant.js';

const OPERATIONS = 'test/console/operations.test.ts';

export const CONSOLE_OPERATIONS: Mutant[] = [
  {
    row: 'U9',
    breaks: 'a figure leads to a part of what it counts',
    file: 'src/console/operations/tiles.tsx',
    find: '/v1/messages?state=dead,refused,unknown',
    replace: '/v1/messages?state=dead,unknown',
    testFile: OPERATIONS,
    test: 'U9: every figure leads to what it counts',
  },
  {
    row: 'U9',
    breaks: 'what is to be sent again is looked at, and not sent',
    file: 'src/console/operations/resend-dialog.tsx',
    find: 'alsoUnknown, preview: false }',
    replace: 'alsoUnknown, preview: true }',
    testFile: OPERATIONS,
    test: 'U9: dead letters appear by themselves',
  },
  {
    row: 'U9',
    breaks: 'a switch is turned over what somebody else has turned meanwhile',
    file: 'src/console/operations/switch-dialog.tsx',
    find: "etag === null ? {} : { 'If-Match': etag }",
    replace: '{}',
    testFile: OPERATIONS,
    test: 'U9: a switch is turned with a reason',
  },
];
