/** A server of another side as data: where it is, how it is called, how fast, and for whom. */

export const COUNTERPART_KINDS = ['buyer', 'review', 'vendor', 'liaison', 'customer', 'mail'] as const;
export type CounterpartKind = (typeof COUNTERPART_KINDS)[number];

/** How Holdpoint proves who it is, beside its signature; the secrets themselves are kept apart, encrypted. */
export type CounterpartAuth =
  | { type: 'none' }
  | { type: 'bearer' }
  | { type: 'oauth2'; tokenUrl: string; clientId: string; scope: string | null };

/** Which JSON a liaison server takes: docs/wire.md's, or a chat's incoming webhook. */
export const NOTICE_FORMATS = ['wire', 'slack', 'dingtalk'] as const;
export type NoticeFormat = (typeof NOTICE_FORMATS)[number];

/** Whether an address of this format is the address of an incoming webhook, which is a secret as a whole. */
export function isChat(format: NoticeFormat): boolean {
  return format !== 'wire';
}

/** @returns whether an address has more than its origin: what makes it the address of a webhook */
export function isWholeAddress(address: string): boolean {
  const { pathname, search } = new URL(address);
  return pathname !== '/' || search !== '';
}

/** Where a server's JSON and paths differ from docs/wire.md: JSONata expressions by message, paths by path. */
export interface CounterpartMapping {
  /** Our path → theirs, like `/order-review-messages` → `/api/v2/notify`. */
  paths?: Record<string, string>;
  /** Message → expression over our body that gives theirs. */
  out?: Record<string, string>;
  /** Message → expression over their answer, or their notice, that gives ours. */
  in?: Record<string, string>;
}

/** Over all workers. */
export interface CounterpartLimits {
  maxPerSecond: number;
  maxConcurrent: number;
  timeoutMs: number;
}

export interface Counterpart extends CounterpartLimits {
  id: string;
  kind: CounterpartKind;
  name: string;
  /** Null where addresses come from elsewhere: customers' webhooks with their placements, mail from the settings. */
  baseUrl: string | null;
  /** Of a buyer or review server: whose orders it is for. */
  buyerIds: string[];
  auth: CounterpartAuth;
  mapping: CounterpartMapping | null;
  format: NoticeFormat;
  /** The name of the API key with which it calls us. */
  sender: string | null;
  version: number;
}

/** The counterparts that every installation has: those of the settings. */
export const DEFAULT_COUNTERPARTS = { buyer: 'buyer-server', review: 'review-server', customer: 'customers', mail: 'mail' } as const;

/** The task queue of a counterpart's calls: its rate is held by the server over all workers, and one that hangs holds up no other. */
export function counterpartTaskQueue(taskQueue: string, counterpartId: string): string {
  return `${taskQueue}-to-${counterpartId}`;
}

/**
 * Which server of a kind an order's calls go to: the one whose key the notice came with, else the one for its buyer, else the default.
 * @param candidates of the kind, in any order
 */
export function routeCounterpart(
  kind: 'buyer' | 'review',
  order: { buyerId: string | null; sender: string | null },
  candidates: readonly Pick<Counterpart, 'id' | 'buyerIds' | 'sender'>[],
): string {
  const { buyerId, sender } = order;
  const bySender = sender === null ? undefined : candidates.find((candidate) => candidate.sender === sender);
  const byBuyer = buyerId === null ? undefined : candidates.find(({ buyerIds }) => buyerIds.includes(buyerId));
  return (bySender ?? byBuyer)?.id ?? DEFAULT_COUNTERPARTS[kind];
}

/** Longest limit of one call: an activity's attempt is a little longer. */
export const MAX_TIMEOUT_MS = 12_000;
export const COUNTERPART_ID = /^[a-z0-9-]{1,60}$/;

/** @returns what keeps limits and address from being sound, in words; empty when they are */
export function limitMistakes({ maxPerSecond, maxConcurrent, timeoutMs }: CounterpartLimits): string[] {
  const within = (value: number, least: number, most: number): boolean => value >= least && value <= most;
  const checks: [boolean, string][] = [
    [within(maxPerSecond, 0.01, 1000), 'maxPerSecond must be 0.01 to 1000'],
    [Number.isInteger(maxConcurrent) && within(maxConcurrent, 1, 100), 'maxConcurrent must be 1 to 100'],
    [Number.isInteger(timeoutMs) && within(timeoutMs, 100, MAX_TIMEOUT_MS), `timeoutMs must be 100 to ${MAX_TIMEOUT_MS}`],
  ];
  return checks.filter(([sound]) => !sound).map(([, mistake]) => mistake);
}
