/** Requests as the examples of the contract have them, sent to a house by somebody. */
import { randomUUID } from 'node:crypto';
import type { OperationSpec } from '../../src/api/contract/operation.js';
import type { Example } from './example-seeds.js';
import type { House } from './house.js';

/** @param token the API key or access token of who sends it; a POST gets an Idempotency-Key of its own */
export async function sendExample(house: House, spec: OperationSpec, example: Example, token: string): Promise<Response> {
  const { params = {}, query = {}, headers = {}, body } = example;
  const path = spec.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return fetch(`${house.apiUrl}/v1${path}${search === '' ? '' : `?${search}`}`, {
    method: spec.method.toUpperCase(),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
      ...(spec.method === 'post' ? { 'idempotency-key': randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
