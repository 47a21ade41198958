import type { z } from 'zod';
import { PLACEMENT_STATUSES, placementActionsFor, type PlacementAction } from '../../domain/placement-status.js';
import { operation } from '../contract/operation.js';
import { orderParams, personRequestSchema } from '../review-cases/schema.js';
import * as answers from './answers.js';
import * as schemas from './schema.js';

const tag = 'Placements';
const params = { orderId: 'V-1001' };
const by = 'Olga Operator';
const accepted = {
  description: 'Committed: nothing is lost from here on. The same for the same event, however often it comes.',
  body: answers.acceptedPlacementEventSchema,
};
const done = { description: 'Done: the placement right after it.', body: answers.placementAnswerSchema };

/** In which states an action is possible, by the one table. */
function possibleIn(action: PlacementAction): string {
  const states = PLACEMENT_STATUSES.filter((status) => placementActionsFor(status, false).includes(action));
  return `Possible in the states ${states.map((status) => `\`${status}\``).join(', ')}.`;
}

export const createPlacement = operation({
  id: 'createPlacement',
  method: 'post',
  path: '/placements',
  tag,
  summary: 'Place an order with a vendor',
  description:
    'An order is placed once: asked for again, it stays as it is. Unpaid it waits as long as the policy says. ' +
    'The customer is told by mail and webhook, where they are given.',
  permission: 'placements.create',
  event: true,
  body: schemas.placementSchema,
  answers: { 202: accepted },
  problems: ['VENDOR_UNKNOWN', 'ORDER_UNKNOWN', 'EVENT_ID_REUSED'],
  example: {
    body: {
      eventId: 'pl-1',
      orderId: 'V-1002',
      vendorId: 'swift-post',
      customer: { name: 'Maja Lind', email: 'maja@customer.example', locale: 'en' },
      order: {
        orderId: 'V-1002',
        currency: 'SEK',
        buyer: { id: '7300070011115', name: 'Johnssons byggvaror' },
        lines: [{ item: 'Red paint', quantity: '120', unitCode: 'LTR' }],
        total: { value: '6000', currency: 'SEK' },
        payment: { status: 'PAID', reference: 'pay-1' },
      },
    },
  },
});

export const listPlacements = operation({
  id: 'listPlacements',
  method: 'get',
  path: '/placements',
  tag,
  summary: 'List placements, newest first or as wanted',
  permission: 'placements.read',
  query: schemas.placementListSchema,
  answers: { 200: { description: 'A page of placements, and how many each state has.', body: answers.placementListPageSchema } },
  example: { query: { status: 'sent,placed', sort: 'nextActionAt', limit: '20' } },
});

export const getPlacement = operation({
  id: 'getPlacement',
  method: 'get',
  path: '/placements/{orderId}',
  tag,
  summary: 'Get the placement of an order',
  description: 'With `Prefer: wait=N` once it is in one of the states in `until`, or once it has changed: else as it is after N seconds.',
  permission: 'placements.read',
  conditional: 'read',
  waits: true,
  params: orderParams,
  query: schemas.awaitedPlacementQuerySchema,
  answers: { 200: { description: 'Its newest opening.', body: answers.shownPlacementSchema } },
  problems: ['PLACEMENT_NOT_FOUND'],
  example: { params },
});

export const listPlacementEvents = operation({
  id: 'listPlacementEvents',
  method: 'get',
  path: '/placements/{orderId}/events',
  tag,
  summary: 'List the history of a placement, oldest first',
  permission: 'placements.read',
  params: orderParams,
  query: schemas.eventsOfPlacementQuerySchema,
  answers: { 200: { description: 'A page of the history of its newest opening.', body: answers.placementEventsSchema } },
  problems: ['PLACEMENT_NOT_FOUND'],
  example: { params, query: { limit: '100' } },
});

export const explainPlacement = operation({
  id: 'explainPlacement',
  method: 'get',
  path: '/placements/{orderId}/explanation',
  tag,
  summary: 'Explain why a placement goes as it does',
  permission: 'placements.read',
  params: orderParams,
  query: schemas.explanationOfPlacementQuerySchema,
  answers: { 200: { description: 'In words, and with what the words are made of.', body: answers.placementExplanationSchema } },
  problems: ['PLACEMENT_NOT_FOUND'],
  example: { params, query: { lang: 'en' } },
});

export const reportPayment = operation({
  id: 'reportPayment',
  method: 'post',
  path: '/placements/{orderId}/payment',
  tag,
  summary: 'Report that an order was paid',
  description: `Counts while it is \`created\`; what comes after the end is shown to people.`,
  permission: 'placements.report',
  event: true,
  params: orderParams,
  body: schemas.paymentSchema,
  answers: { 202: accepted },
  problems: ['PLACEMENT_NOT_FOUND', 'EVENT_ID_REUSED'],
  example: { params, body: { eventId: 'pay-1', reference: 'pay-77', paidAt: '2026-01-01T08:00:00Z' } },
});

