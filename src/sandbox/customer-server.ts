import * as z from 'zod';
import { contentHashOf } from './content-hash.js';
import { badRequest, problem } from './problem.js';
import type { Reply } from './reply.js';
import type { Call, Route } from './routes.js';
import { orderIdSchema } from './scenario.js';
import type { SandboxState } from './state.js';

const messageSchema = z.looseObject({
  messageId: z.string().min(1).max(400),
  orderId: orderIdSchema,
  placementNumber: z.string().min(1).max(200).nullable(),
  status: z.enum(['created', 'sent', 'placed', 'succeeded', 'failed', 'cancelled']),
  reason: z.string().min(1).max(100).nullable(),
  description: z.string().max(2000).nullable(),
  at: z.iso.datetime({ offset: true }),
});

/** The customer's own system: takes what a placement came to on a webhook, each message once. */
export function customerRoutes(state: SandboxState): Route[] {
  return [{ method: 'POST', pattern: '/webhook', act: (call) => receiveMessage(state, call) }];
}

function receiveMessage(state: SandboxState, call: Call): Reply {
  const parsed = messageSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no message about a placement', parsed.error);
  const { messageId, orderId, placementNumber, status, reason } = parsed.data;
  const contentHash = contentHashOf(call.body);
  const known = state.customerMessages.get(messageId);
  if (known?.contentHash === contentHash) return { status: 409, body: { status: 'already known' } };
  if (known) return problem(422, 'this messageId was used for other content');
  const at = new Date().toISOString();
  state.record({ kind: 'customer-told', message: { messageId, orderId, placementNumber, status, reason, contentHash, at } });
  return { status: 200, body: { status: 'received' } };
}
