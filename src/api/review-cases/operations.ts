import { z } from 'zod';
import { operation } from '../contract/operation.js';
import { caseEventsSchema, caseExplanationSchema, caseInFullSchema, caseLinksSchema, caseListSchema, caseOrderSchema } from './answers.js';
import {
  awaitedCaseQuerySchema,
  caseQuerySchema,
  eventsQuerySchema,
  explanationQuerySchema,
  exportQuerySchema,
  listQuerySchema,
  orderParams,
} from './schema.js';

const tag = 'Review cases';
const permission = 'cases.read';
const params = { orderId: 'P-1001' };

export const listCases = operation({
  id: 'listCases',
  method: 'get',
  path: '/review-cases',
  tag,
  summary: 'List review cases, newest first or as wanted',
  description: 'Search, filters and counts go together; a page goes on where the one before ended, however cases change in between.',
  permission,
  query: listQuerySchema,
  answers: { 200: { description: 'A page of cases, and how many each state has.', body: caseListSchema } },
  example: { query: { status: 'held,awaiting_liaison', q: 'johnsson', sort: 'deadlineAt', limit: '20' } },
});

export const exportCases = operation({
  id: 'exportCases',
  method: 'get',
  path: '/review-cases.csv',
  tag,
  summary: 'Export review cases as CSV',
  description:
    'As RFC 4180 has it, newest first, with a header; what a spreadsheet would take for a formula is escaped. Of more than 10,000 none is exported.',
  permission,
  query: exportQuerySchema,
  answers: { 200: { description: 'The cases, one a row.', body: z.string(), type: 'text/csv' } },
  example: { query: { status: 'held' } },
});

export const getCase = operation({
  id: 'getCase',
  method: 'get',
  path: '/review-cases/{orderId}',
  tag,
  summary: 'Get the review case of an order',
  description: 'With `Prefer: wait=N` once it is in one of the states in `until`, or once it has changed: else as it is after N seconds.',
  permission,
  conditional: 'read',
  waits: true,
  params: orderParams,
  query: awaitedCaseQuerySchema,
  answers: { 200: { description: 'The newest case, of the round if one is given.', body: caseInFullSchema } },
  problems: ['CASE_NOT_FOUND'],
  example: { params },
});

export const listCaseEvents = operation({
  id: 'listCaseEvents',
  method: 'get',
  path: '/review-cases/{orderId}/events',
  tag,
  summary: 'List the history of a review case, oldest first',
  permission,
  params: orderParams,
  query: eventsQuerySchema,
  answers: { 200: { description: 'A page of its history.', body: caseEventsSchema } },
  problems: ['CASE_NOT_FOUND'],
  example: { params, query: { limit: '100' } },
});

export const getCaseOrder = operation({
  id: 'getCaseOrder',
  method: 'get',
  path: '/review-cases/{orderId}/order',
  tag,
  summary: 'Get the order of a review case',
  description: 'As it was last seen: given with a report, or had from the review server.',
  permission,
  params: orderParams,
  answers: { 200: { description: 'The order.', body: caseOrderSchema } },
  problems: ['CASE_NOT_FOUND'],
  example: { params },
});

export const listCaseLinks = operation({
  id: 'listCaseLinks',
  method: 'get',
  path: '/review-cases/{orderId}/links',
  tag,
  summary: 'List the links that notices of a review case carried',
  description: 'Who got which link, until when it is good, and what it came to. The links themselves are not shown.',
  permission,
  params: orderParams,
  query: caseQuerySchema,
  answers: { 200: { description: 'All of them.', body: caseLinksSchema } },
  problems: ['CASE_NOT_FOUND'],
  example: { params },
});

export const explainCase = operation({
  id: 'explainCase',
  method: 'get',
  path: '/review-cases/{orderId}/explanation',
  tag,
  summary: 'Explain why a review case was decided as it was',
  permission,
  params: orderParams,
  query: explanationQuerySchema,
  answers: { 200: { description: 'In words, and with what the words are made of.', body: caseExplanationSchema } },
  problems: ['CASE_NOT_FOUND'],
  example: { params, query: { lang: 'en' } },
});
