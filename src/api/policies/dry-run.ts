/** What a policy would decide (D2): for a sample, and over open and recent cases where it would go otherwise than under their own version. */
import { policyForCase } from '../../calendar/working-intervals.js';
import { reviewInputsOf } from '../../db/case-inputs.js';
import { storedPolicy } from '../../db/policies.js';
import type { Reach } from '../../domain/access.js';
import type { Database } from '../../db/database.js';
import { recentCases } from '../../db/review-cases.js';
import { recentPlacements } from '../../db/recent-placements.js';
import { explainReview } from '../../domain/explanation.js';
import { resolvePolicy, type PolicyKind, type PolicyShapes } from '../../domain/policy-kinds.js';
import { differences, placementOutcome, reviewOutcome, type Difference } from '../../domain/policy-outcome.js';
import type { Chosen } from './chosen.js';
import type { PlacementCases, PlacementNotice, ReviewCases, ReviewNotice } from './schema.js';

const DAY = 24 * 3_600_000;

/** @param receivedAt when the sample is received, epoch ms */
export async function drySample(chosen: Chosen<'review'>, notice: ReviewNotice, receivedAt: number) {
  const inputs = inputsOfNotice(notice);
  const { decision, outcome } = await reviewUnder(chosen, inputs, receivedAt);
  const text = explainReview({ orderId: '(sample)', decision, policy: null, versionNow: null, limits: null }, 'en');
  return { decision, outcome, explanation: text };
}

export function dryPlacementSample(chosen: Chosen<'placement'>, { vendorId, campaign }: PlacementNotice) {
  const inputs = { vendorId, campaign: campaign ?? null };
  const policy = resolvePolicy('placement', chosen.version, chosen.document, inputs);
  return { decision: { policyVersion: chosen.version, matchedRule: policy.matchedRule, inputs }, outcome: placementOutcome(policy) };
}

/** Over the newest cases: what would be otherwise if they were decided under the chosen policy. */
export async function dryReviewCases(
  db: Database,
  reach: Reach,
  chosen: Chosen<'review'>,
  { limit, endedWithinDays, ...filter }: ReviewCases,
) {
  const rows = await recentCases(db, reach, filter, new Date(Date.now() - endedWithinDays * DAY), limit + 1);
  const versions = new Versions(db, 'review');
  return compared(rows, limit, async (row) => {
    const inputs = reviewInputsOf(row);
    const own = row.policyVersion === null ? null : await versions.get(row.policyVersion);
    if (own === null) return null;
    const firstFailureAt = row.firstFailureAt.getTime();
    const now = await reviewUnder(own, inputs, firstFailureAt);
    const then = await reviewUnder(chosen, inputs, firstFailureAt);
    const { caseId, orderId, status, policyVersion } = row;
    const matchedRule = { from: now.decision.matchedRule, to: then.decision.matchedRule };
    return { caseId, orderId, status, policyVersion, inputs, matchedRule, differences: differences(now.outcome, then.outcome) };
  });
}

export async function dryPlacements(
  db: Database,
  reach: Reach,
  chosen: Chosen<'placement'>,
  { limit, endedWithinDays, vendorId }: PlacementCases,
) {
  const rows = await recentPlacements(db, reach, vendorId, new Date(Date.now() - endedWithinDays * DAY), limit + 1);
  const versions = new Versions(db, 'placement');
  return compared(rows, limit, async ({ placementId, orderId, status, policyVersion, vendorId: vendor, campaign }) => {
    const inputs = { vendorId: vendor, campaign };
    const own = policyVersion === null ? null : await versions.get(policyVersion);
    if (own === null) return null;
    const now = resolvePolicy('placement', own.version, own.document, inputs);
    const then = resolvePolicy('placement', chosen.version, chosen.document, inputs);
    const matchedRule = { from: now.matchedRule, to: then.matchedRule };
    return {
      placementId,
      orderId,
      status,
      policyVersion,
      inputs,
      matchedRule,
      differences: differences(placementOutcome(now), placementOutcome(then)),
    };
  });
}

export function inputsOfNotice({ reasonType, buyerId, amount }: ReviewNotice): PolicyShapes['review']['inputs'] {
  return { reasonType, buyerId: buyerId ?? null, amount: amount?.value ?? null, currency: amount?.currency ?? null };
}

async function reviewUnder({ version, document }: Chosen<'review'>, inputs: PolicyShapes['review']['inputs'], firstFailureAt: number) {
  const policy = await policyForCase(resolvePolicy('review', version, document, inputs), firstFailureAt);
  return reviewOutcome(policy, inputs, firstFailureAt);
}

/** Of rows read one too many: how many were looked at, and those for which something would be otherwise. */
async function compared<Row, Item extends { differences: Difference[] }>(
  rows: Row[],
  limit: number,
  compare: (row: Row) => Promise<Item | null>,
) {
  const items: Item[] = [];
  let examined = 0;
  for (const row of rows.slice(0, limit)) {
    const item = await compare(row);
    if (item === null) continue;
    examined += 1;
    if (item.differences.length > 0) items.push(item);
  }
  return { examined, otherwise: items.length, more: rows.length > limit, items };
}

/** Versions as they were published, each read once. */
class Versions<K extends PolicyKind> {
  readonly #known = new Map<number, Chosen<K> | null>();

  constructor(
    private readonly db: Database,
    private readonly kind: K,
  ) {}

  async get(version: number): Promise<Chosen<K> | null> {
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const stored = await storedPolicy(this.db, this.kind, version);
    const found = stored === null ? null : { version, document: stored.content };
    this.#known.set(version, found);
    return found;
  }
}
