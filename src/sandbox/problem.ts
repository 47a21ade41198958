import type * as z from 'zod';
import type { Reply } from './reply.js';

/** One mistake: where (`faults.0.do`, empty for the whole), and what is wrong there. */
export interface Mistake {
  path: string;
  message: string;
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content too large',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal server error',
  502: 'Bad gateway',
  503: 'Service unavailable',
};

/** @returns an RFC 9457 answer; `mistakes` are listed in its `errors` */
export function problem(status: number, detail: string, mistakes?: Mistake[]): Reply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: 'about:blank',
      title: TITLES[status] ?? 'Error',
      status,
      detail,
      ...(mistakes && { errors: mistakes }),
    },
  };
}

/** @returns a 400 that names every mistake zod found */
export function badRequest(detail: string, error: z.ZodError): Reply {
  return problem(400, detail, mistakesOf(error));
}

/** @returns every mistake, an unknown field each for itself */
export function mistakesOf(error: z.ZodError): Mistake[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }];
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a known field' }));
  });
}
