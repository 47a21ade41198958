import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { inCallContext, nextTraceparent } from '../call-context.js';

/** What a caller may name its request: it is written into logs. */
const SANE = /^[A-Za-z0-9._~:/+=-]{1,128}$/;

/**
 * Every call has an ID, the caller's (`X-Request-Id`) or one made here, and a trace, the caller's (W3C `traceparent`) or one begun here. Its
 * answer, the log and whatever it leads to carry them.
 */
export const identifyRequest: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const requestId = given !== undefined && SANE.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', requestId);
  inCallContext({ requestId, traceparent: nextTraceparent(request.get('traceparent')) }, next);
};