export const reportPlacementResult = operation({
  id: 'reportPlacementResult',
  method: 'post',
  path: '/placements/{orderId}/result',
  tag,
  summary: "Report a vendor's word about an order",
  description:
    'A push, in the vendor’s own word. It races with our polls, and whichever is first counts; a final state is never moved back.',
  permission: 'placements.report',
  event: true,
  params: orderParams,
  body: schemas.resultSchema,
  answers: { 202: accepted },
  problems: ['PLACEMENT_NOT_FOUND', 'EVENT_ID_REUSED'],
  example: {
    params,
    body: { eventId: 'vp-1', status: 'DELIVERED', description: 'left with the neighbour', occurredAt: '2026-01-04T10:00:00Z' },
  },
});

/** What people do to a running placement: answered by the placement itself. */
function placementAction<const Id extends string, const Action extends PlacementAction, const Body extends z.ZodType>(action: {
  id: Id;
  action: Action;
  summary: string;
  /** What the summary does not say, ending with a full stop. */
  does: string;
  body: Body;
  example: object;
}) {
  return {
    id: action.id,
    method: 'post',
    path: `/placements/{orderId}/${action.action}`,
    tag,
    summary: action.summary,
    description: `${action.does} ${possibleIn(action.action)}`,
    permission: 'placements.act',
    params: orderParams,
    body: action.body,
    example: { params, body: { by, ...action.example } },
  } as const;
}

export const pollPlacement = operation({
  ...placementAction({
    id: 'pollPlacement',
    action: 'poll',
    summary: 'Poll the vendor for the result now',
    does: 'It counts as no poll of the rule; not while a question is under way.',
    body: personRequestSchema,
    example: { note: 'the customer is on the phone' },
  }),
  answers: { 200: done },
  problems: ['PLACEMENT_NOT_FOUND', 'ACTION_NOT_ALLOWED', 'OUTCOME_UNKNOWN'],
});

export const cancelPlacement = operation({
  ...placementAction({
    id: 'cancelPlacement',
    action: 'cancel',
    summary: 'Cancel a placement',
    does: 'Before it is sent it ends at once; afterwards the vendor is asked, and it goes on as before where that says no, or nothing.',
    body: personRequestSchema,
    example: { note: 'the customer changed their mind' },
  }),
  answers: { 200: done },
  problems: ['PLACEMENT_NOT_FOUND', 'ACTION_NOT_ALLOWED', 'OUTCOME_UNKNOWN'],
});

const takenUp = { ...accepted, description: 'Committed: it had failed, and is taken up in a new opening.' };

export const resolvePlacement = operation({
  ...placementAction({
    id: 'resolvePlacement',
    action: 'resolve',
    summary: "Resolve a placement on a person's word",
    does: 'Ends it; a failed one only once messages about its end have come out.',
    body: schemas.resolveSchema,
    example: { outcome: 'succeeded', note: 'the vendor confirmed it by phone' },
  }),
  answers: { 200: done, 202: takenUp },
  problems: ['PLACEMENT_NOT_FOUND', 'ACTION_NOT_ALLOWED', 'EVENT_ID_REUSED', 'OUTCOME_UNKNOWN'],
});

export const retryPlacement = operation({
  ...placementAction({
    id: 'retryPlacement',
    action: 'retry',
    summary: 'Retry a failed placement',
    does: 'Takes it up again from what is known of the vendor, once messages about its end have come out.',
    body: schemas.retrySchema,
    example: { note: 'the vendor is back', absenceConfirmed: false },
  }),
  answers: { 202: takenUp },
  problems: ['PLACEMENT_NOT_FOUND', 'ACTION_NOT_ALLOWED', 'EVENT_ID_REUSED'],
});
