/** Signed calls that were received, so that one who has seen a call cannot have it done once more. */
import type { Database } from './database.js';

export interface SignedCall {
  sender: string;
  /** Each the hex SHA-256: of what was signed, of the webhook-id, and of what the webhook-id stands for. */
  signedHash: string;
  idHash: string;
  callHash: string;
}

/** `first`: not received before. `replayed`: this very call was. `id_reused`: its webhook-id came with another call. */
export type CallSeen = 'first' | 'replayed' | 'id_reused';

/** A signature is valid from 5 minutes before its time to 5 minutes after it; one minute more for clocks that are not quite ours. */
const KEPT_MINUTES = 11;
/** Ended rows that a call clears away: more than it adds, so that the table stays as small as what it is for. */
const CLEARED = 20;

/** Notes a call, in one statement. Of several at the same time one is the first. */
export async function noteCall(db: Database, call: SignedCall): Promise<CallSeen> {
  const { sender, signedHash, idHash, callHash } = call;
  const [seen] = await db.$queryRaw<{ reused: boolean; first: boolean }[]>`
    WITH cleared AS (
      DELETE FROM "seen_call" WHERE ("sender", "signedHash") IN (
        SELECT "sender", "signedHash" FROM "seen_call"
        WHERE "seenAt" < now() - make_interval(mins => ${KEPT_MINUTES}::integer) LIMIT ${CLEARED}::integer FOR UPDATE SKIP LOCKED)),
    other AS (
      SELECT 1 FROM "seen_call" WHERE "sender" = ${sender} AND "idHash" = ${idHash} AND "callHash" <> ${callHash}
        AND "seenAt" >= now() - make_interval(mins => ${KEPT_MINUTES}::integer)),
    noted AS (
      INSERT INTO "seen_call" ("sender", "signedHash", "idHash", "callHash")
      SELECT ${sender}::text, ${signedHash}::text, ${idHash}::text, ${callHash}::text
      WHERE NOT EXISTS (SELECT 1 FROM other) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM other) AS "reused", EXISTS (SELECT 1 FROM noted) AS "first"`;
  if (seen?.reused === true) return 'id_reused';
  return seen?.first === true ? 'first' : 'replayed';
}
