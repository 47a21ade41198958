/** The ladder (D6): its time, its soundness, and what random lives of a case make of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { policyForCase } from '../../src/calendar/working-intervals.js';
import { hasEnded } from '../../src/domain/case-status.js';
import { escalationMistakes, plannedSteps, type Escalation } from '../../src/domain/escalation.js';
import { reviewOutcome } from '../../src/domain/policy-outcome.js';
import { policyMistakes, SEED_REVIEW_POLICY, type ReviewPolicy } from '../../src/domain/review-policy.js';
import { addWorkingTime, workedMs, type WorkingInterval } from '../../src/domain/working-time.js';
import { nextInstant, plannedInstants } from '../../src/workflows/review-case/next-instant.js';
import { caseRow } from '../../src/workflows/review-case/record.js';
import type { CaseCommand, CaseEvent } from '../../src/workflows/review-case/state.js';
import { advance, finish, happenings, hear, live, openedCase, policies, START, type Life } from '../support/case-simulation.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RUNS = { numRuns: 400, seed: 20260601 };
const SEED: ReviewPolicy = { ...SEED_REVIEW_POLICY, version: 1, jitter: 0 };
const who = { by: 'anna', note: null };

type Notify = Extract<CaseCommand, { do: 'notify' }>;
const told = ({ commands }: Life): (Notify & { at: number })[] =>
  commands.flatMap(({ at, command }) => (command.do === 'notify' ? [{ ...command, at }] : []));
const climbed = (life: Life): (Notify & { at: number })[] =>
  told(life).filter(({ stage }) => stage === 'reminder' || stage === 'escalation');
const hoursOf = (life: Life): [string, number][] => climbed(life).map(({ ledgerStage, at }) => [ledgerStage, (at - START) / HOUR]);
const held = (policy: Partial<ReviewPolicy> = {}): Life => openedCase({ ...SEED, ...policy });
const say = (life: Life, event: CaseEvent): void => hear(life, event, 0.5);

/** Lets time pass; each review request fails at once, as it is made. */
function pass(life: Life, ms: number): void {
  const until = life.now + ms;
  for (let rounds = 0; ; rounds += 1) {
    assert.ok(rounds < 2000, `the clock rings for ever: ${JSON.stringify(life.state)}`);
    const { request } = life.state;
    if (request !== null && life.state.ending === null) {
      const reason = { type: 'STOCK_SHORT', code: null, text: null };
      say(life, { type: 'request_answered', reviewRequestId: request.reviewRequestId, answer: { kind: 'failed', reason } });
    }
    if (life.now >= until) return;
    const next = nextInstant(life.state)?.at ?? until;
    advance(life, Math.min(Math.max(next, life.now + 1), until) - life.now, 0.5);
  }
}

function everyLife(check: (life: Life) => void): void {
  fc.assert(
    fc.property(policies, happenings, (policy, happened) => check(live(policy, happened))),
    RUNS,
  );
}

