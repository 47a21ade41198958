import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasEnded } from '../../src/domain/case-status.js';
import type { CaseNotice } from '../../src/domain/notice-facts.js';
import { sampleNotice } from '../../src/domain/notice-variables.js';
import { NOTICE_WORDS } from '../../src/domain/notice-words.js';
import { SEED_REVIEW_POLICY, type ReviewPolicy } from '../../src/domain/review-policy.js';
import { renderNotice } from '../../src/templates/rendered-notice.js';
import { decide } from '../../src/workflows/review-case/decide.js';
import { nextInstant, plannedInstants } from '../../src/workflows/review-case/next-instant.js';
import { initialState } from '../../src/workflows/review-case/state.js';
import {
  advance,
  failure,
  finish,
  happenings,
  hear,
  live,
  openedCase,
  policies,
  START,
  success,
  word,
  type Happening,
  type Life,
} from '../support/case-simulation.js';

const RUNS = { numRuns: 400, seed: 20260101 };

/** Checks a property over random lives; a failing one is printed small, with its seed. */
function everyLife(check: (life: Life) => void): void {
  fc.assert(
    fc.property(policies, happenings, (policy, happened) => check(live(policy, happened))),
    RUNS,
  );
}

describe('invariants of a review case over random lives', () => {
  it('D3: nothing is scheduled past the window or the deadline', () => {
    everyLife((life) => {
      for (const { step, at } of life.steps) {
        const { nextReviewAt, nextAskedBy, windowEndsAt, deadlineAt, request } = step.state;
        if (windowEndsAt === null || deadlineAt === null) continue;
        // A person's request may wait beyond the window for a review server that is away.
        const limit = nextAskedBy === null ? Math.min(windowEndsAt, deadlineAt) : deadlineAt;
        if (nextReviewAt !== null) assert.ok(nextReviewAt <= limit, 'review planned past the window');
        if (request !== null) assert.ok(request.answerDueAt <= deadlineAt, 'answer due past the deadline');
        if (request?.nextQueryAt) assert.ok(request.nextQueryAt < request.answerDueAt, 'query planned past the answer deadline');
        const next = nextInstant(step.state);
        if (next !== null) assert.ok(next.at <= deadlineAt, 'a timer past the deadline');
        if (step.commands.some((command) => command.do === 'request_review'))
          assert.ok(at < deadlineAt, 'a request at or past the deadline');
      }
    });
  });

  it('A5: whatever a case does next, and why it stands as it does, a notice says in plain words of its reader', () => {
    const said = new Set<string>();
    everyLife((life) => {
      for (const { step } of life.steps) {
        const next = nextInstant(step.state);
        for (const { what } of [...plannedInstants(step.state), ...(next === null ? [] : [next])]) said.add(what.replaceAll(/\d+/g, '2'));
        const { status, statusReason } = step.state;
        if (!hasEnded(status) && statusReason !== null) said.add(statusReason);
      }
    });
    const reasons = ['RETRY_WINDOW_PASSED', 'NO_REQUEST_LEFT_IN_WINDOW', 'REVIEW_SERVER_AWAY'];
    const steps = ['review request 2', 'answer to request 2 due', 'ask for the result of request 2', 'end of the retry window'];
    const ladder = ['resolution deadline', 'reminder', 'escalation_supervisor', 'escalation_operations'];
    assert.deepEqual([...said].toSorted(), [...reasons, ...steps, ...ladder].toSorted());
    const facts = sampleNotice('reminder') as CaseNotice;
    for (const [locale, plain] of [
      ['en', /^[a-z][a-z\d ,;]+$/],
      ['zh-CN', /^[\u4e00-\u9fff\d ，；]+$/u],
    ] as const) {
      const reader = { name: 'I', timeZone: 'UTC', onBehalfOf: null, locale };
      const { labels } = NOTICE_WORDS[locale];
      for (const what of said) {
        const about = reasons.includes(what) ? { statusReason: what } : { next: { what, at: START } };
        const { sections } = renderNotice(null, { ...facts, ...about }, reader).document;
        const label = reasons.includes(what) ? labels.because : labels.next;
        const shown = sections.flatMap(({ rows }) => rows).find(([name]) => name === label)?.[1] ?? '';
        assert.match(shown, plain, `${what} in ${locale}: ${shown}`);
      }
    }
  });

  it('A7: at most one automatic request at the end of the window, none by the rule after it', () => {
    everyLife((life) => {
      const { windowEndsAt } = life.state;
      if (windowEndsAt === null) return;
      const byRule = life.steps.flatMap(({ step }) =>
        step.audit.filter((line) => line.type === 'review_requested' && line.actor === 'holdpoint'),
      );
      assert.ok(
        byRule.every((line) => line.at <= windowEndsAt),
        'the rule asked after the window',
      );
      assert.ok(byRule.filter((line) => line.at === windowEndsAt).length <= 1, 'asked twice at the end of the window');
    });
  });

  it('D10: a request that never left is no attempt, and is made again under its ID', () => {
    everyLife((life) => {
      const lines = life.steps.flatMap(({ step }) => step.audit.map(({ type }) => type));
      const count = (type: string): number => lines.filter((line) => line === type).length;
      assert.equal(life.state.attempts, count('review_requested') - count('review_request_waits'));
      const waits = life.steps.filter(({ step }) => step.audit.some(({ type }) => type === 'review_request_waits'));
      for (const { step } of waits) {
        assert.ok(
          step.state.nextReviewAt !== null || step.state.status === 'awaiting_liaison' || hasEnded(step.state.status),
          'it waits in silence',
        );
      }
    });
  });

  it('D1: at most one buyer message per stage, numbered in sequence', () => {
    everyLife((life) => {
      const { messages } = life.state;
      assert.equal(new Set(messages.map(({ stage }) => stage)).size, messages.length);
      assert.deepEqual(
        messages.map(({ sequence }) => sequence),
        messages.map((_, index) => index + 1),
      );
      const sent = life.commands.filter(({ command }) => command.do === 'send_buyer_message');
      assert.equal(sent.length, messages.length);
    });
  });

  it('D1: an early success is always followed by approved or by the truth', () => {
    everyLife((life) => {
      finish(life);
      const { messages, status } = life.state;
      const early = messages.find(({ stage }) => stage === 'early_success');
      if (early === undefined) return;
      const correction = messages.find(({ kind }) => kind === 'review_failed');
      if (status === 'approved') return assert.equal(correction, undefined, 'told "failed" though approved');
      assert.ok(correction, `ended ${status} and the buyer was left with "success"`);
      const mayHaveHeard = early.outcome === 'delivered' || early.outcome === 'unknown';
      assert.equal(correction.supersedes, mayHaveHeard ? early.messageId : null);
    });
  });

  it('A4: with a reason that is not preset nobody is told anything before the end, and a word to be confirmed is asked for once', () => {
    const check = (drawn: ReviewPolicy, happened: Happening[]): void => {
      const policy = { ...drawn, liaisonWord: 'confirmed' as const };
      const life = live(policy, happened, openedCase(policy, 'PROHIBITED_GOODS', [word('early')]));
      finish(life);
      const told = life.commands.filter(({ command }) => command.do === 'send_buyer_message');
      assert.equal(told.length, 1);
      assert.ok(told[0]!.at >= (life.state.endedAt ?? Infinity), 'told before the end');
      const waited = life.steps.some(({ step }) => step.audit.some(({ type }) => type === 'review_request_waits'));
      assert.ok(life.state.attempts === 1 || (waited && life.state.attempts === 0), `asked ${life.state.attempts} times`);
      assert.equal(life.state.messages[0]!.provisional, false);
      const kind = life.state.status === 'approved' ? 'review_succeeded' : 'review_failed';
      assert.equal(life.state.messages[0]!.kind, kind);
    };
    fc.assert(fc.property(policies, happenings, check), RUNS);
  });

  it('D3: every case ends, at the latest at its deadline', () => {
    everyLife((life) => {
      finish(life);
      assert.ok(hasEnded(life.state.status));
    });
  });

  it('D5: an ending never changes, and what meets it is recorded', () => {
    everyLife((life) => {
      for (const { before, step, event } of life.steps) {
        if (!hasEnded(before.status)) continue;
        assert.equal(step.state.status, before.status);
        assert.equal(step.state.endedAt, before.endedAt);
        if ('inboundId' in event && !before.heard.includes(event.inboundId)) assert.equal(step.audit.length, 1, 'not recorded');
      }
    });
  });

  it('A2: the first failure never moves', () => {
    everyLife((life) => assert.ok(life.steps.slice(1).every(({ step }) => step.state.firstFailureAt === START)));
  });

  it('A2: an event that is handed over again changes nothing', () => {
    everyLife((life) => {
      for (const { event } of life.steps) {
        if (!('inboundId' in event)) continue;
        const again = decide(life.state, event, life.now, 0.5);
        assert.deepEqual([again.state, again.commands, again.audit], [life.state, [], []]);
      }
    });
  });

  it('A8: an outcome counts once per reviewRequestId', () => {
    everyLife((life) => {
      const counted = life.steps
        .flatMap(({ step }) => step.audit)
        .filter((line) => ['review_failed', 'review_succeeded'].includes(line.type));
      const ids = counted
        .filter((line) => line.data['disposition'] === undefined || line.data['disposition'] === 'counted')
        .map((line) => line.data['reviewRequestId'])
        .filter((id) => typeof id === 'string');
      assert.equal(new Set(ids).size, ids.length);
    });
  });

  it('D1: a cancellation is not undone by a success that comes while it looks once more', () => {
    const life = openedCase({ ...SEED_REVIEW_POLICY, version: 1, jitter: 0 });
    advance(life, 11 * 60_000, 0.5);
    hear(life, { type: 'cancel', by: 'buyer', note: null }, 0.5);
    assert.equal(life.state.ending?.as, 'cancelled');
    hear(life, success('s', null), 0.5);
    hear(life, { type: 'request_answered', reviewRequestId: 'P.1.1', answer: { kind: 'succeeded' } }, 0.5);
    finish(life);
    assert.equal(life.state.status, 'cancelled');
  });

  it('A7: a failure that people asked for leaves a deleted rule deleted', () => {
    const life = openedCase({ ...SEED_REVIEW_POLICY, version: 1, jitter: 0.5, minGapMs: 24 * 3_600_000 });
    advance(life, 23.9 * 3_600_000, 0.5);
    hear(
      life,
      {
        type: 'request_answered',
        reviewRequestId: 'P.1.1',
        answer: { kind: 'failed', reason: { type: 'STOCK_SHORT', code: null, text: null } },
      },
      0.99,
    );
    assert.equal(life.state.status, 'awaiting_liaison');
    hear(life, failure('later'), 0);
    assert.deepEqual([life.state.status, life.state.nextReviewAt], ['awaiting_liaison', null]);
  });

  it('A2: an order that turns out unknown after a higher round took over changes nothing', () => {
    const state = initialState({ caseId: 'P/1', orderId: 'P', reviewRound: 1, supersedesCaseId: null }, START);
    const cancelled = decide(
      decide(state, failure('first'), START, 0.5).state,
      { type: 'round_superseded', inboundId: 'r', reviewRound: 2 },
      START,
      0.5,
    ).state;
    assert.equal(decide(cancelled, { type: 'order_missing', detail: 'gone' }, START, 0.5).state.status, 'cancelled');
  });

  it('D3: an order determined only after its deadline tells nobody "succeeded"', () => {
    const policy = { ...SEED_REVIEW_POLICY, version: 1 };
    const state = decide(
      initialState({ caseId: 'P/1', orderId: 'P', reviewRound: 1, supersedesCaseId: null }, START),
      failure('first'),
      START,
      0.5,
    ).state;
    const facts = { revision: 1, buyerId: 'b', buyerName: 'B', buyerOrderNumber: null, total: { value: '1', currency: 'EUR' } };
    const late = decide(state, { type: 'order_determined', facts, liaisonId: 'l-1', policy }, START + 73 * 3_600_000, 0.5);
    assert.equal(late.state.status, 'expired');
    assert.deepEqual(
      late.commands.map((command) => (command.do === 'send_buyer_message' ? command.message.kind : command.do)),
      ['review_failed'],
    );
  });

  it('the version rises with each change, and only then', () => {
    everyLife((life) => {
      for (const { before, step } of life.steps) {
        const changed = step.audit.length + step.commands.length + step.dispositions.length > 0;
        assert.equal(step.state.version, before.version + (changed ? 1 : 0));
        if (!changed && step.state !== before) assert.deepEqual({ ...step.state, heard: [] }, { ...before, heard: [] });
      }
    });
  });

  it('the state survives continue-as-new: it is JSON', () => {
    everyLife((life) => assert.deepEqual(JSON.parse(JSON.stringify(life.state)), life.state));
  });
});
