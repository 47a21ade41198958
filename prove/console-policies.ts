/** The console's pages for those who keep the rules, people, servers and keys (rows U10, U11): edits that such a person would feel. */
import type { Mutant } from './mutant.js';

const POLICIES = 'test/console/policies.test.ts';
const ADMINISTRATION = 'test/console/administration.test.ts';

export const CONSOLE_POLICIES: Mutant[] = [
  {
    row: 'U10',
    breaks: 'a draft that is wrong can be published',
    file: 'src/console/policies/editor.tsx',
    find: 'drawn.mistakes.length === 0 && !drawn.isBehind',
    replace: 'drawn.from.length > 0',
    testFile: POLICIES,
    test: 'U10: on a phone, in Chinese',
  },
  {
    row: 'U10',
    breaks: 'the second of two authors runs the first over',
    file: 'src/console/policies/publish-dialog.tsx',
    find: 'publish(kind, { content, basedOn, by',
    replace: 'publish(kind, { content, basedOn: undefined as never, by',
    testFile: POLICIES,
    test: 'U10: of two authors',
  },
  {
    row: 'U10',
    breaks: 'cases that were left out of a move are moved too',
    file: 'src/console/policies/move.tsx',
    find: 'moving.move(wish.version, why.trim(), chosen)',
    replace: 'moving.move(wish.version, why.trim(), possible)',
    testFile: POLICIES,
    test: 'U10: open cases are moved',
  },
  {
    row: 'U11',
    breaks: 'a preview of a handover hands over',
    file: 'src/console/administration/handover.tsx',
    find: 'setFound(await call(true))',
    replace: 'setFound(await call(false))',
    testFile: ADMINISTRATION,
    test: 'U11: a colleague’s cases',
  },
  {
    row: 'U11',
    breaks: 'a table that somebody else has changed is written over',
    file: 'src/console/administration/routing.tsx',
    find: "etag === null ? {} : { 'If-Match': etag }",
    replace: 'etag === null ? {} : {}',
    testFile: ADMINISTRATION,
    test: 'U11: a buyer’s cases',
  },
  {
    row: 'U11',
    breaks: 'everybody is offered to hand over other people’s cases',
    file: 'src/console/administration/people.tsx',
    find: "useMay('cases.supervise') && person.role",
    replace: 'person.role',
    testFile: ADMINISTRATION,
    test: 'U11: an auditor reads',
  },
];
