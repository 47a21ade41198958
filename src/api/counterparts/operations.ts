import { listOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import { judgedByHandler } from '../contract/requests.js';
import { addedSecretAnswer, checkAnswer, counterpartAnswer, secretAnswer } from './answers.js';
import { counterpartParams, counterpartSchema, listSchema, secretParams, secretSchema } from './schema.js';

export const listCounterparts = operation({
  id: 'listCounterparts',
  method: 'get',
  path: '/counterparts',
  tag: 'Counterparts',
  summary: 'List the servers that are called',
  permission: 'counterparts.read',
  query: listSchema,
  answers: { 200: { description: 'All of them, by id.', body: listOf(counterpartAnswer) } },
  example: { query: { kind: 'buyer' } },
});

export const getCounterpart = operation({
  id: 'getCounterpart',
  method: 'get',
  path: '/counterparts/{id}',
  tag: 'Counterparts',
  summary: 'Get a counterpart',
  permission: 'counterparts.read',
  conditional: 'read',
  params: counterpartParams,
  answers: { 200: { description: 'The counterpart.', body: counterpartAnswer } },
  problems: ['COUNTERPART_NOT_FOUND'],
  example: { params: { id: 'buyer-server' } },
});

export const saveCounterpart = operation({
  id: 'saveCounterpart',
  method: 'put',
  path: '/counterparts/{id}',
  tag: 'Counterparts',
  summary: 'Write a counterpart down, or change one',
  description: 'Every process goes by it within 5 s. Every mistake is named at once.',
  permission: 'counterparts.write',
  conditional: 'put',
  params: counterpartParams,
  body: judgedByHandler(counterpartSchema),
  answers: { 200: { description: 'As it stands now.', body: counterpartAnswer } },
  example: {
    params: { id: 'buyer-north' },
    body: {
      kind: 'buyer',
      name: 'Buyer server of the north',
      baseUrl: 'https://buyer-north.example/api',
      buyerIds: ['7300070011122'],
      auth: { type: 'oauth2', tokenUrl: 'https://login.buyer-north.example/token', clientId: 'holdpoint', scope: 'orders' },
      maxPerSecond: 20,
      mapping: {
        paths: { '/order-review-messages': '/v2/notify' },
        out: { 'order-review-message': '{"order": orderId, "outcome": kind}' },
      },
    },
  },
});

export const deleteCounterpart = operation({
  id: 'deleteCounterpart',
  method: 'delete',
  path: '/counterparts/{id}',
  tag: 'Counterparts',
  summary: 'Take a counterpart away, with its secrets',
  permission: 'counterparts.write',
  conditional: 'change',
  params: counterpartParams,
  answers: { 204: { description: 'Gone.' } },
  problems: ['COUNTERPART_NOT_FOUND', 'COUNTERPART_IN_USE'],
  example: { params: { id: 'old-chat' } },
});

export const checkCounterpart = operation({
  id: 'checkCounterpart',
  method: 'post',
  reads: true,
  path: '/counterparts/{id}/check',
  tag: 'Counterparts',
  summary: 'Check whether a counterpart answers and understands us',
  description: 'By calls that change nothing there.',
  permission: 'counterparts.write',
  params: counterpartParams,
  answers: { 200: { description: 'Step by step.', body: checkAnswer } },
  problems: ['COUNTERPART_NOT_FOUND'],
  example: { params: { id: 'buyer-server' } },
});

export const listCounterpartSecrets = operation({
  id: 'listCounterpartSecrets',
  method: 'get',
  path: '/counterparts/{id}/secrets',
  tag: 'Counterparts',
  summary: 'List the secrets of a counterpart, without telling them',
  permission: 'counterparts.read',
  params: counterpartParams,
  answers: { 200: { description: 'Valid and lately ended ones, the newest first.', body: listOf(secretAnswer) } },
  problems: ['COUNTERPART_NOT_FOUND'],
  example: { params: { id: 'buyer-server' } },
});

export const addCounterpartSecret = operation({
  id: 'addCounterpartSecret',
  method: 'post',
  path: '/counterparts/{id}/secrets',
  tag: 'Counterparts',
  summary: 'Add a secret, or rotate one',
  description: 'Valid at once; those of its purpose before it end after the overlap. A secret is never shown again.',
  permission: 'counterparts.write',
  params: counterpartParams,
  body: secretSchema,
  answers: { 201: { description: 'Added.', body: addedSecretAnswer } },
  problems: ['COUNTERPART_NOT_FOUND'],
  example: { params: { id: 'buyer-server' }, body: { purpose: 'bearer', generate: true, overlapMs: 3_600_000 } },
});

export const endCounterpartSecret = operation({
  id: 'endCounterpartSecret',
  method: 'delete',
  path: '/counterparts/{id}/secrets/{secretId}',
  tag: 'Counterparts',
  summary: 'End a secret at once',
  permission: 'counterparts.write',
  params: secretParams,
  answers: { 200: { description: 'Ended and forgotten; what is told of it.', body: secretAnswer } },
  problems: ['COUNTERPART_NOT_FOUND', 'NOT_FOUND'],
  example: { params: { id: 'buyer-server', secretId: '0b9e3f3c-5a0e-4c43-8f0e-6a2f8f1f7d11' } },
});
