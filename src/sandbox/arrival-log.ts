import type { IncomingHttpHeaders } from 'node:http';
import { JsonLinesFile, type Place } from './json-lines.js';
import type { OutageKind } from './outages.js';
import type { Side } from './scenario.js';

/** One raw arrival, as it came: nothing in it was judged, repaired or deduplicated. */
export interface Arrival {
  /** 1, 2, 3 … over all sides and restarts. */
  seq: number;
  /** Wall time, ISO 8601. */
  at: string;
  side: Side;
  /** The HTTP method; `SMTP` for a mail; null for bytes that were no HTTP. */
  method: string | null;
  /** The request target with its query; for a mail its recipients, comma-separated. */
  path: string | null;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed value when the body is JSON, else the text as it came; null when there was none. */
  body: unknown;
  orderId: string | null;
  /** The how-many-eth arrival of this order on this side this is: what a fault's `call` counts. Null without an order. */
  call: number | null;
  /** Only where a webhook secret is set, and only for calls that Holdpoint makes. */
  signatureValid?: boolean;
  /** What was done with it because its whole side was out. */
  outage?: OutageKind;
  /** The body was longer than the limit; only its beginning is kept. */
  truncated?: true;
  /** The caller went away before the body was complete. */
  aborted?: true;
}

/** What a side knows of an arrival before it is written. */
export type RawArrival = Pick<Arrival, 'side' | 'method' | 'path' | 'body' | 'signatureValid' | 'outage'> & {
  headers: IncomingHttpHeaders | Record<string, string>;
  truncated?: boolean;
  aborted?: boolean;
};

export interface ArrivalFilter {
  orderId?: string | undefined;
  side?: Side | undefined;
  /** Only arrivals with a higher `seq`. */
  after?: number | undefined;
  limit: number;
}

export interface ArrivalPage {
  arrivals: Arrival[];
  /** The `after` of the next page; null on the last one. */
  next: number | null;
}

interface IndexEntry extends Place {
  seq: number;
  side: Side;
}

/** A page stops growing here, whatever its limit: a thousand bodies of a megabyte would not fit in memory. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** Longer "order IDs" are not taken for one: the wire allows 128 characters. */
const MAX_ORDER_ID = 256;

/** Every arrival on every side, in one file and one order; kept on disk, with only an index in memory. */
export class ArrivalLog {
  readonly #file: JsonLinesFile;
  readonly #index: IndexEntry[] = [];
  readonly #indexByOrder = new Map<string, IndexEntry[]>();
  readonly #calls = new Map<string, number>();
  readonly #ordersOfRequests = new Map<string, string>();

  constructor(path: string) {
    this.#file = new JsonLinesFile(path, (value, place) => this.#remember(value as Arrival, place));
  }

  /** Writes an arrival down, before anything else happens to it. @throws when the disk refuses */
  record(raw: RawArrival): Arrival {
    const orderId = this.#orderOf(raw);
    const arrival: Arrival = {
      seq: (this.#index.at(-1)?.seq ?? 0) + 1,
      at: new Date().toISOString(),
      side: raw.side,
      method: raw.method,
      path: raw.path,
      headers: raw.headers,
      body: raw.body,
      orderId,
      call: orderId === null ? null : this.calls(orderId, raw.side) + 1,
      ...(raw.signatureValid !== undefined && { signatureValid: raw.signatureValid }),
      ...(raw.outage !== undefined && { outage: raw.outage }),
      ...(raw.truncated && { truncated: true as const }),
      ...(raw.aborted && { aborted: true as const }),
    };
    this.#remember(arrival, this.#file.append(arrival));
    return arrival;
  }

  /** @returns how many arrivals this order has had on this side, retries and refused ones included */
  calls(orderId: string, side: Side): number {
    return this.#calls.get(`${side} ${orderId}`) ?? 0;
  }

