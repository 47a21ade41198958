import type { Mutant } from './mutant.js';

const KEYSET = 'src/db/keyset.ts';
const FIGURES = 'src/db/case-statistics.ts';
const SORTING = 'test/api/sorting.test.ts';
const STATISTICS = 'test/api/statistics.test.ts';
const REACH = 'test/access/reach.test.ts';

/** Q7 to Q9: lists in any order, searched; figures that lead to lists. */
export const LISTS: readonly Mutant[] = [
  {
    row: 'Q7',
    breaks: 'what has nothing to be sorted by comes first when descending',
    file: KEYSET,
    find: 'ORDER BY t."part", ${ordered',
    replace: 'ORDER BY ${ordered',
    testFile: SORTING,
    test: 'Q7: cases in every order',
  },
  {
    row: 'Q7',
    breaks: 'a cursor is taken in another order than its own',
    file: 'src/api/cursor.ts',
    find: 'sort !== undefined && after.sort !== sort',
    replace: 'sort !== undefined && after.sort === undefined',
    testFile: SORTING,
    test: 'Q7: a cursor goes on in its own order',
  },
  {
    row: 'Q7',
    breaks: 'those without a value are not gone on with after the last page of those with one',
    file: KEYSET,
    find: 'if (values === null) return Prisma.sql`FALSE`;',
    replace: 'if (values === null) return Prisma.sql`TRUE`;',
    testFile: SORTING,
    test: 'Q7: what does not change between pages',
  },
  {
    row: 'Q7',
    breaks: 'amounts are compared as texts',
    file: 'src/db/case-list.ts',
    find: "Prisma.sql`${column('totalValue')}::numeric`",
    replace: "column('totalValue')",
    testFile: SORTING,
    test: 'Q7: cases in every order',
  },
  {
    row: 'Q8',
    breaks: 'of several reasons of placements the first alone counts',
    file: 'src/db/placement-list.ts',
    find: '${statusReason}::text[]',
    replace: '${statusReason.slice(0, 1)}::text[]',
    testFile: SORTING,
    test: 'Q8: placements by several reasons',
  },
  {
    row: 'Q8',
    breaks: 'a percent sign in a search stands for anything',
    file: KEYSET,
    find: 'text.replaceAll(/[\\\\%_]/g, String.raw`\\$&`)',
    replace: 'text',
    testFile: SORTING,
    test: 'Q8: a search finds',
  },
  {
    row: 'Q8',
    breaks: 'the end of a span counts with it',
    file: KEYSET,
    find: '${at} < ${new Date(to)}',
    replace: '${at} <= ${new Date(to)}',
    testFile: SORTING,
    test: 'Q8: open and ended',
  },
  {
    row: 'Q9',
    breaks: 'what a person has saved counts as saved alone',
    file: FIGURES,
    find: ' AND NOT ${isAttended()}) AS "alone"',
    replace: ') AS "alone"',
    testFile: STATISTICS,
    test: 'Q9: saved alone is what',
  },
  {
    row: 'Q9',
    breaks: 'a note after the end takes the case from those that were saved alone',
    file: 'src/db/case-list.ts',
    find: 'e."before" = ANY (${[...ATTENDED_WHILE]}::text[])',
    replace: 'TRUE',
    testFile: STATISTICS,
    test: 'Q9: saved alone is what',
  },
  {
    row: 'Q9',
    breaks: 'figures count cases of other buyers and liaisons',
    file: FIGURES,
    find: 'const among = caseWithin(reach);',
    replace: 'const among = caseWithin({ ...reach, buyers: null, liaisonIds: null });',
    testFile: STATISTICS,
    test: 'Q9: who is bound to buyers',
  },
  {
    row: 'Q9',
    breaks: 'timers are judged by the wall clock, under which skipped days are nothing',
    file: 'src/db/health-statistics.ts',
    find: 'extract(epoch FROM e."caseAt" -',
    replace: 'extract(epoch FROM e."wallAt" -',
    testFile: STATISTICS,
    test: 'Q9: health',
  },
  {
    row: 'W3',
    breaks: 'the list of cases, its counts and the export show those of other buyers',
    file: 'src/db/reach.ts',
    find: '...(buyers === null ? [] : [itsBuyer]), ',
    replace: '',
    testFile: REACH,
    test: 'W3: a buyer: lists',
  },
];
