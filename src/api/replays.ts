/** A signed call that somebody has seen must not be done once more by sending it again (D9). */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { noteCall } from '../db/seen-calls.js';
import { senderOf } from './authentication.js';
import type { ApiDependencies } from './dependencies.js';
import { Problem } from './problems.js';
import { rawBodyOf, signedRequestOf } from './signatures.js';

/** What an Idempotency-Key may be. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Refuses a signed call that came before, within the time in which its signature is valid; also at another path, which the signature does not
 * cover. Its sender can always send it again: signed anew, under the same webhook-id, which is then its Idempotency-Key, so that an action
 * is answered from the first call.
 *
 * An event may come again at its own path, as often as it likes: the inbox takes a sender's `eventId` once, for ever, and refuses it with
 * other content. It is noted all the same, so that it cannot be sent to another path, where its body may mean something else.
 */
export function refuseReplays({ db }: Pick<ApiDependencies, 'db'>): RequestHandler {
  return async (request, response, next) => {
    const signed = signedRequestOf(response);
    if (signed === null) return next();
    const { id, signedAt } = signed;
    const event = isEvent(request.body);
    // As the signature sees them: a timestamp's leading zeros, more signatures beside the right one, or bytes that are no UTF-8 make no other call.
    const text = rawBodyOf(response).toString('utf8');
    const seen = await noteCall(db, {
      sender: senderOf(response),
      signedHash: hashOf(id, String(signedAt.getTime()), text),
      idHash: hashOf(id),
      callHash: hashOf(request.method, request.originalUrl, event ? '' : text),
    });
    if (seen === 'id_reused') {
      throw new Problem(
        'WEBHOOK_ID_REUSED',
        `webhook-id "${shown(id)}" came before with another call. Send this one under a new webhook-id.`,
      );
    }
    if (seen === 'replayed' && !event) {
      throw new Problem(
        'CALL_REPLAYED',
        `This call was received before, signed at ${signedAt.toISOString()}; nothing was done now. To send it again, sign it with a new ` +
          'webhook-timestamp, under the same webhook-id: it is then answered from the first call.',
      );
    }
    keyById(request, id);
    next();
  };
}

/** Standard Webhooks: "the unique webhook identifier … can be used as an idempotency key". One that the sender chose goes before. */
function keyById(request: Request, id: string): void {
  request.headers['idempotency-key'] ??= KEY.test(id) ? id : hashOf(id);
}

function isEvent(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'eventId');
}

/** No part can pass for another: each is told with its length. */
function hashOf(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

function shown(id: string): string {
  return id.length > 100 ? `${id.slice(0, 100)}…` : id;
}
