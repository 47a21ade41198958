import { z } from 'zod';
import type { FailureReason } from '../../domain/failure-reason.js';

const reasonSchema = z.object({
  type: z.string().min(1).max(100),
  code: z.string().max(200).nullish(),
  text: z.string().max(2000).nullish(),
});

/** `POST /review-requests` → an outcome at once (200), or `accepted` (202). Further fields are not looked at. */
export const requestAnswerSchema = z.union([
  z.object({ outcome: z.literal('succeeded') }),
  z.object({ outcome: z.literal('failed'), reason: reasonSchema }),
  z.object({ status: z.literal('accepted') }),
]);
export type RequestAnswer = z.infer<typeof requestAnswerSchema>;

/** `GET /review-requests/{reviewRequestId}`. */
export const resultSchema = z.union([
  z.object({ outcome: z.literal('pending') }),
  z.object({ outcome: z.literal('succeeded') }),
  z.object({ outcome: z.literal('failed'), reason: reasonSchema }),
]);

export function asReason(reason: z.infer<typeof reasonSchema>): FailureReason {
  return { type: reason.type, code: reason.code ?? null, text: reason.text ?? null };
}
