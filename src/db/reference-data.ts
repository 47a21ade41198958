/** Liaisons and routes: data that people keep, with a seed for a new installation. */
import { ApplicationFailure } from '@temporalio/common';
import { routeLiaison } from '../domain/liaison-routing.js';
import { lockInTransaction, type Database } from './database.js';

/** The order's own liaison, or the most specific route's. */
export async function resolveLiaison(
  db: Database,
  order: { liaisonId: string | null; buyerId: string },
  reasonType: string,
): Promise<string | null> {
  const [routes, liaisons] = await Promise.all([db.liaisonRoute.findMany(), db.liaison.findMany({ select: { id: true } })]);
  return routeLiaison(order, reasonType, routes, new Set(liaisons.map(({ id }) => id)));
}

export async function findLiaison(db: Database, id: string): Promise<{ id: string } | null> {
  return db.liaison.findUnique({ where: { id }, select: { id: true } });
}

/** @throws ApplicationFailure LIAISON_UNKNOWN (final) */
export async function requireLiaison(db: Database, id: string): Promise<{ name: string; email: string; locale: string; timeZone: string }> {
  const liaison = await db.liaison.findUnique({ where: { id } });
  if (liaison === null)
    throw ApplicationFailure.create({ type: 'LIAISON_UNKNOWN', nonRetryable: true, message: `liaison ${id} is not known` });
  return liaison;
}

/** Two liaisons and a default route, for a stack that only plays: where there are liaisons, nothing is added. */
export async function seedSampleLiaisons(db: Database): Promise<void> {
  const liaisons = [
    { id: 'l-1', name: 'Ingrid Larsson', email: 'ingrid.larsson@liaison.example', locale: 'en', timeZone: 'Europe/Stockholm' },
    { id: 'l-3', name: '王伟', email: 'wang.wei@liaison.example', locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
  ];
  await db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'seed');
    if ((await tx.liaison.count()) > 0) return;
    await tx.liaison.createMany({ data: liaisons });
    await tx.liaisonRoute.create({ data: { liaisonId: 'l-1' } });
  });
}
