import type { IncomingHttpHeaders } from 'node:http';
import { pathSegments } from './arrival-log.js';
import { problem } from './problem.js';
import type { Answer } from './reply.js';

/** A request as a route sees it. */
export interface Call {
  /** The decoded values of the pattern's `{names}`. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, or the raw text when it was none; null without a body. */
  body: unknown;
  /** Which order it was found to be about, at a side. */
  orderId: string | null;
}

/** A pattern such as `/review-requests/{reviewRequestId}`, and what is done there. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  pattern: string;
  act(call: Call): Answer | Promise<Answer>;
}

/** Finds the route of a request and acts; an unknown path is a 404, a known one with another method a 405. */
export async function route(
  routes: readonly Route[],
  method: string,
  target: string,
  request: Omit<Call, 'params' | 'query'>,
): Promise<Answer> {
  const segments = pathSegments(target);
  const here = routes.flatMap((candidate) => {
    const params = matchPattern(candidate.pattern, segments);
    return params === null ? [] : [{ candidate, params }];
  });
  const found = here.find(({ candidate }) => candidate.method === method);
  if (found) {
    const query = new URLSearchParams(target.split('?').slice(1).join('?'));
    return found.candidate.act({ ...request, params: found.params, query });
  }
  if (here.length === 0) return problem(404, `nothing is at ${target.slice(0, 200)}`);
  const allow = here.map(({ candidate }) => candidate.method).join(', ');
  const refusal = problem(405, `${method} is not possible here`);
  return { ...refusal, headers: { ...refusal.headers, allow } };
}

function matchPattern(pattern: string, segments: string[]): Record<string, string> | null {
  const wanted = pattern.split('/').slice(1);
  if (wanted.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith('{')) {
      if (segment === '') return null;
      params[part.slice(1, -1)] = segment;
    } else if (part !== segment) return null;
  }
  return params;
}
