/** What goes along with a call through everything it leads to in this process: for the log, and for calls to others. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { formatTraceparent, parseTraceparent } from './domain/trace-context.js';

export interface CallContext {
  /** The `X-Request-Id` of the API's call that is answered. */
  requestId?: string;
  /** W3C `traceparent`. */
  traceparent?: string;
}

// Not a setting and not a client: empty, but for what runs inside a call.
const calls = new AsyncLocalStorage<CallContext>();

export function inCallContext<Result>(context: CallContext, act: () => Result): Result {
  return calls.run(context, act);
}

/** @returns empty outside of any call */
export function callContext(): CallContext {
  return calls.getStore() ?? {};
}

/** For each line of the log. */
export function logFields(): Record<string, string> {
  const { requestId, traceparent } = callContext();
  const traceId = parseTraceparent(traceparent)?.traceId;
  return { ...(requestId === undefined ? {} : { requestId }), ...(traceId === undefined ? {} : { traceId }) };
}

/**
 * The `traceparent` under which one goes on oneself: of the caller's trace, or of a new one.
 * @param traceId of the trace that is begun where the caller has none: 32 hex digits
 */
export function nextTraceparent(given: unknown, traceId = randomBytes(16).toString('hex')): string {
  return formatTraceparent({ traceId, flags: '01', ...parseTraceparent(given), parentId: randomBytes(8).toString('hex') });
}
