/** The console as a whole (rows U13 to U15): edits that one would find on some page only, that make a day's work longer, or that lose it. */
import type { Mutant } from './mutant.js';

const PAGES = 'test/console/pages.test.ts';
const TASKS = 'test/console/tasks.test.ts';
const INTERRUPTIONS = 'test/console/interruptions.test.ts';

export const CONSOLE_PAGES: Mutant[] = [
  {
    row: 'U13',
    breaks: 'a font that is always there comes before ours: some Chinese is never drawn',
    file: 'src/console/app/theme.ts',
    find: '"-apple-system, ',
    replace: '"system-ui, -apple-system, ',
    testFile: PAGES,
    test: 'U13: in Chinese, light, on a phone',
  },
  {
    row: 'U13',
    breaks: 'quiet text is too pale in dark colours',
    file: 'src/console/app/theme.ts',
    find: "dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)'",
    replace: "dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-4)'",
    testFile: PAGES,
    test: 'U13: in English, dark, on a wide screen',
  },
  {
    row: 'U14',
    breaks: 'the newest case comes first, whatever the deadlines',
    file: 'src/console/desk/search.ts',
    find: "sort: sort ?? 'deadlineAt'",
    replace: "sort: sort ?? '-openedAt'",
    testFile: TASKS,
    test: 'U14: the most urgent case',
  },
  {
    row: 'U15',
    breaks: 'a stream that was refused is never asked for again',
    file: 'src/console/app/live.ts',
    find: 'if (source?.readyState !== EventSource.CLOSED) return;',
    replace: 'return;',
    testFile: INTERRUPTIONS,
    test: 'U15: changes that are refused',
  },
  {
    row: 'U15',
    breaks: 'who has signed in again is not noticed',
    file: 'src/console/app/session-over.tsx',
    find: '        setOver(false);\n',
    replace: '',
    testFile: INTERRUPTIONS,
    test: 'U15: the session ends while somebody writes',
  },
  {
    row: 'U15',
    breaks: 'keys pressed in a dialog act on the list behind it',
    file: 'src/console/parts/list-keys.ts',
    find: 'event.target.closest(ELSEWHERE) !== null',
    replace: 'event.target.closest(ELSEWHERE) === document.body',
    testFile: INTERRUPTIONS,
    test: 'U15: keys act on the order',
  },
  {
    row: 'U15',
    breaks: 'a dialog can be left while its action is under way',
    file: 'src/console/parts/dialog.tsx',
    find: 'onClose={isBusy ? () => {} : onClose}',
    replace: 'onClose={onClose}',
    testFile: INTERRUPTIONS,
    test: 'U15: while an action is under way',
  },
  {
    row: 'U15',
    breaks: 'an older case offers what would be done to the newest',
    file: 'src/api/review-cases/view.ts',
    find: 'actions: newest ? actionsOf(row) : [],',
    replace: 'actions: actionsOf(row),',
    testFile: INTERRUPTIONS,
    test: 'U15: an older round',
  },
  {
    row: 'U3',
    breaks: 'a spent refresh token is kept, the new one forgotten',
    file: 'src/api/console/sessions.ts',
    find: 'if (unjudged !== null) await keepTokens(db, id, claimId, unjudged);\n      else if (isAway(error))',
    replace: 'if (isAway(error))',
    testFile: 'test/access/console-refresh.test.ts',
    test: 'U3: a refresh token that was spent',
  },
  {
    row: 'W3',
    breaks: 'the explanation of a case tells a buyer what was published about others',
    file: 'src/api/review-cases/routes.ts',
    find: "const withPolicy = reachIfAllowed(response, 'policies.read') !== null;",
    replace: 'const withPolicy = true;',
    testFile: 'test/access/tenants.test.ts',
    test: 'W3: an explanation tells',
  },
];