describe('D6: working time', () => {
  it('D6: counts over a night and a weekend, and comes when people work', async () => {
    const day: [string, string][] = [['09:00', '17:00']];
    const calendar = { timeZone: 'Europe/Stockholm', hours: { mon: day, tue: day, wed: day, thu: day, fri: day } };
    const steps = [
      { afterMs: HOUR, to: 'liaison' as const },
      { afterMs: 2 * HOUR, to: 'liaison' as const },
      { afterMs: 5 * HOUR, to: 'supervisor' as const },
      { afterMs: 12 * HOUR, to: 'operations' as const },
      { afterMs: 40 * HOUR, to: 'operations' as const },
    ];
    const limits = { resolutionDeadlineMs: 6 * DAY, retryWindowMs: DAY };
    const rules = { ...SEED, ...limits, matchedRule: null, calendar, escalation: { steps, workingTime: true } };
    assert.deepEqual(policyMistakes(rules), []);
    // A Thursday and a Friday in June: 15:00 there.
    const planned = async (from: string): Promise<(string | null)[]> => {
      const firstFailureAt = Date.parse(from);
      const policy = await policyForCase(rules, firstFailureAt);
      return plannedSteps(policy, firstFailureAt).map(({ at }) => (at === null ? null : new Date(at).toISOString().slice(5, 16)));
    };
    assert.deepEqual(await planned('2026-06-04T13:00:00Z'), ['06-04T14:00', '06-05T07:00', '06-05T10:00', '06-08T09:00', null]);
    assert.deepEqual(await planned('2026-06-05T13:00:00Z'), ['06-05T14:00', '06-08T07:00', '06-08T10:00', '06-09T09:00', null]);
    assert.deepEqual((await planned('2026-06-06T10:00:00Z')).slice(0, 2), ['06-08T08:00', '06-08T09:00'], 'from within a weekend');
  });

  it('D6: is added as it is counted: the first instant of working time at which so much of it is over', () => {
    const intervals = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), { maxLength: 6 })
      .map((stretches) => {
        let now = 0;
        return stretches.map(([closed, open]): WorkingInterval => [(now += closed), (now += open)]);
      });
    fc.assert(
      fc.property(intervals, fc.nat(60), fc.nat(60), (open, from, ms) => {
        const isOpen = (instant: number): boolean => open.some(([opens, closes]) => opens <= instant && instant < closes);
        const worked = (to: number): number => Array.from({ length: to - from }, (_, step) => from + step).filter(isOpen).length;
        const expected = Array.from({ length: 200 }, (_, step) => from + step).find((at) => isOpen(at) && worked(at) >= ms) ?? null;
        assert.equal(addWorkingTime(open, from, ms), expected);
        if (expected !== null) assert.equal(workedMs(open, from, expected), worked(expected));
      }),
      { numRuns: 500 },
    );
  });
});

describe('D6: a policy’s ladder', () => {
  it('D6: is refused with all its mistakes, each with its place', () => {
    const ladder = (...afterMs: number[]): Escalation => ({
      steps: afterMs.map((ms) => ({ afterMs: ms, to: 'liaison' })),
      workingTime: false,
    });
    const mistakes = (escalation: Escalation): string[] => escalationMistakes(escalation, { resolutionDeadlineMs: 72 * HOUR }, false);
    assert.deepEqual(mistakes(ladder(HOUR, 2 * HOUR, 72 * HOUR - 1)), []);
    assert.deepEqual(mistakes({ ...ladder(2 * HOUR, 2 * HOUR, 72 * HOUR), workingTime: true }), [
      'escalation.steps[1].afterMs must be more than that of the step before it',
      'escalation.steps[2].afterMs must be less than resolutionDeadlineMs: at the deadline the case ends',
      'escalation.workingTime needs a calendar: without one every hour counts',
    ]);
    assert.deepEqual(mistakes(ladder(10)), ['escalation.steps[0].afterMs must be a whole number of ms, at least 1000']);
    assert.match(mistakes(ladder(...Array.from({ length: 21 }, (_, n) => (n + 1) * HOUR))).join(), /at most 20/);
    assert.match(
      policyMistakes({ ...SEED_REVIEW_POLICY, retryWindowMs: HOUR, resolutionDeadlineMs: 6 * HOUR }).join(),
      /steps\[1\].*steps\[2\]/,
    );
  });

  it('D6: is part of what a policy comes to', () => {
    const inputs = { reasonType: 'STOCK_SHORT', buyerId: 'b', amount: null, currency: null };
    const { outcome } = reviewOutcome(SEED, inputs, START);
    assert.deepEqual(outcome['escalation'], [
      'liaison 2026-01-01T12:00:00.000Z',
      'supervisor 2026-01-01T16:00:00.000Z',
      'operations 2026-01-02T08:00:00.000Z',
    ]);
    const { outcome: rejected } = reviewOutcome(SEED, { ...inputs, reasonType: 'PROHIBITED_GOODS' }, START);
    assert.deepEqual(rejected['escalation'], []);
  });
});

