/** The console's placements and sandbox (rows U7, U8): edits that hide what somebody has to do, or move a clock that must not be moved. */
import type { Mutant } from './mutant.js';

const JOURNEYS = 'test/console/placements.test.ts';
const WAITS = 'src/api/console/waits.ts';

export const CONSOLE_PLACEMENTS: readonly Mutant[] = [
  {
    row: 'U7',
    breaks: 'what needs somebody stands below what goes by itself',
    file: 'src/console/placements/search.ts',
    find: ': [...needs, rest];',
    replace: ': [rest, ...needs];',
    testFile: JOURNEYS,
    test: 'U7: the list has what needs somebody on top',
  },
  {
    row: 'U7',
    breaks: 'who may change nothing is offered everything',
    file: 'src/console/placements/actions.ts',
    find: "return isPossible && (extents[PERMISSION[action]] ?? 'none') !== 'none';",
    replace: 'return isPossible && extents[PERMISSION[action]] !== undefined;',
    testFile: JOURNEYS,
    test: 'U7: an auditor reads all of it',
  },
  {
    row: 'U7',
    breaks: 'an answer appears only when the page is loaded again',
    file: 'src/console/placements/queries.ts',
    find: "queryKey: ['order', orderId, 'placement-events'],",
    replace: "queryKey: ['placement-events', orderId],",
    testFile: JOURNEYS,
    test: 'U7: the questions are drawn',
  },
  {
    row: 'U8',
    breaks: 'time is skipped while an answer of the sandbox is on its way',
    file: WAITS,
    find: '(await owed(orderId)) > 0 || ',
    replace: '',
    testFile: JOURNEYS,
    test: 'U8: a wait is skipped',
  },
  {
    row: 'U8',
    breaks: 'the clock stops before the instant that was waited for',
    file: WAITS,
    find: '- from + MARGIN_MS',
    replace: '- from - 5 * 60_000',
    testFile: JOURNEYS,
    test: 'U8: a wait is skipped',
  },
];
