import { operation } from '../contract/operation.js';
import { eventParams, inboundEventListSchema, inboundEventSchema, listQuerySchema, RETRIABLE, settleSchema } from './schema.js';

const tag = 'Inbound events';
const params = { id: '6a1f7c3e-2b54-4d0a-9c1e-0d5a7e3b9f21' };

export const listInboundEvents = operation({
  id: 'listInboundEvents',
  method: 'get',
  path: '/inbound-events',
  tag,
  summary: 'List what came in, newest first',
  permission: 'inbound-events.read',
  query: listQuerySchema,
  answers: { 200: { description: 'A page of events.', body: inboundEventListSchema } },
  example: { query: { problem: 'any', limit: '20' } },
});

export const getInboundEvent = operation({
  id: 'getInboundEvent',
  method: 'get',
  path: '/inbound-events/{id}',
  tag,
  summary: 'Get an inbound event, with what came of it',
  permission: 'inbound-events.read',
  params: eventParams,
  answers: { 200: { description: 'The event.', body: inboundEventSchema } },
  problems: ['NOT_FOUND'],
  example: { params },
});

export const retryInboundEvent = operation({
  id: 'retryInboundEvent',
  method: 'post',
  path: '/inbound-events/{id}/retry',
  tag,
  summary: 'Retry an inbound event whose problem may be gone',
  description: `Hands it over once more. Possible while it has an open problem of these: ${RETRIABLE}.`,
  permission: 'inbound-events.settle',
  params: eventParams,
  answers: { 202: { description: 'It is about to be handed over.', body: inboundEventSchema } },
  problems: ['NOT_FOUND', 'ACTION_NOT_ALLOWED'],
  example: { params },
});

export const settleInboundEvent = operation({
  id: 'settleInboundEvent',
  method: 'post',
  path: '/inbound-events/{id}/settle',
  tag,
  summary: 'Settle the problem of an inbound event by hand',
  description: 'It is listed as a problem no longer; the problem stays on the event, with who settled it and how.',
  permission: 'inbound-events.settle',
  params: eventParams,
  body: settleSchema,
  answers: { 200: { description: 'The event as it is now.', body: inboundEventSchema } },
  problems: ['NOT_FOUND', 'ACTION_NOT_ALLOWED'],
  example: { params, body: { by: 'Olga Operator', note: 'told the buyer by phone' } },
});
