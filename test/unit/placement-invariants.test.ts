import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placementHasEnded, surelyFailed } from '../../src/domain/placement-status.js';
import { decide } from '../../src/workflows/order-placement/decide.js';
import { nextInstant } from '../../src/workflows/order-placement/next-instant.js';
import { isClosed, placementDetails, placementRow } from '../../src/workflows/order-placement/record.js';
import type { PlacementCommand } from '../../src/workflows/order-placement/state.js';
import { happenings, live, settings, START, type Life } from '../support/placement-simulation.js';

// A failing life is made smaller for at most so long.
const RUNS = { numRuns: 600, seed: 20260101, interruptAfterTimeLimit: 60_000 };

/** Checks a property over random lives with all their openings; a failing one is printed small, with its seed. */
function everyLife(check: (lives: Life[]) => void, reopenings = 2): void {
  fc.assert(
    fc.property(settings, happenings, (setting, happened) => check(live(setting, happened, reopenings))),
    RUNS,
  );
}

/** … opening by opening. */
function everyOpening(check: (life: Life) => void): void {
  everyLife((lives) => lives.forEach(check));
}

type Command<Do extends PlacementCommand['do']> = Extract<PlacementCommand, { do: Do }>;

function commandsOf<Do extends PlacementCommand['do']>(life: Life, what: Do): (Command<Do> & { at: number })[] {
  return life.commands.filter(({ command }) => command.do === what).map(({ at, command }) => ({ ...(command as Command<Do>), at }));
}

