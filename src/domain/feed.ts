/** What the feed tells of a case or placement: made of the same lines of its audit that are written with it, pure. */
import type { CaseRow } from './case-record.js';
import type { FeedData, FeedType } from './feed-types.js';
import type { PlacementRow } from './placement-record.js';

/** An event that is to be written. */
export interface FeedEntry {
  type: FeedType;
  /** Epoch ms. */
  at: number;
  /** The line of the audit that it tells of; none where it is of no audit. */
  number: number | null;
  data: FeedData;
}

interface Line {
  number: number;
  type: string;
  at: number;
  before: string;
  after: string;
  data: Record<string, unknown>;
}

/** Lines of a case's audit that are told beside the changes of its status. */
const CASE_LINES: Readonly<Record<string, FeedType>> = {
  review_unanswered: 'case.review_failed',
  paused: 'case.paused',
  resumed: 'case.resumed',
  rescheduled: 'case.rescheduled',
  reassigned: 'case.reassigned',
  reminded: 'case.escalated',
  escalated: 'case.escalated',
  acknowledged: 'case.acknowledged',
  buyer_message_settled: 'case.buyer_told',
  contradiction: 'case.contradicted',
};

const PLACEMENT_LINES: Readonly<Record<string, FeedType>> = {
  vendor_asked: 'placement.polled',
  vendor_reported: 'placement.reported',
  contradiction: 'placement.contradicted',
};

/** @param lines of one write, in order @returns what the feed tells of them, in order */
export function caseFeed(lines: readonly Line[], row: CaseRow): FeedEntry[] {
  const { caseId, reviewRound, reasonType, liaisonId } = row;
  const common = { ...orderOf(row), caseId, reviewRound, reasonType, ...given({ liaisonId }) };
  return lines.flatMap((line, index) => {
    const changed = line.after !== statusBefore(lines, index) && line.after !== 'deciding';
    const types = [opening(line, 'case'), caseLine(line), changed ? (`case.${line.after}` as FeedType) : null];
    return entries(types, line, common);
  });
}

/** @param row with its order's buyer, where it is known */
export function placementFeed(lines: readonly Line[], row: PlacementRow & { buyerId: string | null }): FeedEntry[] {
  const { placementId, vendorId } = row;
  return lines.flatMap((line, index) => {
    const changed = line.after !== statusBefore(lines, index);
    const types = [opening(line, 'placement'), placementLine(line, changed), changed ? (`placement.${line.after}` as FeedType) : null];
    return entries(types, line, { ...orderOf(row), placementId, vendorId });
  });
}

/** Each line has the status before its whole decision: of several lines of one decision the first alone changes it. */
function statusBefore(lines: readonly Line[], index: number): string | undefined {
  return lines[index - 1]?.after ?? lines[index]?.before;
}

function opening({ number }: Line, of: 'case' | 'placement'): FeedType | null {
  return number === 1 ? `${of}.opened` : null;
}

function caseLine({ type, data }: Line): FeedType | null {
  const { disposition } = data;
  if (disposition === 'contradiction') return 'case.contradicted';
  // The first failure opens the case; another counts when it is of a review that was awaited.
  if (type === 'review_failed' && (disposition === undefined || disposition === 'counted')) return 'case.review_failed';
  return disposition === undefined ? (CASE_LINES[type] ?? null) : null;
}

function placementLine({ type, data }: Line, changed: boolean): FeedType | null {
  if (data['disposition'] === 'contradiction') return 'placement.contradicted';
  const told = PLACEMENT_LINES[type] ?? null;
  // Where the vendor's word changes the status, that says it.
  return changed && told === 'placement.reported' ? null : told;
}

function entries(types: readonly (FeedType | null)[], line: Line, common: FeedData): FeedEntry[] {
  const { number, at, after } = line;
  const data = { ...common, status: after, ...detailsOf(line) };
  return types.flatMap((type) => (type === null ? [] : [{ type, at, number, data }]));
}

const DETAILS = ['reviewRequestId', 'placementNumber', 'vendorStatus', 'messageId', 'outcome'] as const;

/** Of a line's data what is an id or a stable word: never what people wrote. */
function detailsOf({ type, data }: Line): FeedData {
  const { reason } = data;
  const code = typeof reason === 'object' && reason !== null && 'type' in reason ? reason.type : reason;
  const to = type === 'reassigned' ? data['to'] : null;
  return given({
    ...Object.fromEntries(DETAILS.map((name) => [name, data[name]])),
    ...(typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,99}$/.test(code) ? { reason: code } : {}),
    liaisonId: to,
  });
}

function orderOf({ orderId, buyerId }: { orderId: string; buyerId: string | null }): FeedData {
  return { orderId, ...given({ buyerId }) };
}

/** Texts alone, the others left out. */
function given(fields: Record<string, unknown>): FeedData {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string'));
}

/** What has been written of a case or placement. */
export interface WrittenEvent {
  id: string;
  type: string;
  number: number | null;
  data: unknown;
}

/**
 * A worker that dies before Temporal has taken its workflow task has written what was never decided: its lines are decided again. What is
 * decided the same way is told once; what was told and is not so is withdrawn.
 */
export function redone(written: readonly WrittenEvent[], wanted: readonly FeedEntry[]): { withdrawn: WrittenEvent[]; added: FeedEntry[] } {
  const open = [...written];
  const added = wanted.filter((entry) => {
    const same = open.findIndex((event) => signOf(event) === signOf(entry));
    if (same >= 0) open.splice(same, 1);
    return same < 0;
  });
  return { withdrawn: open, added };
}

/** Instants differ from one try to the next, and change nothing of what happened. */
function signOf({ type, number, data }: Pick<WrittenEvent, 'type' | 'number' | 'data'>): string {
  const { status, reason, outcome, reviewRequestId, placementNumber } = data as FeedData;
  return JSON.stringify([type, number, status, reason, outcome, reviewRequestId, placementNumber]);
}

/** @returns the event that takes another one back */
export function withdrawal({ id, type, data }: WrittenEvent, at: number): FeedEntry {
  const { orderId, buyerId, caseId, placementId } = data as FeedData;
  return {
    type: 'event.withdrawn',
    at,
    number: null,
    data: { ...given({ orderId, buyerId, caseId, placementId }), eventId: id, eventType: type },
  };
}
