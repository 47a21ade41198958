/** Carries the trace of a call over Temporal: from the client into a workflow's history, and from there to the activities (W3C). */
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { callContext, inCallContext } from '../call-context.js';
import { TRACEPARENT } from '../domain/trace-context.js';

/** What starts, signals or updates a workflow tells it the trace it belongs to. */
export const tracedCalls: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next({ ...input, headers: traced(input.headers) }),
  signal: (input, next) => next({ ...input, headers: traced(input.headers) }),
  signalWithStart: (input, next) => next({ ...input, headers: traced(input.headers) }),
  startUpdate: (input, next) => next({ ...input, headers: traced(input.headers) }),
};

/** What an activity does belongs to the trace that its workflow goes on in. */
export const tracedActivity: ActivityInterceptorsFactory = () => ({
  inbound: {
    execute(input, next) {
      const header = input.headers[TRACEPARENT];
      if (header === undefined) return next(input);
      return inCallContext({ traceparent: defaultPayloadConverter.fromPayload<string>(header) }, () => next(input));
    },
  },
});

function traced(headers: Headers): Headers {
  const { traceparent } = callContext();
  return traceparent === undefined ? headers : { ...headers, [TRACEPARENT]: defaultPayloadConverter.toPayload(traceparent) };
}
