import { pageOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import { judgedMessageSchema, messageCountsSchema, messageSchema, resendReportSchema } from './answers.js';
import { countsQuerySchema, listQuerySchema, messageParams, resendSchema } from './schema.js';

export const listMessages = operation({
  id: 'listMessages',
  method: 'get',
  path: '/messages',
  tag: 'Messages',
  summary: 'List messages, the newest first',
  description: 'The ledger of everything that was sent or is to be sent: each message with its attempts and its text as sent.',
  permission: 'messages.read',
  query: listQuerySchema,
  answers: { 200: { description: 'A page of the ledger.', body: pageOf(messageSchema) } },
  example: { query: { counterpart: 'buyer', state: 'dead,refused,unknown', limit: '20' } },
});

export const countMessages = operation({
  id: 'countMessages',
  method: 'get',
  path: '/messages/counts',
  tag: 'Messages',
  summary: 'Count messages by state and counterpart',
  permission: 'messages.read',
  query: countsQuerySchema,
  answers: { 200: { description: 'States without messages are left out.', body: messageCountsSchema } },
  example: { query: { from: '2026-01-01T00:00:00Z' } },
});

export const resendMessages = operation({
  id: 'resendMessages',
  method: 'post',
  path: '/messages/resend',
  tag: 'Messages',
  summary: 'Send messages again that were not delivered',
  description:
    'By keys or by a filter: each once, under its own key, with its own text, in its place among the others of its order; ' +
    'never what a later message has overtaken or what is no longer true. A filter takes the oldest first, a page at a time.',
  permission: 'messages.resend',
  body: resendSchema,
  answers: { 200: { description: 'What came, or would come, of each message.', body: resendReportSchema } },
  example: { body: { filter: { counterpart: 'buyer', state: 'dead' }, by: 'Ana Ruiz', note: 'the buyer server is back', preview: true } },
});

export const getMessage = operation({
  id: 'getMessage',
  method: 'get',
  path: '/messages/{id}',
  tag: 'Messages',
  summary: 'Get a message, and whether it can be sent again',
  permission: 'messages.read',
  params: messageParams,
  answers: { 200: { description: 'The message.', body: judgedMessageSchema } },
  problems: ['NOT_FOUND'],
  // P-1001/1/1
  example: { params: { id: 'UC0xMDAxLzEvMQ' } },
});
