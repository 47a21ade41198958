/** Two invented vendors, as different as real ones are; the sandbox plays both. */
import type { StatusMeaning, Vendor } from '../domain/vendor.js';

const HOUR_MS = 3_600_000;

/** What the points shop documents: goods for points, shipped by others; 34 words. */
const POINTS_MALL_WORDS = [
  'ACCEPTED CREATED AUDITING AUDIT_PASSED POINTS_LOCKED POINTS_DEDUCTED WAIT_STOCK STOCK_LOCKED WAIT_PICK PICKING PACKED WAIT_SHIP',
  'PART_SHIPPED SHIPPED IN_TRANSIT OUT_FOR_DELIVERY WAIT_CONFIRM SYSTEM_MAINTENANCE LOGISTICS_ABNORMAL RESHIPPING',
  'DELIVERED RECEIVED AUTO_RECEIVED VIRTUAL_ISSUED FINISHED',
  'AUDIT_REJECTED POINTS_SHORT OUT_OF_STOCK ITEM_OFF_SHELF ADDRESS_ERROR CANCELLED TIMEOUT_CLOSED RETURNED LOST',
];

const POINTS_MALL_FAILURES: Record<string, string> = {
  AUDIT_REJECTED: 'REJECTED_BY_VENDOR',
  POINTS_SHORT: 'POINTS_SHORT',
  OUT_OF_STOCK: 'OUT_OF_STOCK',
  ITEM_OFF_SHELF: 'ITEM_DISCONTINUED',
  ADDRESS_ERROR: 'ADDRESS_INVALID',
  CANCELLED: 'CANCELLED_BY_VENDOR',
  TIMEOUT_CLOSED: 'CLOSED_BY_VENDOR',
  RETURNED: 'RETURNED',
  LOST: 'LOST',
};

/** What the carrier documents: every step of a parcel; 40 words. */
const SWIFT_POST_WORDS = [
  'ACCEPTED LABEL_CREATED PICKUP_SCHEDULED PICKUP_FAILED PICKED_UP ARRIVED_ORIGIN_HUB SORTED DEPARTED_ORIGIN_HUB IN_TRANSIT',
  'ARRIVED_AT_AIRPORT FLIGHT_DEPARTED FLIGHT_DELAYED EXPORT_CUSTOMS_CLEARED IMPORT_CUSTOMS_STARTED CUSTOMS_HELD CUSTOMS_CLEARED',
  'ARRIVED_DESTINATION_HUB DEPARTED_DESTINATION_HUB AT_DELIVERY_DEPOT OUT_FOR_DELIVERY DELIVERY_ATTEMPTED RECIPIENT_ABSENT',
  'DELIVERY_RESCHEDULED ADDRESS_QUERY AT_PICKUP_POINT WEATHER_DELAY MISROUTED ON_HOLD RETURN_STARTED',
  'DELIVERED DELIVERED_TO_NEIGHBOUR DELIVERED_TO_LOCKER COLLECTED',
  'RETURNED_TO_SENDER RECIPIENT_REFUSED ADDRESS_UNKNOWN CUSTOMS_REFUSED DAMAGED LOST CANCELLED',
];

const SWIFT_POST_FAILURES: Record<string, string> = {
  RETURNED_TO_SENDER: 'RETURNED',
  RECIPIENT_REFUSED: 'RECIPIENT_REFUSED',
  ADDRESS_UNKNOWN: 'ADDRESS_INVALID',
  CUSTOMS_REFUSED: 'CUSTOMS_REFUSED',
  DAMAGED: 'DAMAGED',
  LOST: 'LOST',
  CANCELLED: 'CANCELLED_BY_VENDOR',
};

/**
 * A points shop without idempotency keys, and a carrier with them.
 * @param vendorUrl base address of the sandbox's vendors
 */
export function sampleVendors(vendorUrl: string): Vendor[] {
  return [
    {
      id: 'points-mall',
      name: 'Points Mall',
      baseUrl: `${vendorUrl}/points-mall`,
      idempotent: false,
      queryByOurNumber: true,
      settleMs: 10 * 60_000,
      cancellable: true,
      maxPerSecond: 10,
      maxConcurrent: 4,
      timeoutMs: 10_000,
      ...mapped(POINTS_MALL_WORDS, ['DELIVERED', 'RECEIVED', 'AUTO_RECEIVED', 'VIRTUAL_ISSUED', 'FINISHED'], POINTS_MALL_FAILURES),
    },
    {
      id: 'swift-post',
      name: 'Swift Post',
      baseUrl: `${vendorUrl}/swift-post`,
      idempotent: true,
      queryByOurNumber: true,
      settleMs: HOUR_MS,
      cancellable: true,
      maxPerSecond: 50,
      maxConcurrent: 10,
      timeoutMs: 10_000,
      ...mapped(SWIFT_POST_WORDS, ['DELIVERED', 'DELIVERED_TO_NEIGHBOUR', 'DELIVERED_TO_LOCKER', 'COLLECTED'], SWIFT_POST_FAILURES),
    },
  ];
}

/** What is neither success nor failure is on its way. */
function mapped(lists: string[], succeeded: string[], failures: Record<string, string>): Pick<Vendor, 'statuses' | 'vocabulary'> {
  const vocabulary = lists.flatMap((list) => list.split(' '));
  const meaningOfWord = (word: string): StatusMeaning => {
    const reason = failures[word];
    if (reason !== undefined) return { means: 'failed', reason };
    return { means: succeeded.includes(word) ? 'succeeded' : 'in_progress' };
  };
  return { vocabulary, statuses: Object.fromEntries(vocabulary.map((word) => [word, meaningOfWord(word)])) };
}