  /** @returns the oldest matching arrivals after `after`, in order */
  page(filter: ArrivalFilter): ArrivalPage {
    const arrivals: Arrival[] = [];
    let bytes = 0;
    for (const entry of this.#entriesOf(filter.orderId)) {
      if (entry.seq <= (filter.after ?? 0) || !isOfSide(entry, filter.side)) continue;
      const full = arrivals.length >= filter.limit || (arrivals.length > 0 && bytes + entry.length > PAGE_BYTES);
      if (full) return { arrivals, next: arrivals.at(-1)?.seq ?? null };
      bytes += entry.length;
      arrivals.push(this.#file.read(entry) as Arrival);
    }
    return { arrivals, next: null };
  }

  /** @returns the newest matching arrivals, the newest first */
  newest(filter: Omit<ArrivalFilter, 'after'>): Arrival[] {
    const arrivals: Arrival[] = [];
    let bytes = 0;
    for (const entry of this.#entriesOf(filter.orderId).toReversed()) {
      if (arrivals.length >= filter.limit || bytes >= PAGE_BYTES) break;
      if (!isOfSide(entry, filter.side)) continue;
      bytes += entry.length;
      arrivals.push(this.#file.read(entry) as Arrival);
    }
    return arrivals;
  }

  close(): void {
    this.#file.close();
  }

  #remember(arrival: Arrival, place: Place): void {
    const entry = { offset: place.offset, length: place.length, seq: arrival.seq, side: arrival.side };
    this.#index.push(entry);
    if (arrival.orderId === null) return;
    const ofOrder = this.#indexByOrder.get(arrival.orderId);
    if (ofOrder) ofOrder.push(entry);
    else this.#indexByOrder.set(arrival.orderId, [entry]);
    this.#calls.set(`${arrival.side} ${arrival.orderId}`, arrival.call ?? 1);
    const reviewRequestId = textField(arrival.body, 'reviewRequestId');
    if (reviewRequestId !== null) this.#ordersOfRequests.set(reviewRequestId, arrival.orderId);
  }

  #entriesOf(orderId: string | undefined): readonly IndexEntry[] {
    return orderId === undefined ? this.#index : (this.#indexByOrder.get(orderId) ?? []);
  }

  /**
   * Body, then path, then a review request seen earlier; a vendor's by the placement number; a mail says it in a header, and so may a
   * notice to people, whose key begins with the order too.
   */
  #orderOf(raw: RawArrival): string | null {
    if (raw.side === 'inbox') return orderIdOrNull(raw.headers['x-holdpoint-order']);
    const segments = pathSegments(raw.path ?? '');
    if (raw.side === 'vendor') return orderOfPlacement(textField(raw.body, 'placementNumber') ?? segments[2]);
    const [resource, id] = segments;
    const told = raw.side === 'liaison' ? orderIdOrNull(raw.headers['x-holdpoint-order']) : null;
    if (told !== null) return told;
    const requestId = textField(raw.body, 'reviewRequestId') ?? (resource === 'review-requests' ? id : undefined);
    return (
      orderIdOrNull(textField(raw.body, 'orderId')) ??
      orderIdOrNull(resource === 'orders' ? id : undefined) ??
      (raw.side === 'liaison' ? orderOfKey(raw.headers['webhook-id']) : null) ??
      (requestId === undefined ? null : (this.#ordersOfRequests.get(requestId) ?? null))
    );
  }
}

/** @returns the decoded segments of a request target, without its query; malformed escapes stay as they are */
export function pathSegments(target: string): string[] {
  const path = target.split('?', 1)[0] ?? '';
  return path.split('/').slice(1).map(decodeSegment);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A placement number is `<orderId>/<n>`, and an order ID has no slash. */
function orderOfPlacement(placementNumber: string | undefined): string | null {
  return orderIdOrNull(placementNumber?.split('/', 1)[0]);
}

/** A notice's key is `<caseId>/<stage>/<person>/<way>`, and a case's ID begins with its order. */
function orderOfKey(key: unknown): string | null {
  return typeof key === 'string' && key.split('/').length >= 3 ? orderIdOrNull(key.split('/', 1)[0]) : null;
}

function isOfSide(entry: IndexEntry, side: Side | undefined): boolean {
  return side === undefined || entry.side === side;
}

function textField(body: unknown, field: string): string | null {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, field)) return null;
  const value = (body as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : null;
}

function orderIdOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ORDER_ID ? value : null;
}
