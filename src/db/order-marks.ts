/** Whether something of an order has changed, without reading what. */
import type { Database } from './database.js';

/**
 * A mark for each of the orders of which there is something: another one as soon as one of its cases, placements or messages is written.
 * `xmin` is the transaction that wrote a row as it is.
 */
export async function orderMarks(db: Database, orderIds: readonly string[]): Promise<Map<string, string>> {
  const ids = [...orderIds];
  const rows = await db.$queryRaw<{ orderId: string; mark: string }[]>`
    SELECT "orderId", string_agg("mark", ',' ORDER BY "mark") AS "mark" FROM (
      SELECT "orderId", 'c' || "caseId" || ' ' || xmin::text AS "mark" FROM "review_case" WHERE "orderId" = ANY(${ids}::text[])
      UNION ALL
      SELECT "orderId", 'p' || "placementId" || ' ' || xmin::text FROM "placement" WHERE "orderId" = ANY(${ids}::text[])
      UNION ALL
      SELECT "orderId", 'm' || "key" || ' ' || xmin::text FROM "message" WHERE "orderId" = ANY(${ids}::text[])
    ) AS "rows" GROUP BY "orderId"`;
  return new Map(rows.map(({ orderId, mark }) => [orderId, mark]));
}
