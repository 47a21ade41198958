/** The rule by which an order that a vendor cannot deliver goes to a review case: published for the demo's own campaign alone. */
import type { StackCalls } from './stack-calls.js';

/** Only placements of this campaign are handed over. */
export const HANDOVER_CAMPAIGN = 'demo-handover';

const RULE = {
  name: 'demo: out of stock at the vendor goes to the review',
  when: { campaigns: [HANDOVER_CAMPAIGN] },
  then: { reviewReasons: { OUT_OF_STOCK: 'STOCK_SHORT' } },
};
const POLICIES = '/v1/policies/placement';

interface Versions {
  inForce: number;
  items: { version: number; rules: string[] }[];
}

/** Sees that the placement policy in force has the rule: a new version with it before the others, unless it is there already. */
export async function publishHandover(calls: StackCalls): Promise<void> {
  const { inForce, items } = (await calls.asOperations('GET', POLICIES)) as Versions;
  const stored = (await calls.asOperations('GET', `${POLICIES}/${inForce}`)) as { content: { rules: { name: string }[] } };
  if (stored.content.rules.some(({ name }) => name === RULE.name)) return;
  const content = { ...stored.content, rules: [RULE, ...stored.content.rules] };
  const why = 'npm run demo hands an order over to a review case';
  await calls.asOperations('POST', POLICIES, { content, basedOn: items[0]?.version, by: 'npm run demo', why });
}
