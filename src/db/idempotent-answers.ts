/** Requests with an Idempotency-Key: the same again is answered as it was, and does nothing. */
import { createHash } from 'node:crypto';
import { asJson, lockInTransaction, type Transaction } from './database.js';

export interface IdempotentRequest {
  sender: string;
  operation: string;
  /** The caller's Idempotency-Key. */
  key: string;
  /** The request as validated. */
  content: object;
}

/** The same key came before with other content. */
export class IdempotencyKeyReused extends Error {}

/**
 * What is done under it, together with its answer, is done once: of two at the same time the second waits for the first.
 * @param act runs in this transaction
 * @throws IdempotencyKeyReused
 */
export async function answeredOnce<Answer>(
  tx: Transaction,
  { sender, operation, key, content }: IdempotentRequest,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const place = { sender, operation, key };
  const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  await lockInTransaction(tx, `idempotency:${sender}/${operation}/${key}`);
  const earlier = await tx.idempotentAnswer.findUnique({ where: { sender_operation_key: place } });
  if (earlier !== null && earlier.contentHash !== contentHash) throw new IdempotencyKeyReused(key);
  if (earlier !== null) return earlier.answer as Answer;
  const answer = await act();
  await tx.idempotentAnswer.create({ data: { ...place, contentHash, answer: asJson(answer) } });
  return answer;
}
