/** Versions of the policies (D2): numbered without gaps, dated, never edited in place. */
import { policyForCase } from '../calendar/working-intervals.js';
import { placeMistakes } from '../calendar/holidays.js';
import { inWords, variantsOf, type PolicyMistake } from '../domain/policy-document.js';
import { mistakesOfDocument, resolvePolicy, type PolicyKind, type PolicyShapes, type Resolved } from '../domain/policy-kinds.js';
import { SEED_PLACEMENT_POLICY } from '../domain/placement-policy.js';
import type { PlacementRules } from '../domain/placement-rules.js';
import { SEED_REVIEW_POLICY, type ReviewPolicy, type ReviewRules } from '../domain/review-policy.js';
import type { ReviewInputs } from '../domain/review-rules.js';
import { asJson, lockInTransaction, type Database, type Transaction } from './database.js';
import type { Policy } from './generated/client.js';

/** A version as it was published. */
export interface StoredPolicy<K extends PolicyKind = PolicyKind> {
  version: number;
  effectiveFrom: Date;
  content: PolicyShapes[K]['document'];
  createdBy: string;
  why: string;
  createdAt: Date;
}

/**
 * What is in force for a case or a placement: of the versions whose date has come the one with the latest date, of these the newest.
 * Read from PostgreSQL each time: a new version serves the next case of every process.
 * @param at null: now, by the database's clock, which all processes share
 * @throws Error when none is in force: the seed has not run
 */
export async function policyInForce<K extends PolicyKind>(
  db: Database,
  kind: K,
  at: Date | null,
  inputs: PolicyShapes[K]['inputs'],
): Promise<Resolved<K>> {
  const version = await versionInForce(db, kind, at);
  const stored = version === null ? null : await storedPolicy(db, kind, version);
  if (stored === null) throw new Error(`no ${kind} policy is in force: run the migration, which seeds one`);
  return resolvePolicy(kind, stored.version, stored.content, inputs);
}

/** @returns the number of the version in force, or null. @param at as for `policyInForce` */
export async function versionInForce(db: Database | Transaction, kind: PolicyKind, at: Date | null = null): Promise<number | null> {
  const rows = await db.$queryRaw<{ version: number }[]>`
    SELECT "version" FROM "policy" WHERE "kind" = ${kind} AND "effectiveFrom" <= COALESCE(${at}::timestamptz, clock_timestamp())
    ORDER BY "effectiveFrom" DESC, "version" DESC LIMIT 1`;
  return rows[0]?.version ?? null;
}

/** @returns what a version says for a case or a placement, or null when there is no such version */
export async function policyVersion<K extends PolicyKind>(
  db: Database,
  kind: K,
  version: number,
  inputs: PolicyShapes[K]['inputs'],
): Promise<Resolved<K> | null> {
  const stored = await storedPolicy(db, kind, version);
  return stored === null ? null : resolvePolicy(kind, version, stored.content, inputs);
}

/** The review policy in force as a new case keeps it. @param firstFailureAt epoch ms */
export async function reviewPolicyInForce(db: Database, inputs: ReviewInputs, firstFailureAt: number): Promise<ReviewPolicy> {
  return policyForCase(await policyInForce(db, 'review', null, inputs), firstFailureAt);
}

export async function storedPolicy<K extends PolicyKind>(db: Database, kind: K, version: number): Promise<StoredPolicy<K> | null> {
  const row = await db.policy.findUnique({ where: { kind_version: { kind, version } } });
  return row === null ? null : asStored<K>(row);
}

/** Newest first. @param before lists versions below this one */
export async function listPolicies<K extends PolicyKind>(
  db: Database,
  kind: K,
  limit: number,
  before?: number,
): Promise<StoredPolicy<K>[]> {
  const rows = await db.policy.findMany({
    where: { kind, ...(before === undefined ? {} : { version: { lt: before } }) },
    orderBy: { version: 'desc' },
    take: limit,
  });
  return rows.map((row) => asStored<K>(row));
}

/** A version that is not sound: nothing was added. */
export class PolicyUnsound extends RangeError {
  constructor(readonly mistakes: PolicyMistake[]) {
    super(mistakes.map(inWords).join('; '));
  }
}

/** Someone else has added a version since: nothing was added. */
export class PolicyMovedOn extends Error {
  constructor(readonly newest: number) {
    super(`version ${newest} has been added since`);
  }
}

