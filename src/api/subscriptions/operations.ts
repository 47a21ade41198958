import { listOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import * as schema from './schema.js';

const tag = 'Subscriptions';
const id = '0b6f2a3e-7c51-4f7e-9a55-3f2f4a1d9c10';
const eventId = '5e1c7a90-1f0e-4a39-8d1b-6b7b1f0c2d33';

export const listSubscriptions = operation({
  id: 'listSubscriptions',
  method: 'get',
  path: '/subscriptions',
  tag,
  summary: 'List subscriptions, by name',
  permission: 'subscriptions.read',
  answers: { 200: { description: 'All within reach.', body: listOf(schema.subscriptionSchema) } },
  example: {},
});

export const createSubscription = operation({
  id: 'createSubscription',
  method: 'post',
  path: '/subscriptions',
  tag,
  summary: 'Subscribe an address to events',
  description:
    'From now on they are sent there, one after the other in the order of the feed, signed by Standard Webhooks. What is not answered with 2xx ' +
    'is sent again at growing intervals, for three days. The answer has the secret, this once. It takes `events.read` too.',
  permission: 'subscriptions.write',
  body: schema.newSubscriptionSchema,
  answers: { 201: { description: 'Created.', body: schema.issuedSubscriptionSchema } },
  example: { body: { name: 'ERP', url: 'https://erp.example/hooks/holdpoint', types: ['case.approved', 'case.declined'] } },
});

export const getSubscription = operation({
  id: 'getSubscription',
  method: 'get',
  path: '/subscriptions/{id}',
  tag,
  summary: 'Get a subscription',
  permission: 'subscriptions.read',
  conditional: 'read',
  params: schema.subscriptionParams,
  answers: { 200: { description: 'As it stands.', body: schema.subscriptionSchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND'],
  example: { params: { id } },
});

export const changeSubscription = operation({
  id: 'changeSubscription',
  method: 'patch',
  path: '/subscriptions/{id}',
  tag,
  summary: 'Change, disable or enable a subscription',
  description: 'What is left out stays. Once enabled it goes on where it stood: nothing of the feed is lost meanwhile.',
  permission: 'subscriptions.write',
  params: schema.subscriptionParams,
  conditional: 'change',
  body: schema.subscriptionChangeSchema,
  answers: { 200: { description: 'Changed.', body: schema.subscriptionSchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND'],
  example: { params: { id }, body: { status: 'disabled' } },
});

export const deleteSubscription = operation({
  id: 'deleteSubscription',
  method: 'delete',
  path: '/subscriptions/{id}',
  tag,
  summary: 'Remove a subscription, with its log',
  permission: 'subscriptions.write',
  conditional: 'change',
  params: schema.subscriptionParams,
  answers: { 204: { description: 'Removed.' } },
  problems: ['SUBSCRIPTION_NOT_FOUND'],
  example: { params: { id } },
});

export const rotateSubscriptionSecret = operation({
  id: 'rotateSubscriptionSecret',
  method: 'post',
  path: '/subscriptions/{id}/rotate-secret',
  tag,
  summary: 'Rotate the secret of a subscription',
  description: 'The answer has the new secret, this once. Until the overlap is over both sign, and the receiver takes either.',
  permission: 'subscriptions.write',
  params: schema.subscriptionParams,
  body: schema.rotateSchema,
  answers: { 200: { description: 'Rotated.', body: schema.issuedSubscriptionSchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND', 'SECRET_NOT_ROTATED'],
  example: { params: { id }, body: { overlapMs: 3_600_000 } },
});

export const replaySubscription = operation({
  id: 'replaySubscription',
  method: 'post',
  path: '/subscriptions/{id}/replay',
  tag,
  summary: 'Send events again from a place in the feed on',
  description:
    'It goes on from there, in order, with what it had before too, under the same `webhook-id`. A later place leaves out what is before it: ' +
    'so one event that its receiver cannot take can be passed by.',
  permission: 'subscriptions.write',
  params: schema.subscriptionParams,
  body: schema.replaySchema,
  answers: { 202: { description: 'It goes on from there.', body: schema.subscriptionSchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND', 'CURSOR_GONE'],
  example: { params: { id }, body: { since: '2026-11-01T00:00:00Z' } },
});

export const listDeliveries = operation({
  id: 'listDeliveries',
  method: 'get',
  path: '/subscriptions/{id}/deliveries',
  tag,
  summary: 'List what was sent to a subscription, newest first',
  permission: 'subscriptions.read',
  params: schema.subscriptionParams,
  query: schema.deliveriesQuery,
  answers: { 200: { description: 'A page of its log.', body: schema.deliveryPageSchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND'],
  example: { params: { id }, query: { state: 'trying,failed' } },
});

export const getDelivery = operation({
  id: 'getDelivery',
  method: 'get',
  path: '/subscriptions/{id}/deliveries/{eventId}',
  tag,
  summary: 'Get the delivery of an event, with its tries',
  permission: 'subscriptions.read',
  params: schema.deliveryParams,
  answers: { 200: { description: 'The delivery; at most its latest 200 tries.', body: schema.deliveryHistorySchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND', 'NOT_FOUND'],
  example: { params: { id, eventId } },
});

export const replayDelivery = operation({
  id: 'replayDelivery',
  method: 'post',
  path: '/subscriptions/{id}/deliveries/{eventId}/replay',
  tag,
  summary: 'Send one event once more',
  description: 'Before what comes next, under the same `webhook-id`; tried three times. What is being tried is left to that.',
  permission: 'subscriptions.write',
  params: schema.deliveryParams,
  answers: { 202: { description: 'It is about to be sent.', body: schema.deliveryHistorySchema } },
  problems: ['SUBSCRIPTION_NOT_FOUND', 'NOT_FOUND', 'ACTION_NOT_ALLOWED'],
  example: { params: { id, eventId } },
});
