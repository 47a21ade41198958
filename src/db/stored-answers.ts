/** Answers to requests with an Idempotency-Key, for a day (draft-ietf-httpapi-idempotency-key-header). Sealed: some tell a secret. */
import { createHash, randomUUID } from 'node:crypto';
import type { Sealing } from '../counterparts/sealing.js';
import type { Database, Transaction } from './database.js';

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

/** Where answers are kept. */
export interface AnswerStore {
  db: Database;
  sealing: Sealing;
}

/** The right to do what a key stands for, until it is kept, released or given up. */
export interface Claim {
  request: KeyedRequest;
  claimId: string;
  /** What is to be done has this name in every try of it, and no other client's, operation's or later request's: 32 hex digits. */
  id: string;
}

/** Somebody else has taken over what was claimed: whoever finds this has not done it, and must undo what it began. */
export class ClaimLost extends Error {}

/** `first`: to be done now, and then kept or released. `in_use`: somebody is at it. `reused`: the key stands for another request. */
export type KeyClaim =
  | { kind: 'first'; claim: Claim }
  | { kind: 'answered'; answer: StoredAnswer }
  | { kind: 'in_use' }
  | { kind: 'reused' };

const KEPT_HOURS = 24;
/** One that died with its process gives way after this: by then whoever waits for an answer has none. A claim that is lost keeps nothing. */
const CLAIM_S = 30;
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

/**
 * Of several at the same time one is the first.
 * @throws UnsealableError when the answer was sealed under a key that is gone
 */
export async function claimKey({ db, sealing }: AnswerStore, request: KeyedRequest): Promise<KeyClaim> {
  const { sender, operation, key, requestHash } = request;
  for (let tries = 0; tries < CLAIM_TRIES; tries += 1) {
    const claim = await claimed(db, request);
    if (claim !== null) return { kind: 'first', claim };
    const found = await db.storedAnswer.findUnique({ where: { sender_operation_key: { sender, operation, key } } });
    if (found === null) continue; // released between the two
    if (found.requestHash !== requestHash) return { kind: 'reused' };
    if (found.answer === null) return { kind: 'in_use' };
    return { kind: 'answered', answer: JSON.parse(sealing.open(found.answer, placeOf(request))) as StoredAnswer };
  }
  return { kind: 'in_use' };
}

/** @returns null when somebody has it, or has answered */
async function claimed(db: Database, request: KeyedRequest): Promise<Claim | null> {
  const { sender, operation, key, requestHash } = request;
  const claimId = randomUUID();
  const [row] = await db.$queryRaw<{ createdAt: Date }[]>`
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
      "answer" = NULL,
      "createdAt" = CASE WHEN kept."createdAt" < now() - make_interval(hours => ${KEPT_HOURS}::integer) THEN now() ELSE kept."createdAt" END
    WHERE kept."createdAt" < now() - make_interval(hours => ${KEPT_HOURS}::integer)
      OR (kept."answer" IS NULL AND kept."claimedUntil" < now() AND kept."requestHash" = EXCLUDED."requestHash")
    RETURNING "createdAt"`;
  if (row === undefined) return null;
  const id = createHash('sha256')
    .update(JSON.stringify([sender, operation, key, row.createdAt.getTime()]))
    .digest('hex')
    .slice(0, 32);
  return { request, claimId, id };
}

/**
 * Keeps what was answered.
 * @param tx where what is answered is done: then it is done exactly once, also when the process dies
 * @throws ClaimLost
 */
export async function keepAnswer(tx: Transaction | Database, sealing: Sealing, claim: Claim, answer: StoredAnswer): Promise<void> {
  const sealed = sealing.seal(JSON.stringify(answer), placeOf(claim.request));
  const { count } = await tx.storedAnswer.updateMany({ where: { claimId: claim.claimId }, data: { answer: sealed } });
  if (count === 0) throw new ClaimLost(claim.request.key);
}

/** Nothing was done under it: the key is free. */
export async function releaseKey(db: Database, { claimId }: Claim): Promise<void> {
  await db.storedAnswer.deleteMany({ where: { claimId, answer: null } });
}

/** It is not known whether it was done: the key goes on standing for this request, which can be tried again at once. */
export async function giveUpClaim(db: Database, { claimId }: Claim): Promise<void> {
  await db.$executeRaw`
    UPDATE "stored_answer" SET "claimedUntil" = now() - interval '1 second' WHERE "claimId" = ${claimId}::uuid AND "answer" IS NULL`;
}

/** What an answer is sealed to. */
function placeOf({ sender, operation, key }: KeyedRequest): string {
  return JSON.stringify(['stored-answer', sender, operation, key]);
}
