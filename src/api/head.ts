/** What is looked at before anything else of a request, and set on every answer. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { Problem } from './problems.js';

const MAX_ADDRESS = 8 * 1024;
const MAX_HEADERS = 100;

/** Limits on a request's head, below those at which the server cuts it off. */
export const requireSaneHead: RequestHandler = (request, _response, next) => {
  if (request.originalUrl.length > MAX_ADDRESS) {
    throw new Problem(
      'ADDRESS_TOO_LONG',
      `The address must not be longer than ${MAX_ADDRESS} characters; this one has ${request.originalUrl.length}.`,
    );
  }
  const count = request.rawHeaders.length / 2;
  if (count > MAX_HEADERS)
    throw new Problem('HEADERS_TOO_LARGE', `A request must not have more than ${MAX_HEADERS} headers; this one has ${count}.`);
  next();
};

/** An answer of the API is data: a browser that is led to it runs, frames, sniffs and keeps nothing. Pages set a policy of their own. */
export const guardedAnswers: RequestHandler = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  xFrameOptions: { action: 'deny' },
  // What else lives under the same name is not ours to decide about.
  strictTransportSecurity: { includeSubDomains: false },
});

/** What is answered under a key is for the caller alone, and true only now. */
export const keptNowhere: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
