import type { Response } from 'express';
import { z } from 'zod';
import { callerOf } from './authentication.js';
import { Problem } from './problems.js';

/**
 * A person acts in their own name: where a body takes `by`, it is theirs by their token.
 * @returns the body with it; as it is for servers, which say for whom they act
 * @throws Problem VALIDATION_FAILED when another name was given
 */
export function withActor(schema: z.ZodType | undefined, body: unknown, response: Response): unknown {
  if (schema === undefined || !takesBy(schema) || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { kind, name } = callerOf(response);
  if (kind !== 'person') return body;
  const { by } = body as { by?: unknown };
  if (by === undefined || by === name) return { ...body, by: name };
  const message = `must be left out, or be you: "${name}"`;
  throw new Problem('VALIDATION_FAILED', `by: ${message}`, { errors: [{ path: 'by', message }] });
}

function takesBy(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodObject) return 'by' in schema.shape;
  if (schema instanceof z.ZodUnion) return schema.options.some(takesBy);
  if (schema instanceof z.ZodIntersection) return takesBy(schema.def.left) || takesBy(schema.def.right);
  if (schema instanceof z.ZodPipe) return takesBy(schema.def.in);
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  return wraps && takesBy(schema.def.innerType);
}
