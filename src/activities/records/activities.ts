import type { CaseRecord } from '../../domain/case-record.js';
import { orderFacts, type OrderFacts } from '../../domain/order.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
import { earlySuccessStopped, inShadow } from '../../domain/switches.js';
import type { Database } from '../../db/database.js';
import { orderInNotice } from '../../db/inbound-events.js';
import { settleMessage } from '../../db/messages.js';
import { findOrder, saveOrder } from '../../db/orders.js';
import { policyInForce, resolveLiaison } from '../../db/reference-data.js';
import { readSwitches } from '../../db/switches.js';
import { writeCase } from '../../db/review-cases.js';
import { createPlacementRecords } from './placements.js';

export interface OpenCaseResult {
  policy: ReviewPolicy;
  order: { facts: OrderFacts; liaisonId: string | null; shadow: boolean; earlySuccessStopped: boolean } | null;
}

/** Short reads and writes of our own database: run as local activities. */
export function createRecordsActivities(db: Database) {
  return {
    ...createPlacementRecords(db),

    /** Finds the order in the notice or the database (A1), the policy in force and the liaison responsible. */
    async openCase(input: { orderId: string; inboundId: string; reasonType: string }): Promise<OpenCaseResult> {
      const given = await orderInNotice(db, input.inboundId);
      if (given !== null) await saveOrder(db, given);
      const [policy, order] = await Promise.all([policyInForce(db, 'review', new Date()), findOrder(db, input.orderId)]);
      if (order === null) return { policy, order: null };
      const facts = orderFacts(order);
      const liaisonId = await resolveLiaison(db, { liaisonId: order.liaisonId ?? null, buyerId: facts.buyerId }, input.reasonType);
      const switches = await readSwitches(db);
      const { buyerId } = facts;
      const shadow = inShadow(switches, buyerId);
      return { policy, order: { facts, liaisonId, shadow, earlySuccessStopped: earlySuccessStopped(switches, buyerId) } };
    },

    /** Writes the read model, the audit and the inbox's dispositions in one transaction. */
    async recordCase(record: CaseRecord): Promise<void> {
      await writeCase(db, record);
    },

    /** Settles a message that will not be tried again, by what its attempts are known to have done. */
    async settleMessage(input: { key: string; as: 'dead' | 'dropped' }): Promise<'delivered' | 'refused' | 'dropped' | 'unknown'> {
      return settleMessage(db, input.key, input.as);
    },
  };
}
