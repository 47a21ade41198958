/** Policies, liaisons and routes: data that people keep, with a seed for a new installation. */
import { ApplicationFailure } from '@temporalio/common';
import { routeLiaison } from '../domain/liaison-routing.js';
import { SEED_PLACEMENT_POLICY, type PlacementPolicy } from '../domain/placement-policy.js';
import { policyMistakes, SEED_REVIEW_POLICY, type ReviewPolicy } from '../domain/review-policy.js';
import { asJson, lockInTransaction, type Database } from './database.js';

interface PolicyKinds {
  review: ReviewPolicy;
  placement: PlacementPolicy;
}

/** @returns the newest version in force at an instant. @throws Error when there is none: the seed has not run. */
export async function policyInForce<Kind extends keyof PolicyKinds>(
  db: Database,
  kind: Kind,
  at: Date,
  _inputs?: object,
): Promise<PolicyKinds[Kind]> {
  const row = await db.policy.findFirst({ where: { kind, effectiveFrom: { lte: at } }, orderBy: { version: 'desc' } });
  if (row === null) throw new Error(`no ${kind} policy is in force: run the migration, which seeds one`);
  return { ...(row.content as unknown as PolicyKinds[Kind]), version: row.version };
}

/**
 * Adds a version of a policy.
 * @throws RangeError with every mistake when the policy is not sound
 */
export async function addPolicy(
  db: Database,
  policy: Omit<ReviewPolicy, 'version'>,
  by: { who: string; why: string; effectiveFrom: Date },
): Promise<number> {
  const mistakes = policyMistakes({ ...policy, version: 0 });
  if (mistakes.length > 0) throw new RangeError(mistakes.join('; '));
  const latest = await db.policy.aggregate({ where: { kind: 'review' }, _max: { version: true } });
  const version = (latest._max.version ?? 0) + 1;
  await db.policy.create({
    data: { kind: 'review', version, effectiveFrom: by.effectiveFrom, content: asJson(policy), createdBy: by.who, why: by.why },
  });
  return version;
}

/** The order's own liaison, or the most specific route's. */
export async function resolveLiaison(
  db: Database,
  order: { liaisonId: string | null; buyerId: string },
  reasonType: string,
): Promise<string | null> {
  const [routes, liaisons] = await Promise.all([db.liaisonRoute.findMany(), db.liaison.findMany({ select: { id: true } })]);
  return routeLiaison(order, reasonType, routes, new Set(liaisons.map(({ id }) => id)));
}

/** @returns a version of a policy, or null */
export async function policyVersion(db: Database, kind: 'review', version: number): Promise<ReviewPolicy | null> {
  const row = await db.policy.findUnique({ where: { kind_version: { kind, version } } });
  return row === null ? null : { ...(row.content as unknown as Omit<ReviewPolicy, 'version'>), version };
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

/** The policy a new installation starts with. Changes nothing that is there. */
export async function seedPolicy(db: Database): Promise<void> {
  const first = { version: 1, effectiveFrom: new Date(0), createdBy: 'holdpoint', why: 'first installation' };
  const policies = [
    { ...first, kind: 'review', content: asJson(SEED_REVIEW_POLICY) },
    { ...first, kind: 'placement', content: asJson(SEED_PLACEMENT_POLICY) },
  ];
  await db.policy.createMany({ data: policies, skipDuplicates: true });
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
