import type { Database } from '../../db/database.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { newestCase } from '../../db/review-cases.js';
import type { Reach } from '../../domain/access.js';
import { Problem } from '../problems.js';

/** @param round without it the newest @throws Problem CASE_NOT_FOUND */
export async function requireCase(db: Database, reach: Reach, orderId: string, round?: number): Promise<ReviewCase> {
  const row = await newestCase(db, reach, orderId, round);
  if (row !== null) return row;
  throw new Problem('CASE_NOT_FOUND', `Order ${orderId} has no review case${round === undefined ? '' : ` of round ${round}`}.`);
}
