/** What notices say, and who changed what, in the console (row U12) and behind it (row Q10). */
import type { Mutant } from './mutant.js';

const AUDIT = 'test/api/audit.test.ts';
const TEMPLATES = 'test/console/templates.test.ts';

export const CONSOLE_TEMPLATES: Mutant[] = [
  {
    row: 'Q10',
    breaks: 'operations are told of keys',
    file: 'src/api/audit/routes.ts',
    find: "extentOf(caller, SETTING_KINDS[kind]) !== 'none'",
    replace: "extentOf(caller, 'audit.read') !== 'none'",
    testFile: AUDIT,
    test: 'Q10: nobody is told of what they may not read',
  },
  {
    row: 'Q10',
    breaks: 'an absence that is taken away leaves no trace',
    file: 'src/db/people.ts',
    find: 'await recordAbsence(tx, before, null, by);',
    replace: '',
    testFile: AUDIT,
    test: 'Q10: every change of the settings is told once',
  },
  {
    row: 'U12',
    breaks: 'what is saved undoes what somebody else has saved meanwhile',
    file: 'src/console/administration/template-queries.ts',
    find: "header: etag === null ? {} : { 'If-Match': etag }",
    replace: 'header: etag === null ? {} : {}',
    testFile: TEMPLATES,
    test: 'U12: what somebody else has saved meanwhile',
  },
  {
    row: 'U12',
    breaks: 'the preview is not what the mail looks like',
    file: 'src/console/administration/mail-frame.tsx',
    find: '<style nonce="${nonce}">',
    replace: '<style>',
    testFile: TEMPLATES,
    test: 'U12: the preview of an order shows hostile words',
  },
  {
    row: 'U12',
    breaks: 'notices do not lead to the console',
    file: 'src/activities/liaison/activities.ts',
    find: 'const pageUrl = settings.consoleUrl === null ? null :',
    replace: 'const pageUrl = settings.consoleUrl !== null ? null :',
    testFile: TEMPLATES,
    test: 'U12: a notice leads to the case',
  },
];
