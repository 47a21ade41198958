import type { RequestHandler } from 'express';
import { Problem } from './problems.js';

/** Answers the methods that a path does not take; register it after those it takes. */
export function onlyMethods(...methods: string[]): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', methods.join(', '));
    throw new Problem('METHOD_NOT_ALLOWED', `${request.method} is not one of: ${methods.join(', ')}`);
  };
}
