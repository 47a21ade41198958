import type { RequestHandler } from 'express';
import { findUnstorable } from '../wire/storable.js';
import { Problem } from './problems.js';

/** A body must be JSON; a POST without any body is let through, its operation decides. */
export const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is('application/json')) {
    throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'Send the header "Content-Type: application/json".');
  }
  next();
};

/** Refuses what could be parsed but not kept, before anything looks at it. */
export const requireStorable: RequestHandler = (request, _response, next) => {
  const mistake = findUnstorable(request.body) ?? findUnstorable(request.query);
  if (mistake !== null) throw new Problem('VALIDATION_FAILED', `${mistake.path}: ${mistake.message}`, { errors: [mistake] });
  next();
};
