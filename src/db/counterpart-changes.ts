/** Counterparts as people change them. */
import type { Sealing } from '../counterparts/sealing.js';
import { DEFAULT_COUNTERPARTS, isChat, isWholeAddress, type Counterpart } from '../domain/counterpart.js';
import { endSecretsIn, replaceSecretIn } from './counterpart-secrets.js';
import { asJson, lockInTransaction, type Transaction } from './database.js';
import { Prisma } from './generated/client.js';

/**
 * Adds a counterpart, or changes one: every process goes by it within 5 s. A chat's address is sealed among its secrets, and its row has
 * the origin alone.
 * @param tx holds the lock of counterparts
 * @param counterpart `baseUrl` of a chat: the whole address of its incoming webhook; its origin alone: the address stays as it is
 * @param by who does it
 */
export async function saveCounterpart(tx: Transaction, sealing: Sealing, counterpart: Counterpart, by: string): Promise<void> {
  const { id, version: _version, auth, mapping, baseUrl: given, ...columns } = counterpart;
  const chat = isChat(counterpart.format);
  const baseUrl = chat && given !== null ? new URL(given).origin : given;
  const data = { ...columns, baseUrl, auth: asJson(auth), mapping: mapping === null ? Prisma.DbNull : asJson(mapping) };
  await tx.counterpart.upsert({ where: { id }, create: { id, ...data }, update: { ...data, version: { increment: 1 } } });
  if (!chat) await endSecretsIn(tx, id, ['address', 'robot'], by);
  else if (counterpart.format !== 'dingtalk') await endSecretsIn(tx, id, ['robot'], by);
  if (!chat || given === null || !isWholeAddress(given)) return;
  await replaceSecretIn(tx, sealing, { counterpartId: id, purpose: 'address', secret: given, by });
}

/**
 * Takes a counterpart away, with its secrets, unless something still goes by it.
 * @param tx holds the lock of counterparts
 * @returns null when it is gone; else why it stays, and what would be right
 */
export async function removeCounterpart(tx: Transaction, counterpart: Counterpart): Promise<string | null> {
  const { id } = counterpart;
  await lockInTransaction(tx, `secrets:${id}`);
  const why = await whyItStays(tx, counterpart);
  if (why !== null) return why;
  await tx.breaker.deleteMany({ where: { counterpartId: id } });
  await tx.counterpartSlot.deleteMany({ where: { counterpartId: id } });
  await tx.counterpart.deleteMany({ where: { id } });
  return null;
}

async function whyItStays(tx: Transaction, { id, kind, buyerIds, sender }: Counterpart): Promise<string | null> {
  if ((Object.values(DEFAULT_COUNTERPARTS) as string[]).includes(id)) return 'every installation has it';
  if (kind === 'vendor') return 'placements go by its vendor: it can only be changed';
  if (buyerIds.length > 0 || ((kind === 'buyer' || kind === 'review') && sender !== null)) {
    return 'new orders go to it: take its buyerIds and its sender away first, and let the open ones come to their end';
  }
  const people = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "liaison" WHERE "channels" @> ${JSON.stringify([{ counterpartId: id }])}::jsonb ORDER BY "id" LIMIT 5`;
  if (people.length > 0)
    return `people are told by it: take it out of the channels of ${people.map((person) => person.id).join(', ')} first`;
  const open = await tx.message.count({ where: { counterpartId: id, state: { in: ['queued', 'sending'] } } });
  return open > 0 ? `${open} messages to it are on their way: let them arrive, or be given up` : null;
}
