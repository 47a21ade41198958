import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { senderOf } from './authentication.js';
import { Problem } from './problems.js';

/** Short, so that one who has sent too much waits seconds. */
const WINDOW_MS = 10_000;

/**
 * Bounds the calls of one caller, so that one who runs wild leaves room for others; says in `RateLimit` and `RateLimit-Policy` how much is left
 * (draft-ietf-httpapi-ratelimit-headers). Each API process counts its own.
 * @param perSecond calls of one caller, on average over ten seconds
 */
export function limitRate(perSecond: number): RequestHandler {
  const limit = Math.ceil((perSecond * WINDOW_MS) / 1000);
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'per-key',
    keyGenerator: (_request, response) => senderOf(response),
    // They are about addresses behind proxies; a caller is known by its key.
    validate: false,
    handler: (_request, response, next) => {
      const wait = Number(response.getHeader('Retry-After'));
      next(new Problem('RATE_LIMITED', `More than ${limit} calls in ${WINDOW_MS / 1000} s. Wait ${wait} s, then go on more slowly.`));
    },
  });
}
