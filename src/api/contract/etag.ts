/** ETag, If-Match and If-None-Match (RFC 9110): who edits what somebody else has changed meanwhile is told, instead of undoing it. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { validated } from '../errors.js';
import { Problem, type ProblemCode } from '../problems.js';

/**
 * What an operation has to do with the ETag of what it is about. `read`: shows it, and answers 304 to who has it already. `change`: takes
 * If-Match, and answers the next ETag. `put`: also makes it, and so takes `If-None-Match: *`. `make`: answers the first ETag.
 */
export type Conditional = 'read' | 'change' | 'put' | 'make';

const TAG = '(W/)?"[!#-~]*"';
const tags = z
  .string()
  .regex(new RegExp(`^(\\*|${TAG}( *, *${TAG})*)$`), 'must be an ETag in its quotes, as it was answered, or several with commas, or *')
  .optional();
const ifMatch = {
  'If-Match': tags
    .describe(
      'The `ETag` with which it was read: it is changed only if it is still the same, else 412. Without it, it is changed however it is now.',
    )
    .meta({ examples: ['*'] }),
};
const known = { examples: ['"qNw3vN0aV1x5c2m8Yk4Tz6Lp9Rs"'] };
const ifNone = { 'If-None-Match': tags.describe('`*`: it is made only if it is not there yet, else 412.').meta(known) };
const ifKnown = {
  'If-None-Match': z
    .string()
    .optional()
    .describe('The `ETag` that the caller has: when it is still the same, 304 without a body. What is no ETag is passed over.')
    .meta(known),
};
const preconditionHeaders = z.object({ ...ifMatch, ...ifNone });

/** The request headers that the contract shows. */
export const CONDITIONAL_HEADERS: Readonly<Record<Conditional, z.ZodRawShape>> = {
  read: ifKnown,
  change: ifMatch,
  put: { ...ifMatch, ...ifNone },
  make: {},
};

/** @returns the problems that come of it */
export function conditionalProblems(conditional: Conditional | undefined): ProblemCode[] {
  return conditional === 'change' || conditional === 'put' ? ['PRECONDITION_FAILED'] : [];
}

/** A strong tag of what is shown: the same text, the same tag. */
function etagOf(shown: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 27)}"`;
}

/** Gives an answer the ETag of what it leaves behind. @param shown what a GET shows now */
export function tagged(response: Response, shown: unknown): Response {
  return response.setHeader('ETag', etagOf(shown));
}

/**
 * Answers a GET of what can be edited; 304 to who has it already. Express would not say so to `fetch`, which sends `Cache-Control: no-cache`
 * along with `If-None-Match`.
 * @param part of it that counts as a change; all of it, if not said
 */
export function sendTagged<Shown extends object>(response: Response, shown: Shown, part: (shown: Shown) => unknown = (all) => all): void {
  tagged(response, part(shown));
  if (isKnown(response.req.get('if-none-match'), part(shown))) response.status(304).end();
  else response.json(shown);
}

/** Answers a change with what a GET shows now, and says that it is that (RFC 9110 8.7). @param at where that GET is */
export function sendChanged(response: Response, at: string, shown: object): void {
  tagged(response, shown).setHeader('Content-Location', at).json(shown);
}

/** By the weak comparison: a tag that somebody on the way has weakened is still the same. */
export function isKnown(ifNoneMatch: string | undefined, shown: unknown): boolean {
  const tag = etagOf(shown);
  return tagsIn(ifNoneMatch ?? '').some((known) => known === '*' || known.replace(/^W\//, '') === tag);
}

function tagsIn(header: string): string[] {
  return header.split(',').map((one) => one.trim());
}

/**
 * To be called where nobody else can change it before the change is made: in its transaction, under a lock.
 * @param shown what a GET would show now; null when there is nothing
 * @throws Problem PRECONDITION_FAILED
 */
export type Precondition = (shown: unknown) => void;

/** @throws Problem VALIDATION_FAILED where a header has not its form: a condition is never passed over */
export function preconditionOf({ conditional }: { conditional?: Conditional }, request: Request): Precondition {
  if (conditional !== 'change' && conditional !== 'put') return () => undefined;
  const given = { 'If-Match': request.get('if-match'), 'If-None-Match': request.get('if-none-match') };
  const { 'If-Match': match, 'If-None-Match': none } = validated(preconditionHeaders, given);
  return (shown) => {
    if (match !== undefined) requireMatch(match, shown);
    if (none === undefined || shown === null || !isKnown(none, shown)) return;
    throw new Problem(
      'PRECONDITION_FAILED',
      'It is there already: nothing was done. To change it, read it, and send its ETag as If-Match.',
      {
        etag: etagOf(shown),
      },
    );
  };
}

/** By the strong comparison. */
function requireMatch(match: string, shown: unknown): void {
  const tag = shown === null ? null : etagOf(shown);
  const wanted = tagsIn(match);
  if (tag !== null && (wanted.includes('*') || wanted.includes(tag))) return;
  throw new Problem(
    'PRECONDITION_FAILED',
    tag === null
      ? 'It does not exist, or not any more: nothing was changed. To make it, send no If-Match.'
      : `It was changed since it was read with ${match.slice(0, 200)}: nothing was done. Read it again, and send your change with its new ETag.`,
    { etag: tag },
  );
}
