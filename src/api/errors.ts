import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { isDatabaseAway } from '../db/database-away.js';
import { checked, listed } from '../wire/mistakes.js';
import { Problem, PROBLEMS, type ProblemCode } from './problems.js';

/** Of every problem's type, before its code. */
export const TYPE_BASE = 'urn:holdpoint:problem:';
const LONGEST_RETRY_AFTER = 5;

/** The one map from errors to problem+json. The outside gets the catalogue's words; the log gets the error. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asProblem(error);
    if (PROBLEMS[problem.code].status >= 500 && problem.code !== 'OVERLOADED')
      log.error({ err: error, method: request.method, path: loggedPath(request.path) }, problem.code);
    sendProblem(response, problem);
  };
}

/** A path as the log may keep it: what follows `/act/` or `/track/` opens a page by itself (a bearer token). */
function loggedPath(path: string): string {
  return path.replace(/^\/(act|track)\/.*/, '/$1/…');
}

export function sendProblem(response: Response, problem: Problem): void {
  const { status } = PROBLEMS[problem.code];
  if (status === 401 || status === 403) response.setHeader('WWW-Authenticate', challenge(problem.code, problem.members));
  if (status === 503) response.setHeader('Retry-After', comeAgainAfter(problem.code));
  const requestId = response.getHeader('X-Request-Id');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemDocument(problem, typeof requestId === 'string' ? requestId : undefined)));
}

/** In whole seconds (RFC 9110). What hit many at once is spread, so that they do not come back at once. */
function comeAgainAfter(code: ProblemCode): string {
  const hitMany = code === 'OVERLOADED' || code === 'DATABASE_UNAVAILABLE';
  return String(hitMany ? 1 + Math.floor(Math.random() * LONGEST_RETRY_AFTER) : 1);
}

/** RFC 9457. */
export function problemDocument({ code, detail, members }: Problem, requestId: string | undefined): object {
  return { type: TYPE_BASE + code, ...PROBLEMS[code], code, detail, ...(requestId === undefined ? {} : { requestId }), ...members };
}

/** RFC 6750: which error it is; nothing where no credentials came, or where they are not what was wrong. */
function challenge(code: ProblemCode, members: Record<string, unknown>): string {
  const realm = 'Bearer realm="holdpoint"';
  if (code === 'FORBIDDEN') return `${realm}, error="insufficient_scope", scope="${String(members['permission'])}"`;
  const wrong = code === 'KEY_UNKNOWN' || code === 'KEY_EXPIRED' || code === 'TOKEN_INVALID';
  return wrong ? `${realm}, error="invalid_token", error_description="${PROBLEMS[code].title}"` : realm;
}

export const notFound: RequestHandler = (request) => {
  throw new Problem('NOT_FOUND', `${request.method} ${request.path} is not an operation of this API`);
};

/** An error as the outside is told of it. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = error as { type?: string };
  const byBodyParser: Record<string, [ProblemCode, string]> = {
    'entity.parse.failed': ['MALFORMED_JSON', 'The body could not be read as JSON.'],
    'entity.too.large': ['BODY_TOO_LARGE', 'The body must not be larger than 1 MiB.'],
    'request.aborted': ['REQUEST_TIMEOUT', 'The body did not come in time, or not whole. Send the request again.'],
    'request.size.invalid': ['MALFORMED_REQUEST', 'The body is not as long as Content-Length says.'],
    'parameters.too.many': ['BODY_TOO_LARGE', 'The form has too many fields.'],
    'charset.unsupported': ['MEDIA_TYPE_UNSUPPORTED', 'The body must be UTF-8.'],
    'encoding.unsupported': ['MEDIA_TYPE_UNSUPPORTED', 'The content encoding is not supported.'],
  };
  const body = byBodyParser[known.type ?? ''];
  if (body !== undefined) return new Problem(...body);
  if (error instanceof URIError) return new Problem('VALIDATION_FAILED', 'The path is not validly percent-encoded.');
  if (isDatabaseAway(error))
    return new Problem('DATABASE_UNAVAILABLE', 'What was sent may or may not have been kept. Send the same again shortly.');
  return new Problem('INTERNAL', 'The error was recorded. Try again, and tell operations if it stays.');
}

/** @returns the value in its validated form. @throws Problem VALIDATION_FAILED with every mistake and its place */
export function validated<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = checked(schema, value);
  if ('data' in result) return result.data;
  throw new Problem('VALIDATION_FAILED', listed(result.mistakes), { errors: result.mistakes });
}
