import type { RequestHandler } from 'express';
import { isUnrestricted } from '../../domain/access.js';
import { callerOf } from '../authentication.js';
import { unsaid } from '../reach.js';
import type { OperationSpec } from './operation.js';
import { operations } from './operations.js';

/**
 * What the contract does not say is there only for those who may do everything: a path without an operation has no permission that could be
 * asked for.
 */
export function requireSaid(): RequestHandler {
  const said = operations.map(patternOf);
  return (request, response, next) => {
    if (isUnrestricted(callerOf(response)) || said.some((pattern) => pattern.test(request.path))) return next();
    throw unsaid();
  };
}

function patternOf({ path }: Pick<OperationSpec, 'path'>): RegExp {
  const parts = path.split(/\{\w+\}/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]+')}/?$`, 'i');
}
