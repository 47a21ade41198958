/** ETag and If-Match (RFC 9110): who edits what somebody else has changed meanwhile is told, instead of undoing it. */
import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { z } from 'zod';
import { Problem } from '../problems.js';

/** Of an operation that changes what a GET shows. */
export const ifMatchHeaders = z.object({
  'If-Match': z
    .string()
    .max(2000)
    .optional()
    .describe(
      'The `ETag` with which it was read: it is changed only if it is still the same. Without it, it is changed however it is now.',
    ),
});

/** A strong tag of what is shown: the same text, the same tag. */
function etagOf(shown: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 27)}"`;
}

/**
 * Answers a GET of what can be edited; 304 to who has it already. Express would not say so to `fetch`, which sends `Cache-Control: no-cache`
 * along with `If-None-Match`.
 * @param tagged the part of it that counts as a change; all of it, if not said
 */
export function sendTagged<Shown extends object>(response: Response, shown: Shown, tagged: (shown: Shown) => unknown = (all) => all): void {
  response.setHeader('ETag', etagOf(tagged(shown)));
  if (isKnown(response.req.get('if-none-match'), tagged(shown))) response.status(304).end();
  else response.json(shown);
}

/** By the weak comparison: a tag that somebody on the way has weakened is still the same. */
export function isKnown(ifNoneMatch: string | undefined, tagged: unknown): boolean {
  const tag = etagOf(tagged);
  return tagsIn(ifNoneMatch ?? '').some((known) => known === '*' || known.replace(/^W\//, '') === tag);
}

function tagsIn(header: string): string[] {
  return header.split(',').map((one) => one.trim());
}

/**
 * To be called where nobody else can change it before the change is made: in its transaction, under a lock.
 * @param ifMatch the header, if it was sent
 * @param shown what a GET would show now; null when there is nothing
 * @throws Problem PRECONDITION_FAILED
 */
export function requireMatch(ifMatch: string | undefined, shown: unknown): void {
  if (ifMatch === undefined) return;
  const tag = shown === null ? null : etagOf(shown);
  const wanted = tagsIn(ifMatch);
  if (tag !== null && (wanted.includes('*') || wanted.includes(tag))) return;
  throw new Problem(
    'PRECONDITION_FAILED',
    tag === null
      ? 'It does not exist, or not any more: nothing was changed. To make it, send no If-Match.'
      : `It was changed since it was read with ${ifMatch.slice(0, 200)}: nothing was done. Read it again, and send your change with its new ETag.`,
    { etag: tag },
  );
}
