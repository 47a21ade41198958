/** People who are told of cases, and their absences, as people keep them (D6). */
import { localeOf } from '../domain/locale.js';
import type { Channel } from '../domain/notice.js';
import type { Absence, Person, PersonRole } from '../domain/people.js';
import { recordChange } from './audit.js';
import { asJson, lockInTransaction, type Database, type Transaction } from './database.js';
import type { Absence as AbsenceRow, Liaison as LiaisonRow } from './generated/client.js';

export async function findPerson(db: Database | Transaction, id: string): Promise<Person | null> {
  const row = await db.liaison.findUnique({ where: { id } });
  return row === null ? null : toPerson(row);
}

/** All people, by id. */
export async function listPeople(db: Database | Transaction): Promise<Person[]> {
  return (await db.liaison.findMany({ orderBy: { id: 'asc' } })).map(toPerson);
}

/** Adds a person, or changes one: the next notice goes by it. @returns them as they are kept */
export async function savePerson(db: Database | Transaction, { id, channels, ...columns }: Person): Promise<Person> {
  const data = { ...columns, channels: asJson(channels) };
  return toPerson(await db.liaison.upsert({ where: { id }, create: { id, ...data }, update: { ...data, version: { increment: 1 } } }));
}

/** Who is absent at an instant, the latest written first: where two overlap, that one holds. @param at epoch ms */
export async function absencesAt(db: Database | Transaction, at: number): Promise<Absence[]> {
  const instant = new Date(at);
  const rows = await db.absence.findMany({
    where: { fromAt: { lte: instant }, toAt: { gt: instant } },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
  });
  return rows.map((row) => ({ ...row, fromAt: row.fromAt.getTime(), toAt: row.toAt.getTime() }));
}

/** A person's absences, the latest first. */
export async function listAbsences(db: Database, liaisonId: string, limit: number): Promise<AbsenceRow[]> {
  return db.absence.findMany({ where: { liaisonId }, orderBy: [{ fromAt: 'desc' }, { id: 'asc' }], take: limit });
}

/** @returns null when the person has none of this id */
export async function findAbsence(db: Database | Transaction, liaisonId: string, id: string): Promise<AbsenceRow | null> {
  return db.absence.findUnique({ where: { id, liaisonId } });
}

export interface NewAbsence {
  liaisonId: string;
  fromAt: Date;
  toAt: Date;
  delegateId: string;
  note: string | null;
  createdBy: string;
}

export async function addAbsence(db: Database, absence: NewAbsence): Promise<AbsenceRow> {
  return db.$transaction(async (tx) => {
    const row = await tx.absence.create({ data: absence });
    await recordAbsence(tx, null, row, absence.createdBy);
    return row;
  });
}

async function recordAbsence(tx: Transaction, before: AbsenceRow | null, after: AbsenceRow | null, by: string): Promise<void> {
  const told = (row: AbsenceRow | null) => row && { from: row.fromAt, to: row.toAt, delegateId: row.delegateId, note: row.note };
  const name = (before ?? after)?.liaisonId ?? '';
  await recordChange(tx, { what: 'absence', name, by, before: told(before), after: told(after) });
}

/** Looks at an absence as it is, while nobody else can change it; what it throws is thrown, and nothing is changed. */
type AbsenceCheck = (now: AbsenceRow) => void;

/** Writes an absence anew under its id: as the latest written it holds where two overlap. @returns null when the person has none of this id */
export async function changeAbsence(
  db: Database,
  id: string,
  { liaisonId, ...changed }: NewAbsence,
  check: AbsenceCheck,
): Promise<AbsenceRow | null> {
  return withAbsence(db, liaisonId, id, check, async (tx, before) => {
    const after = await tx.absence.update({ where: { id }, data: { ...changed, createdAt: new Date() } });
    await recordAbsence(tx, before, after, changed.createdBy);
    return after;
  });
}

/** @returns whether it was there */
export async function removeAbsence(db: Database, liaisonId: string, id: string, by: string, check: AbsenceCheck): Promise<boolean> {
  const removed = await withAbsence(db, liaisonId, id, check, async (tx, before) => {
    await recordAbsence(tx, before, null, by);
    return tx.absence.delete({ where: { id } });
  });
  return removed !== null;
}

async function withAbsence(
  db: Database,
  liaisonId: string,
  id: string,
  check: AbsenceCheck,
  act: (tx: Transaction, now: AbsenceRow) => Promise<AbsenceRow>,
): Promise<AbsenceRow | null> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, `absence:${id}`);
    const now = await findAbsence(tx, liaisonId, id);
    if (now === null) return null;
    check(now);
    return act(tx, now);
  });
}

function toPerson({ version: _version, locale, role, channels, ...row }: LiaisonRow): Person {
  return { ...row, locale: localeOf(locale), role: role as PersonRole, channels: channels as unknown as Channel[] };
}
