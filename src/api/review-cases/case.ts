import type { Database } from '../../db/database.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { newestCase } from '../../db/review-cases.js';
import { Problem } from '../problems.js';

/** @param round without it the newest @throws Problem CASE_NOT_FOUND */
export async function requireCase(db: Database, orderId: string, round?: number): Promise<ReviewCase> {
  const row = await newestCase(db, orderId, round);
  if (row !== null) return row;
  throw new Problem('CASE_NOT_FOUND', `Order ${orderId} has no review case${round === undefined ? '' : ` of round ${round}`}.`);
}
