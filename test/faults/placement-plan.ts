/** What becomes of each placement of a run, drawn by the seed: its vendor, the vendor's words, pushes and faults. */
import type { PlacementRules } from '../../src/domain/placement-rules.js';
import { deadlineMsOf, LONG_S, pick, SLOW_CALLS, SLOW_MS, type Random, type RunOptions } from './plan.js';

export type PlacementKind = 'delivered' | 'lost' | 'pushed' | 'refused' | 'endless';

export interface Fault {
  side: 'vendor' | 'customer' | 'buyer' | 'inbox';
  call: number;
  until?: number;
  do: string;
}

export interface PlannedPlacement {
  orderId: string;
  kind: PlacementKind;
  vendorId: string;
  /** The vendor takes the same request again; without it every request makes another order. */
  idempotent: boolean;
  /** How it must end: status, and the reason of a failure. */
  ends: string;
  scenario: { vendor: string[]; vendorDoes: object; faults: Fault[] };
  /** The instants of the request's copies, ms after the beginning. */
  copiesAt: number[];
}

/** Of the orders of a run. */
const SHARE = 0.3;
/** They take turns. */
const KINDS: PlacementKind[] = ['delivered', 'lost', 'delivered', 'pushed', 'refused', 'delivered', 'pushed', 'endless'];
const ENDS: Record<PlacementKind, string> = {
  delivered: 'succeeded',
  pushed: 'succeeded',
  lost: 'failed LOST',
  refused: 'failed VENDOR_REFUSED',
  endless: 'failed MAX_POLLS_EXCEEDED',
};
const ON_ITS_WAY = ['ACCEPTED', 'IN_TRANSIT'];
const VENDOR_FAULTS = ['drop-after-acting', 'drop-before-acting', '500', '429', 'hang', 'garbled'];
const HTTP_FAULTS = ['drop-after-acting', '500', '429', 'hang'];
const MAIL_FAULTS = ['451', 'accept-no-reply'];
const LATEST_COPY_MS = 6000;

/** Seconds instead of hours: fourteen polls in a good minute, one deadline behind it. */
export function placementPolicyFor(options: RunOptions): Partial<PlacementRules> {
  return {
    send: { initialMs: 1000, coefficient: 1.5, maximum: 12 },
    verify: { initialMs: 1500, coefficient: 1.3, maximum: 10 },
    maxPlacementNumbers: 3,
    poll: { initialMs: 1500, intervalMs: 2000, coefficient: 1.3, capMs: 5000, jitter: 0.2, maximum: 14 },
    promisedMs: 30_000,
    deadlineMs: deadlineMsOf(options),
  };
}

/** What differs from the sample vendors: they answer after 1.5 s, or not within 4 s; they know an order for sure after 3 s. */
export const VENDORS_OF_RUN = { settleMs: 3000, timeoutMs: 4000, maxConcurrent: 20, maxPerSecond: 50 };

export function placementsAmong({ orders }: RunOptions): number {
  return Math.round(orders * SHARE);
}

export function planPlacements(options: RunOptions, random: Random, newOrderId: () => string): PlannedPlacement[] {
  const { seconds } = options;
  return Array.from({ length: placementsAmong(options) }, (_, index) =>
    planPlacement(newOrderId(), kindOf(index, seconds), seconds, random),
  );
}

/** A short run does not wait for the last poll of an endless one. */
function kindOf(index: number, seconds: number): PlacementKind {
  const kind = KINDS[index % KINDS.length] ?? 'delivered';
  return kind === 'endless' && seconds < LONG_S ? 'delivered' : kind;
}

function planPlacement(orderId: string, kind: PlacementKind, seconds: number, random: Random): PlannedPlacement {
  const firstAt = random() * (seconds / 2) * 1000;
  const copies = Math.floor(random() * 3);
  const idempotent = random() < 0.5;
  return {
    orderId,
    kind,
    vendorId: idempotent ? 'swift-post' : 'points-mall',
    idempotent,
    ends: ENDS[kind],
    scenario: {
      vendor: wordsOf(kind, random),
      vendorDoes: { idempotent, pushes: pushesOf(kind, random) },
      faults: faultsOf(kind, random),
    },
    copiesAt: [firstAt, ...Array.from({ length: copies }, () => firstAt + random() * LATEST_COPY_MS)],
  };
}

/** Asked again and again, the vendor comes to its last word. */
function wordsOf(kind: PlacementKind, random: Random): string[] {
  const asked = Array<string>(1 + Math.floor(random() * 3)).fill('IN_TRANSIT');
  if (kind === 'pushed' || kind === 'endless') return ON_ITS_WAY;
  return ['ACCEPTED', ...asked, kind === 'lost' ? 'LOST' : 'DELIVERED'];
}

/** Some race with the polls; of some the vendor's word comes by a push alone. */
function pushesOf(kind: PlacementKind, random: Random): object[] {
  const afterMs = Math.floor(2000 + random() * 6000);
  const onItsWay = { afterMs: Math.floor(afterMs / 2), status: 'IN_TRANSIT', description: 'on its way' };
  const last = { afterMs, status: kind === 'lost' ? 'LOST' : 'DELIVERED', description: 'the last word' };
  if (kind === 'pushed') return [onItsWay, last];
  if (kind === 'refused' || kind === 'endless') return [];
  return random() < 0.5 ? [onItsWay, last, { ...last, afterMs: afterMs + 1000 }] : [];
}

/** On each side perhaps one fault among its first calls; all others are answered late. */
function faultsOf(kind: PlacementKind, random: Random): Fault[] {
  const slow = (side: Fault['side']): Fault => ({ side, call: 1, until: SLOW_CALLS, do: `slow:${SLOW_MS}` });
  const perhaps = (side: Fault['side'], faults: string[]): Fault[] => {
    const fault = { side, call: pick([1, 1, 2, 3], random), do: pick(faults, random) };
    return random() < 0.6 ? [fault, slow(side)] : [slow(side)];
  };
  const vendor = perhaps('vendor', VENDOR_FAULTS);
  return [
    ...(kind === 'refused' ? [{ side: 'vendor', call: 1, do: '422' } as const, slow('vendor')] : vendor),
    ...perhaps('customer', HTTP_FAULTS),
    ...perhaps('buyer', HTTP_FAULTS),
    ...perhaps('inbox', MAIL_FAULTS),
  ];
}
