/** The attempts of a message: each is written before its call, and finished with what the call brought. One statement each. */
import { type Database, type JsonObject } from './database.js';
import { deadLettersOf } from './feed-messages.js';
import { Prisma } from './generated/client.js';
import { claimMessage, lockedState, type ClaimedMessage, type MessageClaim } from './messages.js';

export interface AttemptOutcome {
  kind: 'delivered' | 'refused' | 'not_acted' | 'unknown';
  httpStatus: number | null;
  error?: string;
  result?: JsonObject;
}

/**
 * `started`: the message is to be sent now, as attempt number 1, 2, …; `mayHaveActed` only where it was looked for: an earlier attempt may
 * have taken effect, as one that was never recorded may. `settled`: it must not be sent.
 */
export type StartedAttempt =
  | { kind: 'started'; body: string; number: number; mayHaveActed: boolean }
  | { kind: 'settled' }
  | { kind: 'may_have_acted' };

/** Claims the row of a message and starts an attempt, both or neither; of one claimed before, starts a further attempt. */
export async function claimAndStart(db: Database, claim: MessageClaim): Promise<StartedAttempt> {
  if (claim.shadow === undefined && (await claimedAtOnce(db, claim))) {
    return { kind: 'started', body: claim.body, number: 1, mayHaveActed: false };
  }
  return startClaimed(db, claim.key, await claimMessage(db, claim));
}

/** Starts an attempt of a message that has been claimed. */
export async function startClaimed(db: Database, key: string, { state, body }: ClaimedMessage): Promise<StartedAttempt> {
  const number = state === 'sending' ? await startAttempt(db, key) : null;
  return number === null ? { kind: 'settled' } : { kind: 'started', body, number, mayHaveActed: false };
}

/**
 * Starts an attempt of a message that has been claimed, and looks at the earlier ones.
 * @param once the receiver takes a repetition for another: no attempt is started once an earlier one may have acted
 */
export async function startCarefully(
  db: Database,
  messageKey: string,
  { state, body }: ClaimedMessage,
  once: boolean,
): Promise<StartedAttempt> {
  if (state !== 'sending') return { kind: 'settled' };
  return db.$transaction(async (tx) => {
    if ((await lockedState(tx, messageKey)) !== 'sending') return { kind: 'settled' };
    const earlier = await tx.attempt.findMany({ where: { messageKey }, select: { number: true, outcome: true } });
    const mayHaveActed = earlier.some(({ outcome }) => outcome === null || outcome === 'unknown');
    if (once && mayHaveActed) return { kind: 'may_have_acted' };
    const number = Math.max(0, ...earlier.map((attempt) => attempt.number)) + 1;
    await tx.attempt.create({ data: { messageKey, number } });
    return { kind: 'started', body, number, mayHaveActed };
  });
}

/** @returns whether nobody had claimed it: then the row and its first attempt are there */
async function claimedAtOnce(db: Database, claim: MessageClaim): Promise<boolean> {
  const { key, caseId, orderId, reviewRound, stage, counterpart, counterpartId = null, recipient, kind, body, detail = null } = claim;
  const started = await db.$executeRaw`
    WITH claimed AS (
      INSERT INTO "message" ("key", "caseId", "orderId", "reviewRound", "stage", "counterpart", "counterpartId", "recipient", "sequence",
        "kind", "provisional", "supersedes", "body", "detail", "caseAt")
      VALUES (${key}, ${caseId}, ${orderId}, ${reviewRound}, ${stage}, ${counterpart}, ${counterpartId}, ${recipient},
        ${claim.sequence ?? null}, ${kind}, ${claim.provisional ?? false}, ${claim.supersedes ?? null}, ${body}, ${detail},
        ${new Date(claim.caseAt)})
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

/**
 * Writes down what an attempt brought; one that was delivered or refused settles its message, unless it was delivered before. A late
 * refusal does not settle a message that people have queued again since.
 */
export async function finishAttempt(db: Database, messageKey: string, number: number, outcome: AttemptOutcome): Promise<void> {
  const now = new Date();
  const { kind, httpStatus, error = null, result } = outcome;
  const settled = kind === 'delivered' ? 'sent' : kind === 'refused' ? 'refused' : null;
  await db.$executeRaw`
    WITH finished AS (
      UPDATE "attempt" SET "finishedAt" = ${now}, "outcome" = ${kind}, "httpStatus" = ${httpStatus}, "error" = ${error}
      WHERE "messageKey" = ${messageKey} AND "number" = ${number}),
    settled AS (UPDATE "message" SET "state" = ${settled}, "settledAt" = ${now}, "detail" = coalesce(${error}, "detail"),
      "result" = coalesce(${result === undefined ? null : JSON.stringify(result)}::jsonb, "result")
    WHERE "key" = ${messageKey} AND "state" <> 'sent' AND ${settled}::text IS NOT NULL
      AND ("state" <> 'queued' OR ${settled} = 'sent') RETURNING *)
    ${deadLettersOf(Prisma.sql`settled`, Prisma.sql`m."state" = 'refused'`)}`;
}

/** @returns whether a message was ever tried: then it may have arrived */
export async function hasAttempts(db: Database, messageKey: string): Promise<boolean> {
  return (await db.attempt.findFirst({ where: { messageKey }, select: { number: true } })) !== null;
}
