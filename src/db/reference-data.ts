/** Liaisons and routes: data that people keep, with a seed for a new installation. */
import { ApplicationFailure } from '@temporalio/common';
import { routeLiaison } from '../domain/liaison-routing.js';
import type { Channel, Recipient, RecipientGroup } from '../domain/notice.js';
import { lockInTransaction, type Database } from './database.js';
import type { Liaison } from './generated/client.js';

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

/**
 * Who is meant by a group, for the case of a liaison: the liaison; their own supervisor, or else all who are; all of operations. Without
 * those who are not active any more.
 */
export async function findRecipients(db: Database, to: RecipientGroup, liaisonId: string | null): Promise<Recipient[]> {
  const found = await peopleOf(db, to, liaisonId);
  return found
    .filter(({ active }) => active)
    .map(({ id, channels }) => ({ personId: id, onBehalfOf: null, channels: channels as unknown as Channel[] }));
}

async function peopleOf(db: Database, to: RecipientGroup, liaisonId: string | null): Promise<Liaison[]> {
  if (to === 'operations') return db.liaison.findMany({ where: { role: 'operations' }, orderBy: { id: 'asc' } });
  const liaison = liaisonId === null ? null : await db.liaison.findUnique({ where: { id: liaisonId } });
  if (to === 'liaison') return liaison === null ? [] : [liaison];
  const own = liaison?.supervisorId ? await db.liaison.findUnique({ where: { id: liaison.supervisorId } }) : null;
  return own?.active === true ? [own] : db.liaison.findMany({ where: { role: 'supervisor' }, orderBy: { id: 'asc' } });
}

/** Two liaisons, those above them, and a default route, for a stack that only plays: where there are liaisons, nothing is added. */
export async function seedSampleLiaisons(db: Database): Promise<void> {
  const liaisons = [
    { id: 'l-1', name: 'Ingrid Larsson', email: 'ingrid.larsson@liaison.example', locale: 'en', timeZone: 'Europe/Stockholm' },
    { id: 'l-3', name: '王伟', email: 'wang.wei@liaison.example', locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
    { id: 's-1', name: 'Maria Berg', email: 'maria.berg@liaison.example', timeZone: 'Europe/Stockholm', role: 'supervisor' },
    { id: 'o-1', name: 'Operations', email: 'operations@liaison.example', role: 'operations' },
  ];
  await db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'seed');
    if ((await tx.liaison.count()) > 0) return;
    await tx.liaison.createMany({ data: liaisons });
    await tx.liaisonRoute.create({ data: { liaisonId: 'l-1' } });
  });
}
