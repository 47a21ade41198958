/** What the contract says of the headers of answers. */
import type { z } from 'zod';
import type { OperationSpec } from './operation.js';

const text = { type: 'string' } as const;
const ETAG = { ETag: { description: 'Names it as it is now: for `If-Match` and `If-None-Match`.', schema: text } };
const APPLIED = { 'Preference-Applied': { description: 'The wait that was granted; without it there was none.', schema: text } };

type AnswerHeaders = { headers?: Record<string, { description: string; schema: typeof text }> };

/** @param body what an answer that is no error shows; an ETag is of something that is there */
export function answerHeaders({ conditional, waits }: OperationSpec, body: z.ZodType | undefined): AnswerHeaders {
  if (conditional === undefined || body === undefined) return {};
  return { headers: { ...ETAG, ...(waits === undefined ? {} : APPLIED) } };
}

/** The answer to who has it already. */
export function notModified({ conditional, waits }: OperationSpec): Record<304, { description: string } & AnswerHeaders> | undefined {
  if (conditional !== 'read') return undefined;
  const headers = { ...ETAG, ...(waits === undefined ? {} : APPLIED) };
  return { 304: { description: 'It is still what the caller has: no body.', headers } };
}
