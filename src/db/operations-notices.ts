/** Notices to those who watch over the whole (D9, D10): queued in the transaction that makes them due, delivered by themselves. */
import { DEFAULT_COUNTERPARTS } from '../domain/counterpart.js';
import { localeOf } from '../domain/liaison-notice.js';
import type { NoticeStage } from '../domain/notice.js';
import { composeOutageNotice, type OperationsNotice, type OperationsReader } from '../domain/operations-notice.js';
import type { Transaction } from './database.js';

/** Of another side's error, in a mail. */
const LONGEST_ERROR = 300;

export interface OperationsNoticeInput {
  /** Names the occurrence: the same again is told once. Takes the place of the case and the order in the ledger. */
  about: string;
  stage: NoticeStage;
  at: Date;
  /** The text for one reader. */
  compose: (reader: OperationsReader) => OperationsNotice;
}

/**
 * Queues a mail to each active person whose role is operations, under the key `<about>/<person>`.
 * @returns to how many it is new
 */
export async function queueOperationsNotice(tx: Transaction, { about, stage, at, compose }: OperationsNoticeInput): Promise<number> {
  const people = await tx.liaison.findMany({ where: { role: 'operations', active: true }, orderBy: { id: 'asc' } });
  const rows = people.map(({ id, name, email, locale, timeZone }) => ({
    key: `${about}/${id}`,
    caseId: about,
    orderId: about,
    reviewRound: 0,
    stage,
    counterpart: 'operations',
    counterpartId: DEFAULT_COUNTERPARTS.mail,
    recipient: id,
    kind: `${stage}_notice`,
    body: JSON.stringify({ to: { name, address: email }, ...compose({ name, locale: localeOf(locale), timeZone }) }),
    state: 'queued',
    caseAt: at,
  }));
  return (await tx.message.createMany({ data: rows, skipDuplicates: true })).count;
}

export interface OutageNotice {
  counterpartId: string;
  name: string;
  /** The how-many-eth outage of this counterpart it is: each is told once. */
  opening: number;
  since: Date;
  error: string;
}

/** Tells operations once that a counterpart is out of order, under the keys `outage/<counterpartId>/<opening>/<person>`. */
export async function queueOutageNotice(tx: Transaction, { counterpartId, name, opening, since, error }: OutageNotice): Promise<number> {
  const outage = { counterpartId, name, since: since.getTime(), error: error.slice(0, LONGEST_ERROR) };
  return queueOperationsNotice(tx, {
    about: `outage/${counterpartId}/${opening}`,
    stage: 'outage',
    at: since,
    compose: (reader) => composeOutageNotice(outage, reader),
  });
}
