/** Notices to those who watch over the whole (D10): due in the transaction that finds them out, composed and delivered by themselves. */
import { DEFAULT_COUNTERPARTS } from '../domain/counterpart.js';
import { channelName, counterpartOfOutage, outageIdOf, type Channel } from '../domain/notice.js';
import { recipientsOf } from '../domain/people.js';
import type { Database, Transaction } from './database.js';
import type { Message } from './generated/client.js';
import { absencesAt, listPeople } from './people.js';

/** Of another side's error, in a notice. */
const LONGEST_ERROR = 300;

export interface OutageToTell {
  /** Whose breaker opened: a counterpart, or `<counterpart>/<host>`. */
  counterpartId: string;
  /** As people know it. */
  name: string;
  /** The how-many-eth outage of it this is: each is told once. */
  opening: number;
  since: Date;
  error: string;
}

/**
 * Queues a notice to each active person whose role is operations, or who stands in for one, under the key
 * `outage/<counterpart>/<opening>/<person>`: the same outage again is told to nobody twice. Its text is composed when it is first sent, by
 * the template in force then; a person is told by the first of their channels that is not itself away.
 * @returns to how many it is new
 */
export async function queueOutageNotice(tx: Transaction, { counterpartId, name, opening, since, error }: OutageToTell): Promise<number> {
  const [people, absences] = [await listPeople(tx), await absencesAt(tx, since.getTime())];
  const about = outageIdOf(counterpartId, opening);
  const rows = recipientsOf('operations', null, people, absences, since.getTime()).map(({ personId, onBehalfOf, channels }) => {
    const channel = channels.find((one) => serverOf(one) !== counterpartId) ?? channels[0] ?? { type: 'email' };
    return {
      key: `${about}/${personId}`,
      caseId: about,
      orderId: '',
      reviewRound: 0,
      stage: 'outage',
      counterpart: 'operations',
      counterpartId: serverOf(channel),
      recipient: `${personId}/${channelName(channel)}`,
      kind: 'outage_notice',
      body: '',
      detail: error.slice(0, LONGEST_ERROR),
      result: { name, onBehalfOf },
      state: 'queued',
      caseAt: since,
    };
  });
  return (await tx.message.createMany({ data: rows, skipDuplicates: true })).count;
}

function serverOf(channel: Channel): string {
  return channel.type === 'email' ? DEFAULT_COUNTERPARTS.mail : channel.counterpartId;
}

/** An outage as it is known when its notice is composed. */
export interface OutageFacts {
  counterpartId: string;
  name: string;
  onBehalfOf: string | null;
  since: number;
  error: string;
  /** What waits for the counterpart now. */
  waiting: { messages: number; orders: number };
}

/** @returns the facts of a queued notice */
export async function outageFacts(db: Database, message: Pick<Message, 'caseId' | 'caseAt' | 'detail' | 'result'>): Promise<OutageFacts> {
  const { name, onBehalfOf } = message.result as { name: string; onBehalfOf: string | null };
  const counterpartId = counterpartOfOutage(message.caseId);
  const [waiting] = await db.$queryRaw<{ messages: number; orders: number }[]>`
    SELECT count(*)::int AS "messages", count(DISTINCT nullif("orderId", ''))::int AS "orders" FROM "message"
    WHERE "state" IN ('queued', 'sending') AND "counterpartId" = ${rowOf(counterpartId)}`;
  const since = message.caseAt.getTime();
  return { counterpartId, name, onBehalfOf, since, error: message.detail ?? '', waiting: waiting ?? { messages: 0, orders: 0 } };
}

/** Keeps the text of a notice that is sent for the first time; whoever was first has composed it. @returns the text */
export async function keepText(db: Database, key: string, body: string): Promise<string> {
  await db.message.updateMany({ where: { key, body: '' }, data: { body } });
  return (await db.message.findUniqueOrThrow({ where: { key }, select: { body: true } })).body;
}

/** The counterpart's row behind a breaker: several hosts may share one. */
export function rowOf(counterpartId: string): string {
  return counterpartId.split('/')[0] ?? counterpartId;
}