describe('invariants of a placement over random lives', () => {
  it('B7: the lives come to every status, for every reason, after every kind of call', () => {
    const seen = new Set<string>();
    everyLife((lives) => {
      for (const { state, steps, commands } of lives) {
        seen.add(`${state.status} ${state.statusReason}`);
        for (const { step } of steps) for (const line of step.audit) seen.add(line.type);
        for (const { command } of commands) seen.add(command.do === 'query_vendor' ? command.query.purpose : command.do);
      }
    });
    const reasons = ['NOT_PAID', 'VENDOR_REFUSED', 'VENDOR_UNREACHABLE', 'NOT_PLACED', 'OUTCOME_UNKNOWN', 'MAX_POLLS_EXCEEDED'];
    const wanted = [...reasons, 'DEADLINE_PASSED', 'OUT_OF_STOCK', 'LOST'].map((reason) => `failed ${reason}`);
    const ended = [
      'succeeded VENDOR_REPORTED',
      'succeeded RESOLVED',
      'cancelled CANCELLED_BEFORE_SENDING',
      'cancelled CANCELLED_AT_VENDOR',
    ];
    const lines = [
      'absence_confirmed',
      'taken_up_again',
      'contradiction',
      'late_result',
      'not_cancelled',
      'poll_postponed',
      'order_unanswered',
    ];
    const calls = ['verify', 'poll', 'by_hand', 'last_look', 'drop_order', 'tell_refund_due', 'open_review_case', 'cancel_at_vendor'];
    assert.deepEqual(
      [...wanted, ...ended, 'cancelled CANCELLED_NOT_PLACED', ...lines, ...calls].filter((what) => !seen.has(what)),
      [],
    );
  });

  it('B3: the vendor never has two live orders of ours', () => {
    everyLife((lives) => {
      for (const { orders } of lives) assert.ok([...orders.values()].filter((truth) => truth === 'live').length <= 1);
    });
  });

  it('B3: a second placement number only after the one before is surely absent, or over', () => {
    everyLife((lives) => {
      let latest = 0;
      for (const { before, step, event } of lives.flatMap(({ steps }) => steps)) {
        const command = step.commands.find((candidate) => candidate.do === 'place_order');
        if (command?.do !== 'place_order') continue;
        const { numbers, vendor } = step.state;
        assert.deepEqual([command.placementNumber, command.once], [`P/${numbers}`, vendor?.idempotent === false]);
        assert.ok(numbers === latest + 1 || (numbers === latest && !command.once), 'sent again to a vendor that takes no repetitions');
        const confirmed = before.reopening?.absenceConfirmed === true && event.type === 'opened';
        const absent = before.existence === 'absent' || step.audit.some(({ type }) => type === 'absence_confirmed');
        assert.ok(latest === 0 || numbers === latest || confirmed || absent || before.existence === 'over', 'a second order');
        latest = numbers;
      }
    });
  });

  it('B3: absence is confirmed by two answers "not found" to questions asked after the vendor has settled', () => {
    everyOpening((life) => {
      const { policy, terms } = life;
      for (const [index, { step }] of life.steps.entries()) {
        if (!step.audit.some(({ type }) => type === 'absence_confirmed')) continue;
        const sent = life.steps
          .slice(0, index)
          .findLastIndex(({ step: { state } }, at) => state.verification !== null && verifies(life, at));
        const since = life.steps.slice(sent, index + 1);
        const settledAt = (since[0]?.at ?? 0) + terms.settleMs;
        const asked = commandsOf(life, 'query_vendor').filter(({ at }) => at >= settledAt);
        const counted = since.filter(
          ({ event }) =>
            event.type === 'vendor_queried' && event.result.kind === 'not_found' && asked.some(({ query }) => query.ask === event.ask),
        );
        assert.ok(counted.length >= 2, `${counted.length} answers count`);
      }
      assert.ok(life.state.numbers <= policy.maxPlacementNumbers + (life.state.opening - 1), 'too many numbers used up');
    });
  });

  it('B4: the last poll of the rule is number maximum, and after it the placement ends', () => {
    everyOpening((life) => {
      const { maximum } = life.policy.poll;
      const counting = life.steps.flatMap(({ step }) =>
        step.audit.map(({ data }) => data['poll']).filter((poll) => typeof poll === 'number'),
      );
      assert.ok(counting.every((poll) => poll <= maximum));
      const questions = life.steps.flatMap(({ before, step }) =>
        step.commands.filter((command) => command.do === 'query_vendor').map(({ query }) => ({ ...query, status: before.status })),
      );
      const polls = questions.filter(({ purpose, status }) => purpose === 'poll' || (purpose === 'last_look' && status === 'placed'));
      assert.ok(polls.length === life.state.polls && polls.length <= maximum);
      const { endedAt, deadlineAt } = life.state;
      if (life.state.statusReason === 'DEADLINE_PASSED') assert.ok((endedAt ?? 0) >= (deadlineAt ?? Infinity), 'ended before its deadline');
      if (life.state.statusReason !== 'MAX_POLLS_EXCEEDED') return;
      assert.equal(life.state.polls, maximum);
    });
  });

  it('B4: a placed order always has its next poll planned, or a call under way; one being placed has that call, or questions', () => {
    everyOpening((life) => {
      for (const { step } of life.steps) {
        const { status, placing, query, cancelling, nextPollAt, verification } = step.state;
        if (placing || query !== null || cancelling) continue;
        if (status === 'placed') assert.notEqual(nextPollAt, null);
        if (status === 'sent') assert.ok(typeof verification?.nextAt === 'number');
      }
    });
  });

  it('B7: what people wanted cancelled is not sent again, and a retry after a cancellation at the vendor would be a new order', () => {
    everyOpening((life) => {
      for (const { before, step } of life.steps) {
        if (before.unwantedBy !== null) assert.ok(step.commands.every((command) => command.do !== 'place_order'));
      }
      if (life.state.statusReason === 'CANCELLED_AT_VENDOR') assert.equal(life.state.existence, 'over');
    });
  });

  it('B4: one question at a time, and none while the order is being placed or after the end', () => {
    everyOpening((life) => {
      for (const { before, step } of life.steps) {
        const asked = step.commands.filter((command) => command.do === 'query_vendor');
        if (asked.length === 0) continue;
        assert.equal(asked.length, 1);
        assert.equal(before.query, null);
        assert.ok(!before.placing && !placementHasEnded(before.status));
      }
    });
  });

  it('D3: nothing is scheduled past the deadline, and the last look is not before it', () => {
    everyOpening((life) => {
      for (const { step, at } of life.steps) {
        const { deadlineAt } = step.state;
        if (deadlineAt === null) continue;
        const next = nextInstant(step.state);
        if (next !== null) assert.ok(next.at <= deadlineAt, 'a timer past the deadline');
        if (step.state.nextPollAt !== null) assert.ok(step.state.nextPollAt <= deadlineAt, 'a poll past the deadline');
        for (const command of step.commands) {
          if (command.do === 'query_vendor') assert.equal(command.query.purpose === 'last_look', at >= deadlineAt);
          if (command.do === 'place_order') assert.ok(at < deadlineAt, 'sent at or past the deadline');
        }
      }
      assert.ok(commandsOf(life, 'query_vendor').filter(({ query }) => query.purpose === 'last_look').length <= 1);
    });
  });

  it('B7: every status has a reason, and every line of the audit is numbered', () => {
    everyOpening((life) => {
      assert.ok(life.steps.every(({ step }) => /^[A-Z][A-Z_]+$/.test(step.state.statusReason)));
      const numbers = life.steps.flatMap(({ step }) => step.audit.map(({ number }) => number));
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
      );
    });
  });

  it('D5: a final state never moves, and what meets it is recorded', () => {
    everyOpening((life) => {
      for (const { before, step, event } of life.steps) {
        if (!placementHasEnded(before.status)) continue;
        const { status, statusReason, endedAt, refundDue } = step.state;
        assert.deepEqual(
          [status, statusReason, endedAt, refundDue],
          [before.status, before.statusReason, before.endedAt, before.refundDue],
        );
        if ('inboundId' in event) assert.deepEqual([step.audit.length, step.dispositions.length], [1, 1]);
      }
    });
  });

  it('D5: a result that contradicts the end is said to, and only such a one', () => {
    everyOpening((life) => {
      for (const { before, step, event } of life.steps) {
        if (event.type !== 'result_reported' || !placementHasEnded(before.status)) continue;
        const { means } = event.report.meaning ?? { means: 'in_progress' };
        if (means === 'in_progress') continue;
        const agrees = (means === 'succeeded') === (before.status === 'succeeded');
        assert.equal(step.dispositions[0]?.disposition === 'contradiction', !agrees);
        assert.equal(step.dispositions[0]?.problem === 'RESULT_CONTRADICTS', !agrees);
      }
    });
  });

  it('D5: a push that is handed over again changes nothing', () => {
    everyOpening((life) => {
      for (const { event } of life.steps) {
        if (!('inboundId' in event)) continue;
        const again = decide(life.state, event, life.now, 0.5);
        assert.deepEqual([again.state, again.commands, again.audit], [life.state, [], []]);
      }
    });
  });

  it('B5: the customer is told of the final outcome once per channel, last, and never of an outcome that nobody knows', () => {
    everyOpening((life) => {
      const { status, statusReason } = life.state;
      const told = commandsOf(life, 'tell_customer');
      for (const channel of life.channels) {
        const here = told.filter(({ message }) => message.channel === channel).map(({ message }) => message);
        const final = here.filter((message) => placementHasEnded(message.status));
        const silent = status === 'failed' && statusReason === 'OUTCOME_UNKNOWN';
        const before = life.state.reopening?.carry.lastToldFinal ?? null;
        const known = here.length === 0 && before?.status === status && before.reason === (status === 'succeeded' ? null : statusReason);
        assert.equal(final.length, silent || known ? 0 : 1);
        if (final[0] !== undefined) assert.deepEqual([final[0], final[0].status], [here.at(-1), status]);
      }
      assert.ok(told.every(({ message }) => message.reason !== 'OUTCOME_UNKNOWN'));
    });
  });

  it('B5: messages are numbered in sequence over all openings, each change once', () => {
    everyLife((lives) => {
      const told = lives.flatMap((life) => commandsOf(life, 'tell_customer').map(({ message }) => message));
      for (const channel of lives[0]?.channels ?? []) {
        const here = told.filter((message) => message.channel === channel);
        assert.deepEqual(
          here.map(({ sequence }) => sequence),
          here.map((_, index) => index + 1),
        );
        for (const [index, message] of here.entries()) {
          const last = here[index - 1];
          if (last === undefined || last.placementId !== message.placementId) continue;
          assert.notDeepEqual([message.status, message.description], [last.status, last.description], 'nothing new');
        }
      }
      if (lives[0]?.policy.customerUpdates === 'final') assert.ok(told.every(({ status }) => placementHasEnded(status)));
    });
  });

  it('B7: a refund is due exactly when it was paid and surely nothing comes of it, and the platform hears of it once', () => {
    everyLife((lives) => {
      for (const life of lives) {
        const ended = life.steps.find(({ step }) => placementHasEnded(step.state.status));
        const { status, statusReason, paid } = ended?.step.state ?? life.state;
        const nothingComes = status === 'cancelled' || (status === 'failed' && surelyFailed(statusReason));
        assert.equal(life.state.refundDue, paid && nothingComes);
      }
      const told = lives.flatMap((life) => commandsOf(life, 'tell_refund_due'));
      assert.equal(told.length, lives.some(({ state }) => state.refundDue) ? 1 : 0);
    });
  });

  it('B5: nobody is told that it surely failed, or was cancelled, while the vendor has it', () => {
    everyOpening((life) => {
      const ended = life.steps.find(({ step }) => placementHasEnded(step.state.status));
      const { status, statusReason } = life.state;
      const resolved = ended?.step.audit.some(({ data }) => data['resolved'] === true);
      if (resolved || status === 'succeeded' || (status === 'failed' && !surelyFailed(statusReason))) return;
      const numbers = Array.from({ length: life.state.numbers }, (_, index) => `P/${index + 1}`);
      assert.ok(!numbers.some((number) => life.orders.get(number) === 'live'), `${status} ${statusReason}, and the vendor will deliver`);
    });
  });

  it('B7: a review case is opened for the reasons of the policy, once', () => {
    everyOpening((life) => {
      const { status, statusReason } = life.state;
      const opened = commandsOf(life, 'open_review_case');
      const wanted = status === 'failed' && Object.hasOwn(life.policy.reviewReasons, statusReason);
      assert.equal(opened.length, wanted ? 1 : 0);
      if (wanted) assert.equal(opened[0]?.reasonType, life.policy.reviewReasons[statusReason]);
    });
  });

  it('B2: an unpaid order is never sent, and fails when its payment is due', () => {
    everyOpening((life) => {
      for (const { step } of life.steps) {
        if (step.commands.some((command) => command.do === 'place_order')) assert.ok(step.state.paid);
        if (step.state.statusReason === 'NOT_PAID') {
          assert.ok(!life.paid && (step.state.endedAt ?? 0) >= START + life.policy.paymentWaitMs);
        }
      }
    });
  });

  it('D3: every life ends, its row says so, and what it leaves can be gone on from', () => {
    everyOpening((life) => {
      const row = placementRow(life.state, life.now, 1);
      assert.ok(placementHasEnded(life.state.status) && isClosed(life.state) && row.closed);
      assert.deepEqual([row.nextAction, row.nextActionAt, row.ending], [null, null, null]);
      assert.notEqual(row.carry.existence === 'none', row.placementNumber !== null);
      assert.equal(JSON.stringify(row), JSON.stringify(JSON.parse(JSON.stringify(row))));
    });
  });

  it('D5: a push while the order is being placed proves it: the request stops', () => {
    everyOpening((life) => {
      for (const { before, step } of life.steps) {
        if (!before.placing || !step.state.placing || before.status !== 'sent' || step.state.status === 'sent') continue;
        assert.ok(step.commands.some((command) => command.do === 'drop_order'));
      }
    });
  });

  it('B7: a retry of what the vendor has failed is a new order', () => {
    everyLife((lives) => {
      for (const [index, life] of lives.entries()) {
        const next = lives[index + 1];
        if (life.state.statusReason !== 'OUT_OF_STOCK' || next === undefined) continue;
        assert.equal(life.state.existence, 'over');
        assert.ok(next.steps[0]?.step.commands.some((command) => command.do === 'place_order'));
      }
    });
  });

  it('the version rises with each change, and only then', () => {
    everyOpening((life) => {
      for (const { before, step } of life.steps) {
        const changed = step.audit.length + step.commands.length + step.dispositions.length > 0;
        assert.equal(step.state.version, before.version + (changed ? 1 : 0));
        if (!changed) assert.deepEqual({ ...step.state, heard: [] }, { ...before, heard: [] });
      }
    });
  });

  it('the state survives continue-as-new: it is JSON; what people read of it is whole', () => {
    everyOpening((life) => {
      assert.deepEqual(JSON.parse(JSON.stringify(life.state)), life.state);
      for (const { step } of life.steps) assert.doesNotMatch(placementDetails(step.state), /undefined|NaN|\[object/);
    });
  });
});

/** Whether the step at this place began the questions whether the vendor has the order. */
function verifies(life: Life, index: number): boolean {
  return (life.steps[index]?.before.verification ?? null) === null;
}
