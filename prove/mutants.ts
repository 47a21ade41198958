/** For each requirement row, small edits that break it, and the test that must notice: `npm run prove` applies them one by one. */
import { ACCESS_MUTANTS } from './access.js';
import { BREAKERS } from './breaker.js';
import { CONSOLE_POLICIES } from './console-policies.js';
import { CONSOLE } from './console.js';
import { CONSOLE_OPERATIONS } from './console-operations.js';
import { CONSOLE_PLACEMENTS } from './console-placements.js';
import { CONSOLE_TEMPLATES } from './console-templates.js';
import { COUNTERPARTS } from './counterparts.js';
import { ESCALATION } from './escalation.js';
import { FEED } from './feed.js';
import { GOING_LIVE } from './going-live.js';
import { LEDGER } from './ledger.js';
import { LINKS } from './links.js';
import { LISTS } from './lists.js';
import type { Mutant } from './mutant.js';
import { NOTICES } from './notices.js';
import { PEOPLE } from './people.js';
import { PLACEMENTS_TOLD } from './placements-told.js';
import { PLACEMENTS } from './placements.js';
import { POLICY_MUTANTS } from './policies.js';
import { CONVENTIONS } from './conventions.js';
import { SIGNATURES } from './signatures.js';

const DECIDE = 'src/workflows/review-case/decide.ts';
const ENDINGS = 'src/workflows/review-case/endings.ts';
const SCHEDULE = 'src/domain/schedule.ts';

const DECIDING = 'test/workflow/deciding.test.ts';
const RETRYING = 'test/workflow/retrying.test.ts';
const TRUTH = 'test/workflow/truth.test.ts';
const INVARIANTS = 'test/unit/review-case-invariants.test.ts';
const WEB_UI = 'test/workflow/web-ui.test.ts';
const WORD = 'test/workflow/liaison-word.test.ts';
const POLICY_CHANGE = 'test/workflow/policy-change.test.ts';
const POSTGRES_KILLED = 'test/e2e/postgres-killed.test.ts';
const DEMO = 'test/demo/demo.test.ts';
const LAYOUT = 'test/house/layout.test.ts';

