/** Liaisons and routes: data that people keep, with a seed for a new installation. */
import { ApplicationFailure } from '@temporalio/common';
import { routeLiaison, type LiaisonRoute } from '../domain/liaison-routing.js';
import type { Person } from '../domain/people.js';
import { recordChange } from './audit.js';
import { lockInTransaction, type Database, type Transaction } from './database.js';
import { findPerson } from './people.js';

/** The order's own liaison, or the most specific route's; who is no longer active gets no case. */
export async function resolveLiaison(
  db: Database,
  order: { liaisonId: string | null; buyerId: string },
  reasonType: string,
): Promise<string | null> {
  const active = db.liaison.findMany({ where: { active: true }, select: { id: true } });
  const [routes, liaisons] = await Promise.all([db.liaisonRoute.findMany(), active]);
  return routeLiaison(order, reasonType, routes, new Set(liaisons.map(({ id }) => id)));
}

/** @returns null for one who is not there, or no longer active */
export async function findLiaison(db: Database, id: string): Promise<{ id: string } | null> {
  return db.liaison.findUnique({ where: { id, active: true }, select: { id: true } });
}

/** @throws ApplicationFailure LIAISON_UNKNOWN (final) */
export async function requirePerson(db: Database, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (person === null)
    throw ApplicationFailure.create({ type: 'LIAISON_UNKNOWN', nonRetryable: true, message: `liaison ${id} is not known` });
  return person;
}

/** The routing table, in the order in which it was written. */
export async function listRoutes(db: Database | Transaction): Promise<LiaisonRoute[]> {
  const rows = await db.liaisonRoute.findMany({ orderBy: { id: 'asc' } });
  return rows.map(({ buyerId, reasonType, liaisonId }) => ({ buyerId, reasonType, liaisonId }));
}

/**
 * Puts another routing table in the place of the one before, for the next case of every process.
 * @param check looks at the one before, while nobody else can replace it; what it throws is thrown, and nothing is changed
 * @returns the table as it is kept
 */
export async function replaceRoutes(
  db: Database,
  routes: readonly LiaisonRoute[],
  by: string,
  check: (now: LiaisonRoute[]) => void,
): Promise<LiaisonRoute[]> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'liaison-routes');
    const before = await listRoutes(tx);
    check(before);
    await tx.liaisonRoute.deleteMany();
    await tx.liaisonRoute.createMany({ data: [...routes] });
    const after = await listRoutes(tx);
    await recordChange(tx, { what: 'routing', name: 'routing', by, before: { items: before }, after: { items: after } });
    return after;
  });
}

/**
 * Two liaisons, a supervisor, someone of operations and a default route, for a stack that only plays: where there are people, nothing is
 * added.
 */
export async function seedSampleLiaisons(db: Database): Promise<void> {
  const sweden = { locale: 'en', timeZone: 'Europe/Stockholm' };
  const china = { locale: 'zh-CN', timeZone: 'Asia/Shanghai' };
  const people = [
    { id: 'l-1', name: 'Ingrid Larsson', email: 'ingrid.larsson@liaison.example', ...sweden, supervisorId: 's-1' },
    { id: 'l-3', name: '王伟', email: 'wang.wei@liaison.example', ...china, supervisorId: 's-1' },
    { id: 's-1', name: 'Sofia Nyström', email: 'sofia.nystrom@liaison.example', ...sweden, role: 'supervisor' },
    { id: 'o-1', name: '陈静', email: 'chen.jing@operations.example', ...china, role: 'operations' },
  ];
  await db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'seed');
    if ((await tx.liaison.count()) > 0) return;
    await tx.liaison.createMany({ data: people });
    await tx.liaisonRoute.create({ data: { liaisonId: 'l-1' } });
  });
}
