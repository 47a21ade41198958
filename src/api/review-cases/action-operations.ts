import type { z } from 'zod';
import type { Permission } from '../../domain/access.js';
import { actionsFor, CASE_STATUSES, type CaseAction } from '../../domain/case-status.js';
import { operation } from '../contract/operation.js';
import type { ProblemCode } from '../problems.js';
import { acceptedEventSchema } from '../review-notices/schema.js';
import { caseAnswerSchema, eventSchema } from './answers.js';
import {
  changePolicySchema,
  liaisonSuccessSchema,
  noteRequestSchema,
  orderParams,
  personRequestSchema,
  reassignSchema,
  rescheduleSchema,
} from './schema.js';

const tag = 'Review cases';
const params = { orderId: 'P-1001' };
const by = 'Ingrid Larsson';
const accepted = { description: 'Committed: nothing is lost from here on.', body: acceptedEventSchema };

/** In which states an action is possible, by the one table. */
function possibleIn(action: CaseAction): string {
  const paused = action === 'resume';
  const states = CASE_STATUSES.filter((status) => actionsFor({ status, ending: false, paused }).includes(action));
  return `Possible in the states ${states.map((status) => `\`${status}\``).join(', ')}${paused ? ', while it is paused' : ''}.`;
}

/** What people do to a running case: answered by the case itself. */
function caseAction<const Id extends string, const Action extends CaseAction, const Body extends z.ZodObject>(action: {
  id: Id;
  action: Action;
  summary: string;
  /** What the summary does not say, ending with a full stop. */
  does: string;
  permission: Permission;
  body: Body;
  problems?: readonly ProblemCode[];
  example: object;
}) {
  return operation({
    id: action.id,
    method: 'post',
    path: `/review-cases/{orderId}/${action.action}`,
    tag,
    summary: action.summary,
    description: `${action.does} ${possibleIn(action.action)}`,
    permission: action.permission,
    params: orderParams,
    body: action.body,
    answers: { 200: { description: "Done: the order's newest case right after it.", body: caseAnswerSchema } },
    problems: ['CASE_NOT_FOUND', 'ACTION_NOT_ALLOWED', 'OUTCOME_UNKNOWN', ...(action.problems ?? [])],
    example: { params, body: { by, ...action.example } },
  });
}

export const reportCaseResolved = operation({
  id: 'reportCaseResolved',
  method: 'post',
  path: '/review-cases/{orderId}/review-succeeded',
  tag,
  summary: 'Say on a liaison’s word that the review succeeded',
  description: `Committed as an event, and heard by the newest case; a policy may have the review server asked first. ${possibleIn('review-succeeded')}`,
  permission: 'cases.act',
  event: true,
  params: orderParams,
  body: liaisonSuccessSchema,
  answers: { 202: accepted },
  problems: ['CASE_NOT_FOUND', 'EVENT_ID_REUSED'],
  example: { params, body: { eventId: 'ls-1', by, note: 'the missing stock has arrived' } },
});

export const requestCaseReview = caseAction({
  id: 'requestCaseReview',
  action: 'request-review',
  summary: 'Request the review of a case now',
  does: 'Asks the review server at once, in place of the request that the rule has planned; not while the case is paused.',
  permission: 'cases.act',
  body: personRequestSchema,
  example: { note: 'the stock has arrived' },
});

export const rescheduleCase = caseAction({
  id: 'rescheduleCase',
  action: 'reschedule',
  summary: 'Reschedule the next review request of a case',
  does: "Puts the rule's next request at an instant within the retry window; not while the case is paused.",
  permission: 'cases.act',
  body: rescheduleSchema,
  problems: ['INSTANT_NOT_ALLOWED'],
  example: { at: '2026-01-01T12:00:00Z', note: 'the delivery comes at noon' },
});

export const pauseCase = caseAction({
  id: 'pauseCase',
  action: 'pause',
  summary: 'Pause a case',
  does: 'From then on no review is requested; the clocks go on.',
  permission: 'cases.act',
  body: personRequestSchema,
  example: { note: 'the warehouse is being counted' },
});

export const resumeCase = caseAction({
  id: 'resumeCase',
  action: 'resume',
  summary: 'Resume a paused case',
  does: 'What became due while it was paused is done at once.',
  permission: 'cases.act',
  body: personRequestSchema,
  example: { note: 'the count is done' },
});

export const reassignCase = caseAction({
  id: 'reassignCase',
  action: 'reassign',
  summary: 'Reassign a case to another liaison',
  does: 'The new liaison is told, and an acknowledgement of before is gone.',
  permission: 'cases.supervise',
  body: reassignSchema,
  problems: ['LIAISON_UNKNOWN'],
  example: { liaisonId: 'l-3', note: 'speaks Swedish' },
});

export const acknowledgeCase = caseAction({
  id: 'acknowledgeCase',
  action: 'acknowledge',
  summary: 'Acknowledge a case: somebody has it in hand',
  does: 'From then on nobody is reminded and nothing escalated; the clocks go on. Again it changes nothing.',
  permission: 'cases.act',
  body: personRequestSchema,
  example: { note: 'calling the warehouse' },
});

export const changeCasePolicy = caseAction({
  id: 'changeCasePolicy',
  action: 'change-policy',
  summary: 'Change the policy version that a case follows',
  does: 'The case goes on under that version; its limits are counted anew from its first failure.',
  permission: 'cases.supervise',
  body: changePolicySchema,
  problems: ['POLICY_UNKNOWN'],
  example: { version: 1, note: 'the longer window is meant for it' },
});

export const declineCase = caseAction({
  id: 'declineCase',
  action: 'decline',
  summary: 'Decline a case: it cannot be saved',
  does: 'Ends it, unless a last look at the review server finds that it has succeeded; the buyer is told the truth.',
  permission: 'cases.act',
  body: personRequestSchema,
  example: { note: 'the item is discontinued' },
});

export const cancelCase = caseAction({
  id: 'cancelCase',
  action: 'cancel',
  summary: 'Cancel a case: the order is not wanted any more',
  does: 'Ends it, also when the review has succeeded meanwhile; the buyer is told the truth.',
  permission: 'cases.cancel',
  body: personRequestSchema,
  example: { note: 'the buyer withdrew the order' },
});

export const addCaseNote = operation({
  id: 'addCaseNote',
  method: 'post',
  path: '/review-cases/{orderId}/notes',
  tag,
  summary: 'Add a note to the history of a case',
  description: 'Possible in every state; it changes nothing else.',
  permission: 'cases.act',
  params: orderParams,
  body: noteRequestSchema,
  answers: { 201: { description: 'The line of the history.', body: eventSchema } },
  problems: ['CASE_NOT_FOUND'],
  example: { params, body: { by, note: 'the buyer called, and will wait until Friday' } },
});

export const reopenCase = operation({
  id: 'reopenCase',
  method: 'post',
  path: '/review-cases/{orderId}/reopen',
  tag,
  summary: 'Reopen an ended case',
  description: [
    'Opens another case of the same round, with clocks of its own and no early success; the buyer is told what it does not know already.',
    possibleIn('reopen'),
    'Not before the buyer has been told of the end.',
  ].join(' '),
  permission: 'cases.supervise',
  params: orderParams,
  body: noteRequestSchema,
  answers: { 202: accepted },
  problems: ['CASE_NOT_FOUND', 'ACTION_NOT_ALLOWED', 'EVENT_ID_REUSED'],
  example: { params, body: { by, note: 'the buyer wants it all the same' } },
});
