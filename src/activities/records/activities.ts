import type { UnclaimedMessage } from '../../domain/placement-effects.js';
import type { CaseRecord } from '../../domain/case-record.js';
import { orderFacts, type OrderFacts } from '../../domain/order.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
import { reviewInputs } from '../../domain/review-rules.js';
import { earlySuccessStopped, inShadow } from '../../domain/switches.js';
import { counterpartsOf } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { orderInNotice } from '../../db/inbound-events.js';
import { settleMessage } from '../../db/messages.js';
import { findOrder, saveOrder } from '../../db/orders.js';
import { reviewPolicyInForce } from '../../db/policies.js';
import { resolveLiaison } from '../../db/reference-data.js';
import { readSwitches } from '../../db/switches.js';
import { writeCase } from '../../db/review-cases.js';
import { createPlacementRecords } from './placements.js';

export interface OpenCaseResult {
  policy: ReviewPolicy;
  /** Which buyer server is told, and which review server is asked. */
  servers: { buyer: string; review: string };
  order: { facts: OrderFacts; liaisonId: string | null; shadow: boolean; earlySuccessStopped: boolean } | null;
}

/** Short reads and writes of our own database: run as local activities. */
export function createRecordsActivities(db: Database) {
  return {
    ...createPlacementRecords(db),

    /** Finds the order in the notice or the database (A1), the policy in force and the liaison responsible. */
    async openCase(input: {
      orderId: string;
      inboundId: string;
      /** Whose key the notice came with. */
      sender: string | null;
      reasonType: string;
      firstFailureAt: number;
    }): Promise<OpenCaseResult> {
      const given = await orderInNotice(db, input.inboundId);
      const isFirst = given !== null && (await saveOrder(db, given));
      const order = isFirst ? given : await findOrder(db, input.orderId);
      const facts = order === null ? null : orderFacts(order);
      const [policy, servers] = await Promise.all([
        reviewPolicyInForce(db, reviewInputs(input.reasonType, facts), input.firstFailureAt),
        counterpartsOf(db, { buyerId: facts?.buyerId ?? null, sender: input.sender }),
      ]);
      if (order === null || facts === null) return { policy, servers, order: null };
      const { buyerId } = facts;
      const [liaisonId, switches] = await Promise.all([
        resolveLiaison(db, { liaisonId: order.liaisonId ?? null, buyerId }, input.reasonType),
        readSwitches(db),
      ]);
      const shadow = inShadow(switches, buyerId);
      return { policy, servers, order: { facts, liaisonId, shadow, earlySuccessStopped: earlySuccessStopped(switches, buyerId) } };
    },

    /** Writes the read model, the audit and the inbox's dispositions in one transaction. */
    async recordCase(record: CaseRecord): Promise<void> {
      await writeCase(db, record);
    },

    /** Settles a message that will not be tried again, by what its attempts are known to have done. */
    async settleMessage({
      key,
      as,
      ...settling
    }: {
      key: string;
      as: 'dead' | 'dropped';
      unclaimed?: UnclaimedMessage;
      resends?: number;
      detail?: string;
    }): Promise<'delivered' | 'refused' | 'dropped' | 'unknown'> {
      return settleMessage(db, key, as, settling);
    },
  };
}
