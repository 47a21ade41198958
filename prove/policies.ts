/** The rules as data (row D2): edits that break it. */
import type { Mutant } from './mutant.js';

const POLICIES = 'src/db/policies.ts';
const WORKING_TIME = 'src/domain/working-time.ts';

const OVER_API = 'test/api/policies.test.ts';
const RUNNING = 'test/workflow/policies.test.ts';
const CALENDAR = 'test/unit/working-calendar.test.ts';
const DOCUMENT = 'test/unit/policy-document.test.ts';

export const POLICY_MUTANTS: Mutant[] = [
  {
    row: 'D2',
    breaks: 'a new version never serves',
    file: POLICIES,
    find: 'ORDER BY "effectiveFrom" DESC, "version" DESC LIMIT 1',
    replace: 'ORDER BY "effectiveFrom" ASC, "version" ASC LIMIT 1',
    testFile: RUNNING,
    test: 'D2: a new version serves the next case at once',
  },
  {
    row: 'D2',
    breaks: 'a version serves before its date',
    file: POLICIES,
    find: '"effectiveFrom" <= COALESCE(${at}::timestamptz, clock_timestamp())',
    replace: '"effectiveFrom" <= COALESCE(${at}::timestamptz, clock_timestamp()) + interval \'1000 years\'',
    testFile: OVER_API,
    test: 'D2: a date to come takes effect then',
  },
  {
    row: 'D2',
    breaks: 'versions that are published at once get the same number',
    file: POLICIES,
    find: 'await lockInTransaction(tx, `policy/${kind}`);',
    replace: '',
    testFile: OVER_API,
    test: 'D2: versions are numbered without gaps',
  },
  {
    row: 'D2',
    breaks: 'a band leaves its lower bound out',
    file: 'src/domain/review-rules.ts',
    find: 'compareDecimals(amount, band.from) < 0',
    replace: 'compareDecimals(amount, band.from) <= 0',
    testFile: RUNNING,
    test: 'D2: the amount band and the buyer choose the rule',
  },
  {
    row: 'D2',
    breaks: 'a decision forgets buyer and amount',
    file: 'src/domain/failure-reason.ts',
    find: '    inputs,\n  };',
    replace: '    inputs: { ...inputs, buyerId: null, amount: null },\n  };',
    testFile: OVER_API,
    test: 'D2: the explanation of a case',
  },
  {
    row: 'D2',
    breaks: 'a policy may make thousands of requests',
    file: 'src/domain/review-policy.ts',
    find: 'require(requests <= MOST_REQUESTS,',
    replace: 'require(requests <= 2 * MOST_REQUESTS,',
    testFile: DOCUMENT,
    test: 'D2: a bad policy is refused with all its mistakes',
  },
  {
    row: 'D2',
    breaks: 'a rule may name a reason type that nobody knows',
    file: 'src/domain/review-rules.ts',
    find: '...(when.reasonTypes ?? [])',
    replace: '...([] as string[])',
    testFile: DOCUMENT,
    test: 'D2: a bad policy is refused with all its mistakes',
  },
  {
    row: 'D2',
    breaks: 'a dry run compares each case with its own version',
    file: 'src/api/policies/dry-run.ts',
    find: 'const then = await reviewUnder(chosen, inputs, firstFailureAt);',
    replace: 'const then = await reviewUnder(own, inputs, firstFailureAt);',
    testFile: OVER_API,
    test: 'D2: over open and recent cases a dry run',
  },
  {
    row: 'D2',
    breaks: 'a preview leaves the jitter out of its bounds',
    file: 'src/domain/schedule-preview.ts',
    find: 'const earliest = reviewInstants(policy, limits, firstFailureAt, () => 0);',
    replace: 'const earliest = reviewInstants(policy, limits, firstFailureAt, () => 0.5);',
    testFile: 'test/unit/schedule-preview.test.ts',
    test: 'D2: no course with jitter leaves the bounds',
  },
  {
    row: 'D2',
    breaks: 'a migrated case keeps its old limits',
    file: 'src/workflows/review-case/people.ts',
    find: 'Object.assign(state, limits);',
    replace: '',
    testFile: RUNNING,
    test: 'D2: migrate moves the chosen cases',
  },
  {
    row: 'D2',
    breaks: 'a dry run of a migration moves the cases',
    file: 'src/api/policies/migrate.ts',
    find: ': dryRun ? wouldChange(row, target) : null;',
    replace: ': null;',
    testFile: RUNNING,
    test: 'D2: migrate moves the chosen cases',
  },
  {
    row: 'D2',
    breaks: 'requests are made outside working time',
    file: WORKING_TIME,
    find: 'return Math.min(from + spread, to - 1, end - 1);',
    replace: 'return from + spread < 0 ? to : at;',
    testFile: RUNNING,
    test: 'D2: the working calendar shifts the request',
  },
  {
    row: 'D2',
    breaks: 'a request without working time before the end is put off to it',
    file: WORKING_TIME,
    find: ' || open[0] >= end) return at;',
    replace: ') return at;',
    testFile: CALENDAR,
    test: 'D2: no attempt is lost',
  },
  {
    row: 'D2',
    breaks: 'make-up workdays are not worked',
    file: 'src/calendar/working-intervals.ts',
    find: 'if (holidays.makeUpDays.has(name)) return',
    replace: 'if (holidays.makeUpDays.has(`${name}!`)) return',
    testFile: CALENDAR,
    test: 'D2: China: the arranged holidays',
  },
];
