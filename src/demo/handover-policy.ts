/** The rule by which an order that a vendor cannot deliver goes to a review case: published for the demo's own campaign alone. */
import { answerTo } from '../client/client.js';
import type { StackCalls } from './stack-calls.js';

/** Only placements of this campaign are handed over. */
export const HANDOVER_CAMPAIGN = 'demo-handover';

const RULE = {
  name: 'demo: out of stock at the vendor goes to the review',
  when: { campaigns: [HANDOVER_CAMPAIGN] },
  then: { reviewReasons: { OUT_OF_STOCK: 'STOCK_SHORT' } },
};

/** Sees that the placement policy in force has the rule: a new version with it before the others, unless it is there already. */
export async function publishHandover({ operations }: StackCalls): Promise<void> {
  const { inForce, items } = await answerTo('GET /v1/policies/placement', operations.GET('/v1/policies/placement'));
  if (inForce === null) throw new Error('expected: a placement policy in force; seen: none');
  const stored = await answerTo(
    `GET /v1/policies/placement/${inForce}`,
    operations.GET('/v1/policies/placement/{version}', { params: { path: { version: inForce } } }),
  );
  const { rules } = stored.content;
  if (rules.some(({ name }) => name === RULE.name)) return;
  const content = { ...stored.content, rules: [RULE, ...rules] };
  const why = 'npm run demo hands an order over to a review case';
  const body = { content, basedOn: items[0]?.version, by: 'npm run demo', why };
  await answerTo('POST /v1/policies/placement', operations.POST('/v1/policies/placement', { body }));
}
