/** Counterparts as people keep them: where other sides are, how they are called, and how fast. Their secrets are in db/counterpart-secrets. */
import { ApplicationFailure } from '@temporalio/common';
import {
  DEFAULT_COUNTERPARTS,
  routeCounterpart,
  type Counterpart,
  type CounterpartAuth,
  type CounterpartKind,
  type CounterpartMapping,
  type NoticeFormat,
} from '../domain/counterpart.js';
import { lockInTransaction, type Database, type Transaction } from './database.js';
import type { Counterpart as CounterpartRow } from './generated/client.js';

export async function findCounterpart(db: Database | Transaction, id: string): Promise<Counterpart | null> {
  const row = await db.counterpart.findUnique({ where: { id } });
  return row === null ? null : toCounterpart(row);
}

/** @throws ApplicationFailure COUNTERPART_UNKNOWN (final): it was taken away while something was under way */
export async function requireCounterpart(db: Database, id: string): Promise<Counterpart> {
  const counterpart = await findCounterpart(db, id);
  if (counterpart !== null) return counterpart;
  throw ApplicationFailure.create({ type: 'COUNTERPART_UNKNOWN', nonRetryable: true, message: `there is no counterpart "${id}"` });
}

/** Nobody else changes a counterpart or a vendor before the transaction ends: which orders go where is said by all of them together. */
export async function lockCounterparts(tx: Transaction): Promise<void> {
  await lockInTransaction(tx, 'counterparts');
}

/** All counterparts, or those of a kind, by id. */
export async function listCounterparts(db: Database | Transaction, kind?: CounterpartKind): Promise<Counterpart[]> {
  const rows = await db.counterpart.findMany({ ...(kind === undefined ? {} : { where: { kind } }), orderBy: { id: 'asc' } });
  return rows.map(toCounterpart);
}

/** Which buyer and review server an order's calls go to. @param order `sender`: whose key the notice came with */
export async function counterpartsOf(
  db: Database,
  order: { buyerId: string | null; sender: string | null },
): Promise<{ buyer: string; review: string }> {
  const rows = await db.counterpart.findMany({
    where: { kind: { in: ['buyer', 'review'] } },
    select: { id: true, kind: true, buyerIds: true, sender: true },
    orderBy: { id: 'asc' },
  });
  const of = (kind: 'buyer' | 'review'): string =>
    routeCounterpart(
      kind,
      order,
      rows.filter((row) => row.kind === kind),
    );
  return { buyer: of('buyer'), review: of('review') };
}

/** The servers named by the settings: their addresses are those of the settings at every start, the rest is people's. */
export interface ConfiguredCounterparts {
  buyerServerUrl: string;
  reviewServerUrl: string;
  timeoutMs: number;
}

/** Makes the rows that every installation has, and puts the settings' addresses into them. */
export async function ensureConfiguredCounterparts(db: Database, settings: ConfiguredCounterparts): Promise<void> {
  const { timeoutMs } = settings;
  const rows = [
    { id: DEFAULT_COUNTERPARTS.buyer, kind: 'buyer', name: 'Buyer server', baseUrl: settings.buyerServerUrl },
    { id: DEFAULT_COUNTERPARTS.review, kind: 'review', name: 'Review server', baseUrl: settings.reviewServerUrl },
    { id: DEFAULT_COUNTERPARTS.customer, kind: 'customer', name: "Customers' webhooks", baseUrl: null },
    { id: DEFAULT_COUNTERPARTS.mail, kind: 'mail', name: 'Mail server', baseUrl: null },
  ];
  await db.$transaction(async (tx) => {
    await lockCounterparts(tx);
    await tx.counterpart.createMany({ data: rows.map((row) => ({ ...row, timeoutMs })), skipDuplicates: true });
    for (const { id, baseUrl } of rows) {
      await tx.counterpart.updateMany({ where: { id, baseUrl: { not: baseUrl } }, data: { baseUrl, version: { increment: 1 } } });
    }
  });
}

function toCounterpart({ kind, auth, mapping, format, updatedAt: _updatedAt, ...row }: CounterpartRow): Counterpart {
  return {
    ...row,
    kind: kind as CounterpartKind,
    auth: auth as unknown as CounterpartAuth,
    mapping: mapping as unknown as CounterpartMapping | null,
    format: format as NoticeFormat,
  };
}
