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
  buyerOrderNumber: z.string().nullish(),
  reviewRound: z.int().min(1),
  sequence: z.int().min(1),
  kind: z.enum(['review_succeeded', 'review_failed']),
  provisional: z.boolean(),
  supersedes: z.string().min(1).nullish(),
  at: z.iso.datetime({ offset: true }),
  order: z.record(z.string(), z.unknown()),
  reason: z.record(z.string(), z.unknown()).nullish(),
});

const refundSchema = z.looseObject({
  messageId: z.string().min(1).max(400),
  orderId: orderIdSchema,
  placementNumber: z.string().min(1).max(200).nullable(),
  amount: z.string().regex(/^\d{1,18}(\.\d{1,8})?$/, 'a decimal amount'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters'),
  paymentReference: z.string().min(1).max(200).nullable(),
  reason: z.string().min(1).max(100),
  at: z.iso.datetime({ offset: true }),
});

/**
 * The buyer server of wire.md: takes each message once, known again by its `messageId` or its `Idempotency-Key`.
 * It does not judge the order of messages; its effects show it. It also speaks for the platform, which pays back.
 */
export function buyerRoutes(state: SandboxState): Route[] {
  return [
    { method: 'POST', pattern: '/order-review-messages', act: (call) => receiveMessage(state, call) },
    { method: 'POST', pattern: '/refunds-due', act: (call) => receiveRefund(state, call) },
  ];
}

/** Each refund once, known again by its `messageId`. */
function receiveRefund(state: SandboxState, call: Call): Reply {
  const parsed = refundSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no refund', parsed.error);
  const { messageId, orderId, placementNumber, amount, currency, paymentReference, reason } = parsed.data;
  const contentHash = contentHashOf(call.body);
  const known = state.refunds.get(messageId);
  if (known?.contentHash === contentHash) return { status: 409, body: { status: 'already known' } };
  if (known) return problem(422, 'this messageId was used for other content');
  const at = new Date().toISOString();
  const refund = { messageId, orderId, placementNumber, amount, currency, paymentReference, reason, contentHash, at };
  state.record({ kind: 'refund-due', refund });
  return { status: 200, body: { status: 'received' } };
}

function receiveMessage(state: SandboxState, call: Call): Reply {
  const parsed = messageSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no order review message', parsed.error);
  const { messageId, orderId, reviewRound, sequence, kind, provisional, supersedes } = parsed.data;
  const key = call.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' && key !== '' ? key : null;
  const contentHash = contentHashOf(call.body);
  const known = state.messagesById.get(messageId) ?? (idempotencyKey && state.messagesByKey.get(idempotencyKey)) ?? null;
  if (known) {
    if (known.contentHash === contentHash) return { status: 409, body: { status: 'already known' } };
    return problem(422, 'this messageId or Idempotency-Key was used for other content');
  }
  const at = new Date().toISOString();
  const common = { messageId, orderId, reviewRound, sequence, kind, provisional, supersedes: supersedes ?? null };
  state.record({ kind: 'message-received', message: { ...common, idempotencyKey, contentHash, at } });
  return { status: 200, body: { status: 'received' } };
}