describe('D6: the ladder of a case', () => {
  it('D6: the seed reminds after 4 h, and escalates after 8 h and 24 h; the rest is told at once', () => {
    const life = held();
    pass(life, 71 * HOUR);
    assert.deepEqual(hoursOf(life), [['reminder-1', 4], ['escalation-supervisor-1', 8], ['escalation-operations-1', 24]]); // oxfmt-ignore
    assert.deepEqual([life.state.ladder?.done.length, nextInstant(life.state)?.what], [3, 'resolution deadline']);
  });

  it('D6: the next step is among what is planned, and the next action when it is the nearest', () => {
    const life = held({ firstDelayMs: 6 * HOUR });
    assert.deepEqual(
      plannedInstants(life.state).map(({ what, at }) => [what, (at - START) / HOUR]),
      [
        ['reminder', 4],
        ['review request 1', 6],
        ['escalation_supervisor', 8],
        ['escalation_operations', 24],
        ['end of the retry window', 24],
        ['resolution deadline', 72],
      ],
    );
    assert.equal(nextInstant(life.state)?.what, 'reminder');
    advance(life, 5 * HOUR, 0.5);
    const row = caseRow(life.state, life.now, 1);
    assert.deepEqual([row.nextAction, row.planned[0]?.what], ['review request 1', 'review request 1']);
    assert.deepEqual(row.escalation?.done, [{ to: 'liaison', stage: 'reminder-1', at: '2026-01-01T12:00:00.000Z' }]);
    assert.deepEqual(
      row.escalation?.toCome.map(({ to }) => to),
      ['supervisor', 'operations'],
    );
  });

  it('D6: a step comes while a call is under way, too', () => {
    const life = held({ answerDeadlineMs: 30 * HOUR, firstDelayMs: HOUR });
    advance(life, 5 * HOUR, 0.5);
    assert.deepEqual([life.state.request?.accepted, hoursOf(life)], [false, [['reminder-1', 4]]]);
  });

  it('D6: acknowledging stops what is to come, not the clocks; again changes nothing', () => {
    const life = held();
    pass(life, 5 * HOUR);
    say(life, { type: 'acknowledge', ...who });
    const { version } = life.state;
    say(life, { type: 'acknowledge', by: 'bea', note: 'me too' });
    assert.deepEqual([life.state.version, life.state.acknowledgement?.by], [version, 'anna']);
    assert.deepEqual(
      plannedInstants(life.state).filter(({ what }) => what === 'reminder' || what.startsWith('escalation')),
      [],
    );
    finish(life);
    assert.deepEqual([hoursOf(life).length, life.state.status], [1, 'expired']);
  });

  it('D6: a new liaison is reminded anew; those above are told when they would have been', () => {
    const life = held();
    for (const liaisonId of ['l-2', 'l-1', 'l-2', 'l-1', 'l-2', 'l-1', 'l-2', 'l-1']) {
      pass(life, 3.5 * HOUR);
      say(life, { type: 'reassign', ...who, liaisonId });
    }
    assert.deepEqual(hoursOf(life), [['escalation-supervisor-1', 8], ['escalation-operations-1', 24]]); // oxfmt-ignore
    pass(life, 5 * HOUR);
    assert.deepEqual(hoursOf(life).at(-1), ['reminder-1', 28 + 4]);
    say(life, { type: 'reassign', ...who, liaisonId: 'l-3' });
    pass(life, 5 * HOUR);
    assert.deepEqual(hoursOf(life).at(-1), ['reminder-2', 33 + 4], 'of what the one before was reminded of, too');
  });

  it('D6: acknowledged and then handed over: those above wait for as long as it was acknowledged, and no longer', () => {
    const life = held();
    pass(life, 3 * HOUR);
    say(life, { type: 'acknowledge', ...who });
    pass(life, 27 * HOUR);
    say(life, { type: 'reassign', ...who, liaisonId: 'l-2' });
    assert.equal(life.state.acknowledgement, null);
    pass(life, 40 * HOUR);
    assert.deepEqual(hoursOf(life), [['reminder-1', 34], ['escalation-supervisor-1', 35], ['escalation-operations-1', 51]]); // oxfmt-ignore
  });

  it('D6: nothing is planned at the deadline or past it', () => {
    const life = held();
    pass(life, 67 * HOUR);
    say(life, { type: 'reassign', ...who, liaisonId: 'l-2' });
    assert.deepEqual(
      plannedInstants(life.state).map(({ what, at }) => [what, (at - START) / HOUR]),
      [['reminder', 71], ['resolution deadline', 72]], // oxfmt-ignore
    );
    pass(life, HOUR);
    say(life, { type: 'reassign', ...who, liaisonId: 'l-3' });
    assert.deepEqual(
      plannedInstants(life.state).map(({ what }) => what),
      ['resolution deadline'],
    );
  });

  it('D6: a pause holds the reminders and lets the others be; resuming makes one of what was missed', () => {
    const steps = [1, 2, 3, 10].map((hours) => ({ afterMs: hours * HOUR, to: 'liaison' as const }));
    const life = held({ escalation: { steps: [...steps, { afterMs: 11 * HOUR, to: 'supervisor' }], workingTime: false } });
    say(life, { type: 'pause', ...who });
    advance(life, 5 * HOUR, 0.5);
    assert.deepEqual(hoursOf(life), []);
    say(life, { type: 'resume', ...who });
    say(life, { type: 'clock' });
    assert.deepEqual(hoursOf(life), [['reminder-1', 5]]);
    say(life, { type: 'pause', ...who });
    pass(life, 7 * HOUR);
    assert.deepEqual(hoursOf(life).at(-1), ['escalation-supervisor-1', 11]);
  });

  it('D6: another policy plans anew what is not yet done', () => {
    const life = held();
    pass(life, 9 * HOUR);
    const steps = [
      { afterMs: 2 * HOUR, to: 'liaison' as const },
      { afterMs: 3 * HOUR, to: 'supervisor' as const },
      { afterMs: 12 * HOUR, to: 'supervisor' as const },
      { afterMs: 14 * HOUR, to: 'operations' as const },
    ];
    say(life, { type: 'change_policy', ...who, policy: { ...SEED, version: 2, escalation: { steps, workingTime: false } } });
    pass(life, 30 * HOUR);
    assert.deepEqual(hoursOf(life).slice(2), [['escalation-supervisor-2', 12], ['escalation-operations-1', 14]]); // oxfmt-ignore
  });

  it('D6: when the rule is deleted the liaison is told at once, each time it comes to that', () => {
    const life = held({ firstDelayMs: 10 * 60_000, retryWindowMs: HOUR, minGapMs: HOUR });
    const failed = (attempt: number): void => {
      const reason = { type: 'STOCK_SHORT', code: null, text: null };
      say(life, { type: 'request_answered', reviewRequestId: `P.1.${attempt}`, answer: { kind: 'failed', reason } });
    };
    const waits = (): string[] => told(life).flatMap(({ stage, ledgerStage }) => (stage === 'awaiting_liaison' ? [ledgerStage] : []));
    advance(life, 50 * 60_000, 0.5);
    failed(1);
    assert.deepEqual([life.state.status, waits()], ['awaiting_liaison', ['awaiting_liaison-1']]);
    say(life, { type: 'change_policy', ...who, policy: life.policy });
    assert.deepEqual(waits().length, 1, 'who waits already is not told again');
    say(life, { type: 'request_review', ...who });
    failed(2);
    assert.deepEqual([life.state.status, waits()], ['awaiting_liaison', ['awaiting_liaison-1', 'awaiting_liaison-2']]);
  });

  it('D6: what came to be known late begins with one notice, not with its reminders', () => {
    const policy = { ...SEED };
    const early = openedCase(policy);
    const first = early.steps[0];
    const determined = early.steps.at(-1)?.event as CaseEvent;
    const life: Life = { state: first!.step.state, now: START + 9 * HOUR, policy, commands: [], steps: [] };
    say(life, determined);
    assert.deepEqual(
      told(life).map(({ ledgerStage }) => ledgerStage),
      ['first_failure', 'escalation-supervisor-1'],
    );
  });
});

