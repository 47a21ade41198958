import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { Problem } from './problems.js';

/** A caller's key; its name is the sender of what it sends. */
export interface ApiKey {
  name: string;
  key: string;
}

/** Lets in who brings a known bearer key. Every key is compared, in constant time, so that timing tells nothing. */
export function requireKey(keys: readonly ApiKey[]): RequestHandler {
  const known = keys.map(({ name, key }) => ({ name, digest: digestOf(key) }));
  return (request, response, next) => {
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) throw new Problem('KEY_MISSING', 'Send the header "Authorization: Bearer <key>".');
    const digest = digestOf(given);
    const matches = known.filter((candidate) => timingSafeEqual(candidate.digest, digest));
    if (matches[0] === undefined) throw new Problem('KEY_UNKNOWN', 'The key is not one of this installation.');
    response.locals['sender'] = matches[0].name;
    next();
  };
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** @returns the name of the key that the request came with. */
export function senderOf(response: Response): string {
  return String(response.locals['sender']);
}
