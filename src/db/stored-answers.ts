/** Answers to requests with an Idempotency-Key, for a day (draft-ietf-httpapi-idempotency-key-header). */
import { createHash, randomUUID } from 'node:crypto';
import { asJson, type Database } from './database.js';

/** What a key stands for. */
export interface KeyedRequest {
  sender: string;
  operation: string;
  key: string;
  /** Of path, query and body. */
  requestHash: string;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  /** Left out: there was none. */
  body?: unknown;
}

/** `first`: to be done now, and then kept or released. `in_use`: somebody is at it. `reused`: the key stands for another request. */
export type KeyClaim =
  | { kind: 'first'; claimId: string }
  | { kind: 'answered'; answer: StoredAnswer }
  | { kind: 'in_use' }
  | { kind: 'reused' };

const KEPT_HOURS = 24;
/** One that died with its process gives way after this; longer than any operation takes. */
const CLAIM_S = 60;
/** Ended rows that a claim clears away: more than it adds. */
const CLEARED = 20;
const CLAIM_TRIES = 3;

/** The same for the same request, whatever the order of its fields. @returns hex SHA-256 */
export function requestHashOf(request: object): string {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(request, sorted)).digest('hex');
}

/** Of several at the same time one is the first. */
export async function claimKey(db: Database, request: KeyedRequest): Promise<KeyClaim> {
  const { sender, operation, key, requestHash } = request;
  for (let tries = 0; tries < CLAIM_TRIES; tries += 1) {
    const claimId = randomUUID();
    if (await claimed(db, request, claimId)) return { kind: 'first', claimId };
    const found = await db.storedAnswer.findUnique({ where: { sender_operation_key: { sender, operation, key } } });
    if (found === null) continue; // released between the two
    if (found.requestHash !== requestHash) return { kind: 'reused' };
    return found.answer === null ? { kind: 'in_use' } : { kind: 'answered', answer: found.answer as unknown as StoredAnswer };
  }
  return { kind: 'in_use' };
}

async function claimed(db: Database, { sender, operation, key, requestHash }: KeyedRequest, claimId: string): Promise<boolean> {
  const rows = await db.$queryRaw<object[]>`
    WITH cleared AS (
      DELETE FROM "stored_answer" WHERE ("sender", "operation", "key") IN (
        SELECT "sender", "operation", "key" FROM "stored_answer"
        WHERE "createdAt" < now() - make_interval(hours => ${KEPT_HOURS}::integer)
          AND NOT ("sender" = ${sender} AND "operation" = ${operation} AND "key" = ${key})
        LIMIT ${CLEARED}::integer FOR UPDATE SKIP LOCKED))
    INSERT INTO "stored_answer" AS kept ("sender", "operation", "key", "requestHash", "claimId", "claimedUntil")
    VALUES (${sender}, ${operation}, ${key}, ${requestHash}, ${claimId}::uuid, now() + make_interval(secs => ${CLAIM_S}::integer))
    ON CONFLICT ("sender", "operation", "key") DO UPDATE SET
      "requestHash" = EXCLUDED."requestHash", "claimId" = EXCLUDED."claimId", "claimedUntil" = EXCLUDED."claimedUntil",
      "answer" = NULL, "createdAt" = now()
    WHERE kept."createdAt" < now() - make_interval(hours => ${KEPT_HOURS}::integer)
      OR (kept."answer" IS NULL AND kept."claimedUntil" < now() AND kept."requestHash" = EXCLUDED."requestHash")
    RETURNING 1`;
  return rows.length === 1;
}

export async function keepAnswer(db: Database, claimId: string, answer: StoredAnswer): Promise<void> {
  await db.storedAnswer.updateMany({ where: { claimId }, data: { answer: asJson(answer) } });
}

/** Nothing was done under it: it can be tried again. */
export async function releaseKey(db: Database, claimId: string): Promise<void> {
  await db.storedAnswer.deleteMany({ where: { claimId } });
}
