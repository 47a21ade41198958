/**
 * For each requirement row, small edits that break it, and the test that must notice: `npm run prove` applies them one by one.
 * The text to find stands exactly once in its file.
 */
export interface Mutant {
  row: string;
  /** What no longer holds. */
  breaks: string;
  file: string;
  find: string;
  replace: string;
  testFile: string;
  /** The start of the test's title, or all of it. */
  test: string;
}

const DECIDE = 'src/workflows/review-case/decide.ts';
const ENDINGS = 'src/workflows/review-case/endings.ts';
const SCHEDULE = 'src/domain/schedule.ts';
const NOTICE = 'src/domain/liaison-notice.ts';

const DECIDING = 'test/workflow/deciding.test.ts';
const RETRYING = 'test/workflow/retrying.test.ts';
const TRUTH = 'test/workflow/truth.test.ts';
const INVARIANTS = 'test/unit/review-case-invariants.test.ts';
const WEB_UI = 'test/workflow/web-ui.test.ts';
const LAYOUT = 'test/house/layout.test.ts';
const VENDOR = 'test/activity/vendor.test.ts';
const VENDOR_LIMITS = 'test/activity/vendor-limits.test.ts';

export const MUTANTS: Mutant[] = [
  {
    row: 'A1',
    breaks: 'an order that is not at hand is not fetched',
    file: 'src/workflows/review-case/workflow.ts',
    find: 'const missing = await fetchOrder(state, found.policy.resolutionDeadlineMs);',
    replace: 'const missing = state === null ? await fetchOrder(state, found.policy.resolutionDeadlineMs) : null;',
    testFile: DECIDING,
    test: 'A1: the order is fetched from the review server',
  },
  {
    row: 'A1',
    breaks: 'an unknown order does not show as a problem',
    file: ENDINGS,
    find: "disposition: 'opened', problem: 'ORDER_UNKNOWN' }",
    replace: "disposition: 'opened', problem: null }",
    testFile: DECIDING,
    test: 'A1: an unknown order tells nobody',
  },
  {
    row: 'A2',
    breaks: 'every failure notice of an open case counts as its first',
    file: DECIDE,
    find: 'if (state.firstFailureAt === null) return firstFailure(draft, event);',
    replace: 'if (state.firstFailureAt === null || event.reviewRequestId === null) return firstFailure(draft, event);',
    testFile: DECIDING,
    test: 'A2: further notices of the open case are not first ones',
  },
  {
    row: 'A2',
    breaks: 'an event that is handed over again is heard again',
    file: DECIDE,
    find: 'if (state.heard.includes(event.inboundId)) return draft;',
    replace: 'if (state.heard.includes(`${event.inboundId}!`)) return draft;',
    testFile: INVARIANTS,
    test: 'A2: an event that is handed over again changes nothing',
  },
  {
    row: 'A3',
    breaks: 'the liaison is not notified',
    file: DECIDE,
    find: "draft.commands.push({ do: 'notify_liaison', stage: reopening === null ? 'first_failure' : 'reopened', liaisonId, buyerToldEarly });",
    replace: '',
    testFile: DECIDING,
    test: 'A3: a preset reason tells the liaison',
  },
  {
    row: 'A3',
    breaks: 'the buyer server is told nothing early',
    file: DECIDE,
    find: 'if (!tellEarly) return;',
    replace: 'return;',
    testFile: DECIDING,
    test: 'A3: a preset reason tells the liaison',
  },
  {
    row: 'A4',
    breaks: 'a reason that is not preset is held like one that is',
    file: DECIDE,
    find: 'if (state.reopening === null && !state.decision.preset && !toConfirm) return endRejected(draft);',
    replace: '',
    testFile: DECIDING,
    test: 'A4: a reason that is not preset',
  },
  {
    row: 'A5',
    breaks: "the notice leaves out the ordering user's e-mail address",
    file: NOTICE,
    find: '[words.labels.email, given(user?.email)],',
    replace: '',
    testFile: DECIDING,
    test: 'A5: the notice has order, reason, review status and ordering user',
  },
  {
    row: 'A5',
    breaks: 'the notice leaves out why the review failed',
    file: NOTICE,
    find: '[words.labels.text, given(reason.text)],',
    replace: '',
    testFile: DECIDING,
    test: 'A5: the notice has order, reason, review status and ordering user',
  },
  {
    row: 'A6',
    breaks: 'no review request is made when the rule is due',
    file: DECIDE,
    find: "if (state.nextReviewAt !== null && now >= state.nextReviewAt) return sendRequest(draft, 'holdpoint');",
    replace: '',
    testFile: RETRYING,
    test: 'A6 A7 A8: held, asked twice, approved (answers at once)',
  },
  {
    row: 'A7',
    breaks: 'the rule outlives its window',
    file: SCHEDULE,
    find: 'if (now > end) return null;',
    replace: 'if (now > end) return now + policy.intervalMs;',
    testFile: INVARIANTS,
    test: 'A7: at most one automatic request at the end of the window',
  },
  {
    row: 'A7',
    breaks: 'beyond the window the rule goes on',
    file: SCHEDULE,
    find: 'return madeShortlyBefore ? null : end;',
    replace: 'return planned;',
    testFile: RETRYING,
    test: 'A7: beyond the window the rule is deleted',
  },
  {
    row: 'A8',
    breaks: 'a success that a notice brings is ignored',
    file: DECIDE,
    find: "endApproved(draft, event.by.kind === 'liaison' ? 'LIAISON_WORD' : 'REVIEW_SUCCEEDED', event.by.name, event.by.note);",
    replace: '',
    testFile: RETRYING,
    test: 'A8: a liaison asks through the liaison server',
  },
  {
    row: 'A8',
    breaks: "a liaison's word leaves no name in the audit",
    file: 'src/inbox/hand-over.ts',
    find: 'name: (liaison ? payload.by : payload.reviewedBy) ?? event.sender,',
    replace: 'name: event.sender,',
    testFile: RETRYING,
    test: 'A8: a liaison resolves at the signal endpoint',
  },
  {
    row: 'A9',
    breaks: 'composing the notice needs the database',
    file: NOTICE,
    find: "import type { FailureReason } from './failure-reason.js';",
    replace: "import type { FailureReason } from './failure-reason.js';;\nimport { findOrder } from '../db/orders.js';\nvoid findOrder;",
    testFile: 'test/house/modules.test.ts',
    test: 'A9: notice composing is a module of its own',
  },
  {
    row: 'A9',
    breaks: 'the buyer message composed alone lacks the order',
    file: 'src/domain/buyer-message.ts',
    find: '    order,\n',
    replace: '',
    testFile: 'test/unit/modules.test.ts',
    test: 'A9: the buyer message is composed without sending it',
  },
  {
    row: 'C',
    breaks: 'the index of the workflows exports something else',
    file: 'src/workflows/index.ts',
    find: "export { reviewCase } from './review-case/workflow.js';",
    replace: "export { reviewCase } from './review-case/workflow.js';\nexport { decide } from './review-case/decide.js';",
    testFile: LAYOUT,
    test: 'C: src/workflows/index.ts exports workflow functions',
  },
  {
    row: 'D1',
    breaks: 'a declined order whose buyer was told a success is not corrected',
    file: ENDINGS,
    find: "if (told?.kind === 'review_failed') return;",
    replace: 'if (told !== null) return;',
    testFile: TRUTH,
    test: 'D1: declined after an early success',
  },
  {
    row: 'D1',
    breaks: 'the correction does not say which message it corrects',
    file: ENDINGS,
    find: 'supersedes: told?.messageId ?? null,\n    reason: state.reason,',
    replace: 'supersedes: null,\n    reason: state.reason,',
    testFile: TRUTH,
    test: 'D1: declined after an early success',
  },
  {
    row: 'D3',
    breaks: 'a request may be answered after the deadline',
    file: SCHEDULE,
    find: 'return Math.min(requestedAt + policy.answerDeadlineMs, limits.deadlineAt);',
    replace: 'return requestedAt + policy.answerDeadlineMs;',
    testFile: INVARIANTS,
    test: 'D3: nothing is scheduled past the window or the deadline',
  },
  {
    row: 'D3',
    breaks: 'a case outlives its deadline',
    file: DECIDE,
    find: 'if (now >= state.deadlineAt) {',
    replace: 'if (now >= 2 * state.deadlineAt) {',
    testFile: TRUTH,
    test: 'D3: nobody acts: one last look at the deadline',
  },
  {
    row: 'B2',
    breaks: 'a placement that may have arrived is sent again to a vendor that takes it for another',
    file: 'src/db/messages.ts',
    find: "if (once && mayHaveActed) return { kind: 'may_have_acted' };",
    replace: '',
    testFile: VENDOR,
    test: 'B2: once, "drop-before-acting"',
  },
  {
    row: 'B2',
    breaks: 'an answer that cannot be understood counts as a refusal',
    file: 'src/activities/vendor/activities.ts',
    find: "if (answer === null) return { kind: 'unknown', httpStatus: outcome.status, error: NOT_UNDERSTOOD, retryAfterMs: null };",
    replace: "if (answer === null) return { kind: 'refused', httpStatus: outcome.status, error: NOT_UNDERSTOOD };",
    testFile: VENDOR,
    test: 'B2: once, "garbled"',
  },
  {
    row: 'B4',
    breaks: "a vendor's notBefore is not on the case's clock",
    file: 'src/activities/vendor/wire.ts',
    find: 'return Math.max(caseAt, now) + Math.min(waitMs, LONGEST_NOT_BEFORE_MS);',
    replace: 'return now + Math.min(waitMs, LONGEST_NOT_BEFORE_MS);',
    testFile: 'test/unit/vendor.test.ts',
    test: "B4: a vendor's notBefore",
  },
  {
    row: 'B5',
    breaks: "a customer's link opens any order",
    file: 'src/wire/tracking-link.ts',
    find: '.update(`track:${orderId}`)',
    replace: '.update(`track:${orderId.length > 0}`)',
    testFile: 'test/unit/customer-notice.test.ts',
    test: "B5: a link's token",
  },
  {
    row: 'B6',
    breaks: 'each worker counts its own calls at a vendor',
    file: 'src/activities/vendor/place-at-vendor.ts',
    find: 'const slot = await waitForSlot(db, vendor, holder);',
    replace: 'const slot = await waitForSlot(db, { ...vendor, maxConcurrent: vendor.maxConcurrent * 2 }, holder);',
    testFile: VENDOR_LIMITS,
    test: 'B6: no more calls at once than the vendor takes',
  },
  {
    row: 'B6',
    breaks: 'nobody holds the rate of a vendor',
    file: 'src/temporal/vendor-workers.ts',
    find: 'maxTaskQueueActivitiesPerSecond: vendor.maxPerSecond,',
    replace: '',
    testFile: VENDOR_LIMITS,
    test: 'B6: no more calls a second than the vendor takes',
  },
  {
    row: 'D8',
    breaks: 'the Web UI does not say what happens next',
    file: 'src/workflows/review-case/record.ts',
    find: 'next === null ? null : `- Next: ${next.what} at ${iso(next.at)}`,',
    replace: '',
    testFile: WEB_UI,
    test: 'D8: summaries on run, activities and timers',
  },
  {
    row: 'D8',
    breaks: 'cases cannot be found by their status',
    file: 'src/workflows/review-case/workflow.ts',
    find: '{ key: caseStatusKey, value: state.status },',
    replace: '',
    testFile: WEB_UI,
    test: 'D8: cases are found by their search attributes',
  },
];
