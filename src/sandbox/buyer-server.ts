import { createHash } from 'node:crypto';
import * as z from 'zod';
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

/**
 * The buyer server of wire.md: takes each message once, known again by its `messageId` or its `Idempotency-Key`.
 * It does not judge the order of messages; its effects show it.
 */
export function buyerRoutes(state: SandboxState): Route[] {
  return [{ method: 'POST', pattern: '/order-review-messages', act: (call) => receiveMessage(state, call) }];
}

function receiveMessage(state: SandboxState, call: Call): Reply {
  const parsed = messageSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no order review message', parsed.error);
  const { messageId, orderId, reviewRound, sequence, kind, provisional, supersedes } = parsed.data;
  const key = call.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' && key !== '' ? key : null;
  const contentHash = hashOf(call.body);
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

/** The same for two JSON values that differ only in the order of their fields. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedFields)).digest('hex');
}

function sortedFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
