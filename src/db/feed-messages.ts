/** What the feed tells of the ledger: messages that were given up or refused. */
import type { Transaction } from './database.js';
import { Prisma } from './generated/client.js';

/** In the transaction that gives a message up. */
export async function tellDeadLetter(tx: Transaction, key: string): Promise<void> {
  await tx.$executeRaw(deadLettersOf(Prisma.sql`"message"`, Prisma.sql`m."key" = ${key}`));
}

/**
 * A statement that tells of each message that a condition finds.
 * @param messages the table, or rows of it by another name
 * @param which a condition over `m`
 */
export function deadLettersOf(messages: Prisma.Sql, which: Prisma.Sql): Prisma.Sql {
  // What belongs to no order (an outage) has an empty one.
  return Prisma.sql`
    INSERT INTO "feed_event" ("id", "type", "at", "orderId", "buyerId", "caseId", "placementId", "data")
    SELECT gen_random_uuid(), 'message.dead_lettered', now(), told."orderId", told."buyerId", told."caseId", told."placementId",
      jsonb_strip_nulls(jsonb_build_object('orderId', told."orderId", 'buyerId', told."buyerId", 'caseId', told."caseId",
        'placementId', told."placementId", 'messageId', told."key", 'outcome', told."state", 'counterpartId', told."counterpartId"))
    FROM (
      SELECT m."key", m."state", m."counterpartId", nullif(m."orderId", '') AS "orderId",
        coalesce(o."document"->'buyer'->>'id', o."document"->'buyer'->>'name') AS "buyerId",
        CASE WHEN m."caseId" ~ '/placement(/r[0-9]+)?$' THEN m."caseId" END AS "placementId",
        CASE WHEN m."orderId" <> '' AND m."caseId" !~ '/placement(/r[0-9]+)?$' THEN m."caseId" END AS "caseId"
      FROM ${messages} m LEFT JOIN "order" o ON o."orderId" = m."orderId" WHERE ${which}) told`;
}