describe('D6: the ladder over random lives', () => {
  it('D6: each notice is a message of its own, and each step is taken once at most', () => {
    everyLife((life) => {
      const stages = told(life).map(({ ledgerStage }) => ledgerStage);
      assert.equal(new Set(stages).size, stages.length, stages.join());
      const steps = life.policy.escalation?.steps ?? [];
      for (const group of ['supervisor', 'operations'] as const) {
        const most = steps.filter(({ to }) => to === group).length;
        assert.ok(climbed(life).filter(({ to }) => to === group).length <= most, `more notices to ${group} than steps`);
      }
      const mine = climbed(life).filter(({ to }) => to === 'liaison');
      const assignments = told(life).filter(({ stage }) => stage === 'assigned').length;
      assert.ok(mine.length <= (assignments + 1) * steps.filter(({ to }) => to === 'liaison').length, 'more reminders than steps');
    });
  });

  it('D6: none after the end or an ending has begun, none at the deadline or past it, none while it is acknowledged or not yet told', () => {
    everyLife((life) => {
      finish(life);
      for (const { step, at } of life.steps) {
        const { status, ending, deadlineAt, acknowledgement } = step.state;
        const steps = step.commands.filter((command) => command.do === 'notify' && ['reminder', 'escalation'].includes(command.stage));
        if (steps.length === 0) continue;
        assert.ok(deadlineAt !== null && at < deadlineAt, 'at the deadline or past it');
        const stopped = hasEnded(status) || ending !== null || acknowledgement !== null;
        // What is due comes before what people do at the same instant.
        assert.ok(!stopped || step.audit.some(({ type }) => ['acknowledged', 'ending', 'approved'].includes(type)), 'after it was stopped');
      }
      const [first] = told(life);
      assert.ok(first === undefined || first.stage === 'first_failure', 'told again before being told');
    });
  });

  it('D6: no number of reassignments puts those above off', () => {
    const handOvers = fc.array(fc.integer({ min: 0, max: 9 * HOUR }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(policies, handOvers, (policy, waits) => {
        const life = openedCase(policy);
        waits.forEach((ms, index) => {
          pass(life, ms);
          if (life.state.ending === null && !hasEnded(life.state.status)) say(life, { type: 'reassign', ...who, liaisonId: `m-${index}` });
        });
        const expected = plannedSteps(policy, START).filter(({ to, at }) => to !== 'liaison' && (at ?? Infinity) <= life.now);
        const above = climbed(life).filter(({ to }) => to !== 'liaison');
        assert.deepEqual(
          above.map(({ to, at }) => [to, at]),
          expected.map(({ to, at }) => [to, at]),
        );
      }),
      RUNS,
    );
  });

  it('D6: what is planned is what comes, and nothing planned lies past the deadline', () => {
    everyLife((life) => {
      for (const { step } of life.steps) {
        const { deadlineAt } = step.state;
        assert.ok(plannedInstants(step.state).every(({ at }) => deadlineAt !== null && at <= deadlineAt));
        const next = nextInstant(step.state);
        if (next !== null && next.what.startsWith('escalation')) assert.ok(plannedInstants(step.state).some(({ at }) => at === next.at));
      }
    });
  });
});
