/** A workflow goes on in the trace of what it heard last: its calls belong to the notice, or the person's request, that led to them (W3C). */
import type { Headers } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { TRACEPARENT } from '../domain/trace-context.js';

/** For every workflow in the bundle. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: Headers = {};
  const hear = ({ headers }: { headers: Headers }): void => {
    const heard = headers[TRACEPARENT];
    if (heard !== undefined) trace = { [TRACEPARENT]: heard };
  };
  const passOn = <Input extends { headers: Headers }>(input: Input): Input => ({ ...input, headers: { ...input.headers, ...trace } });
  return {
    inbound: [
      {
        execute: (input, next) => (hear(input), next(input)),
        handleSignal: (input, next) => (hear(input), next(input)),
        handleUpdate: (input, next) => (hear(input), next(input)),
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(passOn(input)),
        scheduleLocalActivity: (input, next) => next(passOn(input)),
        continueAsNew: (input, next) => next(passOn(input)),
      },
    ],
    internals: [],
  };
};
