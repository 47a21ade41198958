/** Mocha's `spec` reporter that also writes what came out to the file named by TEST_REPORT, for the runner to count. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import Mocha from 'mocha';

export interface TestOutcome {
  /** The suites' and the test's titles, joined by blanks. */
  title: string;
  file: string;
  state: 'passed' | 'failed' | 'skipped';
  ms: number;
  error: string | null;
}

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const outcomes: TestOutcome[] = [];
    const note = (state: TestOutcome['state']) => (test: Mocha.Test, error?: Error) => {
      const file = relative(process.cwd(), test.file ?? '');
      outcomes.push({ title: test.fullTitle(), file, state, ms: test.duration ?? 0, error: error ? error.message : null });
    };
    runner.on(EVENT_TEST_PASS, note('passed'));
    runner.on(EVENT_TEST_FAIL, note('failed')); // a failed hook comes as a test of its own
    runner.on(EVENT_TEST_PENDING, note('skipped'));
    runner.once(EVENT_RUN_END, () => {
      const path = process.env['TEST_REPORT'];
      if (path) writeFileSync(path, JSON.stringify(outcomes));
    });
  }
}