export interface Publication {
  who: string;
  why: string;
  /** Not given: at once, by the database's clock. */
  effectiveFrom?: Date | null;
  /** The newest version as the author knows it: when another has been added since, nothing is. */
  basedOn?: number | null;
}

/**
 * Adds a version.
 * @throws PolicyUnsound with every mistake, PolicyMovedOn when `basedOn` is not the newest
 */
export async function addPolicy<K extends PolicyKind>(
  db: Database,
  kind: K,
  content: PolicyShapes[K]['document'],
  { who, why, effectiveFrom, basedOn }: Publication,
): Promise<StoredPolicy<K>> {
  const mistakes = await policyDocumentMistakes(db, kind, content);
  if (mistakes.length > 0) throw new PolicyUnsound(mistakes);
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, `policy/${kind}`);
    const newest = (await tx.policy.aggregate({ where: { kind }, _max: { version: true } }))._max.version ?? 0;
    if (basedOn !== undefined && basedOn !== null && basedOn !== newest) throw new PolicyMovedOn(newest);
    const data = { kind, version: newest + 1, content: asJson(content), createdBy: who, why };
    return asStored<K>(await tx.policy.create({ data: { ...data, effectiveFrom: effectiveFrom ?? (await databaseNow(tx)) } }));
  });
}

/** Now by the database's clock, not rounded up: what is dated so is in force at once. */
export async function databaseNow(db: Database | Transaction): Promise<Date> {
  const [row] = await db.$queryRaw<[{ now: Date }]>`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
  return row.now;
}

/** @returns every mistake of a document, each with its place */
export async function policyDocumentMistakes<K extends PolicyKind>(
  db: Database,
  kind: K,
  content: PolicyShapes[K]['document'],
): Promise<PolicyMistake[]> {
  return [...mistakesOfDocument(kind, content), ...(await REFERENCE_MISTAKES[kind](db, content))];
}

/** What a document refers to beyond itself, and is not there. */
const REFERENCE_MISTAKES: { [K in PolicyKind]: (db: Database, content: PolicyShapes[K]['document']) => Promise<PolicyMistake[]> } = {
  review: async (_db, content) => distinct(await Promise.all(variantsOf(content).map(unknownPlaces))),
  placement: async (db, content) => {
    const inForce = await versionInForce(db, 'review');
    const review = inForce === null ? null : await storedPolicy(db, 'review', inForce);
    if (review === null) return [];
    const { reasonTypes } = review.content.base;
    return distinct(variantsOf(content).map(({ place, policy }) => unknownReviewReasons(place, policy, reasonTypes)));
  },
};

async function unknownPlaces({ place, policy }: { place: string; policy: ReviewRules }): Promise<PolicyMistake[]> {
  const holidays = policy.calendar?.holidays ?? null;
  return holidays === null ? [] : (await placeMistakes(holidays)).map((message) => ({ place, message }));
}

function unknownReviewReasons(place: string, { reviewReasons }: PlacementRules, known: ReviewRules['reasonTypes']): PolicyMistake[] {
  return Object.entries(reviewReasons)
    .filter(([, type]) => !Object.hasOwn(known, type))
    .map(([reason, type]) => ({
      place,
      message: `reviewReasons.${reason}: "${type}" is an unknown reason type: the review policy in force does not list it`,
    }));
}

/** What is wrong with the base is said once. */
function distinct([inBase = [], ...inRules]: PolicyMistake[][]): PolicyMistake[] {
  return [...inBase, ...inRules.flat().filter(({ message }) => inBase.every((known) => known.message !== message))];
}

/** The policies a new installation starts with. Changes nothing that is there. */
export async function seedPolicies(db: Database): Promise<void> {
  const seeds: { [K in PolicyKind]: PolicyShapes[K]['rules'] } = { review: SEED_REVIEW_POLICY, placement: SEED_PLACEMENT_POLICY };
  const rows = Object.entries(seeds).map(([kind, base]) => ({
    kind,
    version: 1,
    effectiveFrom: new Date(0),
    content: asJson({ base, rules: [] }),
    createdBy: 'holdpoint',
    why: 'first installation',
  }));
  await db.policy.createMany({ data: rows, skipDuplicates: true });
}

function asStored<K extends PolicyKind>({ content, ...row }: Policy): StoredPolicy<K> {
  return { ...row, content: content as unknown as PolicyShapes[K]['document'] };
}
