import { EVERYTHING } from '../../domain/access.js';
import type { OpenPlacementResult, PlacementRecords } from '../../domain/placement-effects.js';
import { isPaid, orderFacts } from '../../domain/order.js';
import { hasEnded, type CaseStatus } from '../../domain/case-status.js';
import { counterpartsOf } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { commitEvent, contentHashOf, orderInNotice } from '../../db/inbound-events.js';
import { findOrder, saveOrder } from '../../db/orders.js';
import { customerOf } from '../../db/customers.js';
import { writePlacement } from '../../db/placements.js';
import { policyInForce } from '../../db/policies.js';
import { newestCase } from '../../db/review-cases.js';
import { findVendorTerms } from '../../db/vendors.js';

/** Short reads and writes of our own database for placements: run as local activities. */
export function createPlacementRecords(db: Database): Omit<PlacementRecords, 'settleMessage'> {
  return {
    /** Keeps the order that the placement's event carried; finds policy, vendor, payment, and how the customer can be told. */
    async openPlacement({ orderId, vendorId, campaign, inboundId }): Promise<OpenPlacementResult> {
      const given = await orderInNotice(db, inboundId);
      if (given !== null) await saveOrder(db, given);
      const [policy, vendor, order, customer] = await Promise.all([
        policyInForce(db, 'placement', null, { vendorId, campaign }),
        findVendorTerms(db, vendorId),
        findOrder(db, orderId),
        customerOf(db, orderId),
      ]);
      const buyerId = order === null ? null : orderFacts(order).buyerId;
      return {
        policy,
        vendor,
        paid: order !== null && isPaid(order),
        buyerServer: (await counterpartsOf(db, { buyerId, sender: null })).buyer,
        channels: [...(customer?.webhook ? (['webhook'] as const) : []), ...(customer?.email ? (['email'] as const) : [])],
      };
    },

    /** Writes the read model, the audit and the inbox's dispositions in one transaction. */
    async recordPlacement(record): Promise<void> {
      await writePlacement(db, record);
    },

    /** Puts a review failure into the inbox (policy): once per opening of the placement. An open case hears it as a further notice. */
    async openReviewCase({ placementId, orderId, reasonType, reason, text }): Promise<void> {
      const newest = await newestCase(db, EVERYTHING, orderId);
      const reviewRound = newest === null ? 1 : hasEnded(newest.status as CaseStatus) ? newest.reviewRound + 1 : newest.reviewRound;
      const payload = { eventId: placementId, orderId, reason: { type: reasonType, code: reason, text }, placement: placementId };
      const event = { sender: 'holdpoint', eventId: placementId, kind: 'review_failure' as const, orderId, payload };
      await commitEvent(db, { ...event, reviewRound, contentHash: contentHashOf({ kind: event.kind, orderId, payload }) });
    },
  };
}
