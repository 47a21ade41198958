/** The attempts of a message: each is written before its call, and finished with what the call brought. One statement each. */
import { type Database, type JsonObject } from './database.js';
import { claimMessage, type ClaimedMessage, type MessageClaim } from './messages.js';

export interface AttemptOutcome {
  kind: 'delivered' | 'refused' | 'not_acted' | 'unknown';
  httpStatus: number | null;
  error?: string;
  result?: JsonObject;
}

/** A message that is to be sent now, as attempt number 1, 2, …; null: it is settled, and must not be sent. */
export type StartedAttempt = { body: string; attempt: number | null };

/** Claims the row of a message and starts an attempt, both or neither; of one claimed before, starts a further attempt. */
export async function claimAndStart(db: Database, claim: MessageClaim): Promise<StartedAttempt> {
  if (claim.shadow === undefined && (await claimedAtOnce(db, claim))) return { body: claim.body, attempt: 1 };
  return startClaimed(db, claim.key, await claimMessage(db, claim));
}

/** Starts an attempt of a message that has been claimed. */
export async function startClaimed(db: Database, key: string, { state, body }: ClaimedMessage): Promise<StartedAttempt> {
  return { body, attempt: state === 'sending' ? await startAttempt(db, key) : null };
}

/** @returns whether nobody had claimed it: then the row and its first attempt are there */
async function claimedAtOnce(db: Database, claim: MessageClaim): Promise<boolean> {
  const { key, caseId, orderId, reviewRound, stage, counterpart, recipient, kind, body } = claim;
  const started = await db.$executeRaw`
    WITH claimed AS (
      INSERT INTO "message" ("key", "caseId", "orderId", "reviewRound", "stage", "counterpart", "recipient", "sequence", "kind",
        "provisional", "supersedes", "body", "caseAt")
      VALUES (${key}, ${caseId}, ${orderId}, ${reviewRound}, ${stage}, ${counterpart}, ${recipient}, ${claim.sequence ?? null}, ${kind},
        ${claim.provisional ?? false}, ${claim.supersedes ?? null}, ${body}, ${new Date(claim.caseAt)})
      ON CONFLICT DO NOTHING RETURNING "key")
    INSERT INTO "attempt" ("messageKey", "number") SELECT "key", 1 FROM claimed`;
  return started === 1;
}

/**
 * Starts an attempt, unless the message has been settled meanwhile: then it must not be sent any more. The row is held, so that
 * attempts start and messages settle one after the other.
 * @returns the number of the attempt, 1, 2, …, or null
 * @throws when another attempt started at the same instant; tried again, the numbers follow each other
 */
async function startAttempt(db: Database, key: string): Promise<number | null> {
  const [started] = await db.$queryRaw<{ number: number }[]>`
    WITH held AS MATERIALIZED (SELECT "key" FROM "message" WHERE "key" = ${key} AND "state" = 'sending' FOR UPDATE)
    INSERT INTO "attempt" ("messageKey", "number")
    SELECT "key", 1 + coalesce((SELECT max("number") FROM "attempt" WHERE "messageKey" = "key"), 0) FROM held
    RETURNING "number"`;
  return started?.number ?? null;
}

/** Writes down what an attempt brought; one that was delivered or refused settles its message, unless it was delivered before. */
export async function finishAttempt(db: Database, messageKey: string, number: number, outcome: AttemptOutcome): Promise<void> {
  const now = new Date();
  const { kind, httpStatus, error = null, result } = outcome;
  const settled = kind === 'delivered' ? 'sent' : kind === 'refused' ? 'refused' : null;
  await db.$executeRaw`
    WITH finished AS (
      UPDATE "attempt" SET "finishedAt" = ${now}, "outcome" = ${kind}, "httpStatus" = ${httpStatus}, "error" = ${error}
      WHERE "messageKey" = ${messageKey} AND "number" = ${number})
    UPDATE "message" SET "state" = ${settled}, "settledAt" = ${now}, "detail" = ${error},
      "result" = coalesce(${result === undefined ? null : JSON.stringify(result)}::jsonb, "result")
    WHERE "key" = ${messageKey} AND "state" <> 'sent' AND ${settled}::text IS NOT NULL`;
}
