/** W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a call belongs to. */

/** The name of the header, over HTTP and in Temporal. */
export const TRACEPARENT = 'traceparent';

export interface TraceContext {
  /** 32 hex digits, not all zero: the same over all calls that one thing led to. */
  traceId: string;
  /** 16 hex digits, not all zero: the caller's part of it. */
  parentId: string;
  /** 2 hex digits; the lowest bit: it is recorded. */
  flags: string;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** @returns null for what is no `traceparent`: a trace is then begun anew, as the standard says */
export function parseTraceparent(text: unknown): TraceContext | null {
  const [, version, traceId, parentId, flags, more] = FORM.exec(typeof text === 'string' ? text : '') ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  return { traceId, parentId, flags };
}

/** In the version that everyone reads. */
export function formatTraceparent({ traceId, parentId, flags }: TraceContext): string {
  return `00-${traceId}-${parentId}-${flags}`;
}