const REQUIREMENTS: Mutant[] = [
  {
    row: 'A1',
    breaks: 'an order that is not at hand is not fetched',
    file: 'src/workflows/review-case/workflow.ts',
    find: 'const missing = await fetchOrder(state, found.servers.review,',
    replace: 'const missing = state !== null ? null : await fetchOrder(state, found.servers.review,',
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
    file: 'src/workflows/draft.ts',
    find: 'if (state.heard.includes(event.inboundId)) return draft;',
    replace: 'if (state.heard.includes(`${event.inboundId}!`)) return draft;',
    testFile: INVARIANTS,
    test: 'A2: an event that is handed over again changes nothing',
  },
  {
    row: 'A3',
    breaks: 'the liaison is not notified',
    file: DECIDE,
    find: "notify(draft, reopening === null ? 'first_failure' : 'reopened', 'liaison');",
    replace: '',
    testFile: DECIDING,
    test: 'A3: a preset reason tells the liaison',
  },
  {
    row: 'A3',
    breaks: 'the buyer server is told nothing early',
    file: DECIDE,
    find: 'if (!early || reopening !== null) return;',
    replace: 'return;',
    testFile: DECIDING,
    test: 'A3: a preset reason tells the liaison',
  },
  {
    row: 'A4',
    breaks: 'a reason that is not preset is held like one that is',
    file: DECIDE,
    find: 'if (!held && !toConfirm) return endRejected(draft);',
    replace: '',
    testFile: DECIDING,
    test: 'A4: a reason that is not preset',
  },
  {
    row: 'A6',
    breaks: 'no review request is made when the rule is due',
    file: 'src/workflows/review-case/clock.ts',
    find: "if (state.nextReviewAt !== null && now >= state.nextReviewAt) return sendRequest(draft, state.nextAskedBy ?? 'holdpoint');",
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
    file: 'src/domain/notice-document.ts',
    find: "import type { NoticeLink } from './notice.js';",
    replace: "import type { NoticeLink } from './notice.js';\nimport { findOrder } from '../db/orders.js';\nvoid findOrder;",
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
    file: 'src/workflows/review-case/clock.ts',
    find: 'if (now >= state.deadlineAt) {',
    replace: 'if (now >= 2 * state.deadlineAt) {',
    testFile: TRUTH,
    test: 'D3: nobody acts: one last look at the deadline',
  },
  {
    row: 'D8',
    breaks: 'the Web UI does not say what happens next',
    file: 'src/workflows/review-case/details.ts',
    find: 'next === null ? null : `- Next: ${inWords(next)}`,',
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
  {
    row: 'A1',
    breaks: 'a notice that PostgreSQL could not keep is answered as a fault of ours',
    file: 'src/db/database-away.ts',
    find: 'ETIMEDOUT EHOSTUNREACH 57P01 57P02 57P03 53300',
    replace: 'ETIMEDOUT EHOSTUNREACH 53300',
    testFile: POSTGRES_KILLED,
    test: 'A1 A3 A8: API and worker live on',
  },
  {
    row: 'A4',
    breaks: 'a word to be confirmed has the buyer told "succeeded" early though the reason is not preset',
    file: DECIDE,
    find: '  if (held) {\n',
    replace: '  {\n',
    testFile: WORD,
    test: 'A4 A8: where the reason is not preset nobody is told',
  },
  {
    row: 'A4',
    breaks: 'a word that was not confirmed has a reason that is not preset held',
    file: 'src/workflows/review-case/answers.ts',
    find: 'if (!holdsOn(draft.state)) return endUnconfirmed(draft);',
    replace: '',
    testFile: WORD,
    test: 'A4 A8: not preset and not confirmed',
  },
  {
    row: 'A8',
    breaks: 'a word that must be confirmed ends the case by itself',
    file: DECIDE,
    find: "if (event.by.kind === 'liaison' && policyOf(state).liaisonWord === 'confirmed') return confirmWord(draft, event.by.name);",
    replace: '',
    testFile: 'test/workflow/actions.test.ts',
    test: 'A8: where a policy demands it',
  },
  {
    row: 'A8',
    breaks: 'a word given before the decision ends the case by itself',
    file: DECIDE,
    find: "const toConfirm = success?.by.kind === 'liaison' && event.policy.liaisonWord === 'confirmed';",
    replace: 'const toConfirm = false;',
    testFile: WORD,
    test: 'A8: a word that is not confirmed leaves',
  },
  {
    row: 'A8',
    breaks: 'a word given before the decision is forgotten',
    file: DECIDE,
    find: 'if (success) confirmWord(draft, success.by.name);',
    replace: '',
    testFile: WORD,
    test: 'A8: the review server is asked at once',
  },
  {
    row: 'A8',
    breaks: 'a request whose confirmation never came is not withdrawn',
    file: ENDINGS,
    find: '  withdrawOpenRequest(draft);\n  endRejected(draft);',
    replace: '  endRejected(draft);',
    testFile: WORD,
    test: 'A4 A8: not preset and no confirmation in time',
  },
  {
    row: 'D3',
    breaks: 'a request taken after a change of policy is awaited by the old one',
    file: 'src/workflows/review-case/answers.ts',
    find: 'const due = currentAnswerDueAt(draft, current);',
    replace: 'const due = current.answerDueAt;',
    testFile: POLICY_CHANGE,
    test: 'A7 D3: a call that is not answered yet',
  },
  {
    row: 'D11',
    breaks: 'the clock is moved by half of what was asked',
    file: 'src/temporal/fast-forward.ts',
    find: 'Math.floor(ms / 1000)',
    replace: 'Math.floor(ms / 2000)',
    testFile: DEMO,
    test: 'D11: a case is moved past several instants',
  },
  {
    row: 'D11',
    breaks: 'time is skipped while an answer is on its way',
    file: 'src/demo/case-clock.ts',
    find: '(await calls.owed(orderId)) > 0 || ',
    replace: '',
    testFile: DEMO,
    test: 'D11: a case is moved past several instants',
  },
  {
    row: 'D11',
    breaks: 'the instants on the way are passed over',
    file: 'src/demo/case-clock.ts',
    find: 'if (Date.parse(found.nextAction.at) > until) return skip(found.workflowId, left);',
    replace: 'return skip(found.workflowId, left);',
    testFile: DEMO,
    test: 'D11: a case is moved past several instants',
  },
  {
    row: 'D11',
    breaks: 'a life that went wrong counts as good',
    file: 'src/demo/mistakes.ts',
    find: 'return expected === seen ? [] : [mistake(`${expected} ${what}`, String(seen))];',
    replace: 'return [];',
    testFile: DEMO,
    test: 'D11: a life that is not as expected',
  },
  {
    row: 'D11',
    breaks: 'the demo does not wait for the window to end',
    file: 'src/demo/lives.ts',
    find: '  await scene.untilPeopleMustAct();\n',
    replace: '',
    testFile: DEMO,
    test: 'D11: all lives',
  },
  {
    row: 'D11',
    breaks: 'the demo ends well though a life went wrong',
    file: 'src/bin/demo.ts',
    find: 'return good === lives ? 0 : 1;',
    replace: 'return 0;',
    testFile: DEMO,
    test: 'D11: the demo finds the running stack',
  },
  {
    row: 'D11',
    breaks: 'a case that has ended counts as moved',
    file: 'src/cli/fast-forward.ts',
    find: 'exitCode: FAILED });',
    replace: 'exitCode: 0 as 1 });',
    testFile: DEMO,
    test: 'D11: fast-forward says from where',
  },
];

export const MUTANTS: Mutant[] = [
  ...REQUIREMENTS,
  ...POLICY_MUTANTS,
  ...NOTICES,
  ...PEOPLE,
  ...GOING_LIVE,
  ...PLACEMENTS,
  ...PLACEMENTS_TOLD,
  ...ESCALATION,
  ...CONVENTIONS,
  ...SIGNATURES,
  ...LINKS,
  ...BREAKERS,
  ...CONSOLE,
  ...CONSOLE_OPERATIONS,
  ...CONSOLE_PLACEMENTS,
  ...CONSOLE_POLICIES,
  ...CONSOLE_TEMPLATES,
  ...COUNTERPARTS,
  ...LEDGER,
  ...ACCESS_MUTANTS,
  ...FEED,
  ...LISTS,
];
