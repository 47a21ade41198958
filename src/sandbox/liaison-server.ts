import { request } from 'undici';
import * as z from 'zod';
import { resolutionOf, type Notice } from './notice.js';
import { badRequest, problem } from './problem.js';
import type { Reply } from './reply.js';
import type { Call, Route } from './routes.js';
import { orderIdSchema } from './scenario.js';
import type { SandboxState } from './state.js';

const liaisonId = z.string().min(1).max(200);
const reviewSchema = z.strictObject({ liaisonId, reviewRound: z.int().min(1).optional() });
const resolutionSchema = z.strictObject({
  liaisonId,
  note: z.string().trim().min(1).max(2000).default('seen as succeeded on the liaison server'),
});

const ASK_TIMEOUT_MS = 30_000;

export interface LiaisonServerOptions {
  state: SandboxState;
  /** Base address of the review server, asked over a socket of its own. */
  reviewUrl: () => string;
  onNotice: (notice: Notice) => void;
}

/** The liaison's own system: asks the review server for a review, or tells Holdpoint the liaison's word. */
export function liaisonRoutes(options: LiaisonServerOptions): Route[] {
  return [
    { method: 'POST', pattern: '/orders/{orderId}/review', act: (call) => askForReview(options, call) },
    { method: 'POST', pattern: '/orders/{orderId}/resolve', act: (call) => resolve(options, call) },
  ];
}

async function askForReview(options: LiaisonServerOptions, call: Call): Promise<Reply> {
  const orderId = orderIdSchema.safeParse(call.params['orderId']);
  if (!orderId.success) return badRequest('the order ID is not one of the wire', orderId.error);
  const parsed = reviewSchema.safeParse(call.body);
  if (!parsed.success) return badRequest("this is no liaison's request", parsed.error);
  try {
    const response = await request(new URL('/liaison-reviews', options.reviewUrl()), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orderId: orderId.data, ...parsed.data }),
      headersTimeout: ASK_TIMEOUT_MS,
      bodyTimeout: ASK_TIMEOUT_MS,
      reset: true,
    });
    const body = await response.body.json();
    if (response.statusCode === 202) return { status: 202, body };
    return problem(502, `the review server answered ${response.statusCode}`);
  } catch (error) {
    return problem(502, `the review server did not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function resolve(options: LiaisonServerOptions, call: Call): Reply {
  const orderId = orderIdSchema.safeParse(call.params['orderId']);
  if (!orderId.success) return badRequest('the order ID is not one of the wire', orderId.error);
  const parsed = resolutionSchema.safeParse(call.body);
  if (!parsed.success) return badRequest("this is no liaison's word", parsed.error);
  const notice = resolutionOf(orderId.data, parsed.data.liaisonId, parsed.data.note);
  options.state.record({ kind: 'notice-queued', notice });
  options.onNotice(notice);
  return { status: 202, body: { status: 'accepted', eventId: notice.eventId } };
}
