import * as z from 'zod';
import { noticeOf, type Notice } from './notice.js';
import { badRequest, problem } from './problem.js';
import { reasonOf } from './reason.js';
import { pause, type Answer, type Reply } from './reply.js';
import { outcomeAt, type Review } from './review.js';
import type { Route } from './routes.js';
import { failureTypeOf, orderIdSchema, type AnswerMode } from './scenario.js';
import type { SandboxState } from './state.js';

const idSchema = z.string().min(1).max(400);

const requestSchema = z.looseObject({
  reviewRequestId: idSchema,
  orderId: orderIdSchema,
  reviewRound: z.int().min(1),
  attempt: z.int().min(1),
  requestedAt: z.iso.datetime({ offset: true }),
});

const liaisonSchema = z.strictObject({
  orderId: orderIdSchema,
  liaisonId: z.string().min(1).max(200),
  reviewRound: z.int().min(1).optional(),
});

export interface ReviewServerOptions {
  state: SandboxState;
  /** Called when a notice was queued. */
  onNotice: (notice: Notice) => void;
}

/** The review server of wire.md. It decides each `reviewRequestId` once, at its first arrival that it acts on. */
export class ReviewServer {
  readonly #options: ReviewServerOptions;
  /** Inline answers that wait for their outcome, by review request; a withdrawal ends the waiting. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: ReviewServerOptions) {
    this.#options = options;
  }

  routes(): Route[] {
    return [
      { method: 'POST', pattern: '/review-requests', act: ({ body }) => this.#request(body) },
      { method: 'GET', pattern: '/review-requests/{id}', act: ({ params }) => this.#result(params['id']) },
      { method: 'POST', pattern: '/review-requests/{id}/withdraw', act: ({ params }) => this.#withdraw(params['id']) },
      { method: 'GET', pattern: '/orders/{orderId}', act: ({ params }) => this.#order(params['orderId']) },
      { method: 'POST', pattern: '/liaison-reviews', act: ({ body }) => this.#reviewForLiaison(body) },
    ];
  }

  #request(body: unknown): Answer {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return badRequest('this is no review request', parsed.error);
    const { reviewRequestId, orderId, reviewRound, attempt } = parsed.data;
    const known = this.#options.state.reviewsById.get(reviewRequestId);
    if (known && (known.orderId !== orderId || known.reviewRound !== reviewRound || known.attempt !== attempt)) {
      return problem(422, 'this reviewRequestId was used for another order, round or attempt');
    }
    const { answer } = this.#options.state.scenarioOf(orderId);
    const review = known ?? this.#decide({ reviewRequestId, orderId, reviewRound, attempt, answer, liaisonId: null });
    if (review.answer !== 'inline') return { status: 202, body: { status: 'accepted' } };
    return this.#inlineAnswer(review);
  }

  /** Answers at once what is known already, so that only a review that takes its time is owed an answer. */
  #inlineAnswer(review: Review): Answer {
    if (outcomeAt(review, Date.now()).outcome !== 'pending') return outcomeReply(review);
    return async (gone) => {
      while (!gone.aborted && outcomeAt(review, Date.now()).outcome === 'pending') {
        await this.#untilKnown(review, gone);
      }
      return outcomeReply(review);
    };
  }

  async #untilKnown(review: Review, gone: AbortSignal): Promise<void> {
    const id = review.reviewRequestId ?? '';
    const withdrawn = new AbortController();
    const end = (): void => withdrawn.abort();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(end));
    gone.addEventListener('abort', end);
    await pause(Date.parse(review.dueAt ?? '') - Date.now(), withdrawn.signal);
    gone.removeEventListener('abort', end);
    waiting.delete(end);
    if (waiting.size === 0) this.#waiting.delete(id);
  }

  #result(reviewRequestId = ''): Reply {
    const review = this.#options.state.reviewsById.get(reviewRequestId);
    return review ? outcomeReply(review) : problem(404, 'no such review request');
  }

  #withdraw(reviewRequestId = ''): Reply {
    const review = this.#options.state.reviewsById.get(reviewRequestId);
    if (!review) return problem(404, 'no such review request');
    if (review.withdrawnAt === null) this.#options.state.record({ kind: 'review-withdrawn', reviewRequestId });
    for (const end of this.#waiting.get(reviewRequestId) ?? []) end();
    return { status: 200, body: { status: 'withdrawn' } };
  }

  #order(orderId = ''): Reply {
    const order = this.#options.state.scenarioOf(orderId).order;
    return order ? { status: 200, body: order } : problem(404, 'no such order');
  }

  /** The way in for the liaison server: a review beyond Holdpoint's own attempts, always answered by notice. */
  #reviewForLiaison(body: unknown): Reply {
    const parsed = liaisonSchema.safeParse(body);
    if (!parsed.success) return badRequest("this is no liaison's review request", parsed.error);
    const { orderId, liaisonId } = parsed.data;
    const { highestAttempts, newestRounds } = this.#options.state;
    const attempt = (highestAttempts.get(orderId) ?? 0) + 1;
    const reviewRound = parsed.data.reviewRound ?? newestRounds.get(orderId) ?? 1;
    this.#decide({ reviewRequestId: null, orderId, reviewRound, attempt, answer: 'notice', liaisonId });
    return { status: 202, body: { status: 'accepted', orderId, attempt } };
  }

  #decide(asked: Omit<Review, 'requestedAt' | 'dueAt' | 'outcome' | 'withdrawnAt'> & { answer: AnswerMode }): Review {
    const { state, onNotice } = this.#options;
    const scenario = state.scenarioOf(asked.orderId);
    const now = Date.now();
    const dueAt = asked.answer === 'never' ? null : new Date(now + scenario.delayMs).toISOString();
    const type = failureTypeOf(scenario, asked.attempt);
    const review: Review = {
      ...asked,
      requestedAt: new Date(now).toISOString(),
      dueAt,
      outcome: type === null ? { outcome: 'succeeded' } : { outcome: 'failed', reason: reasonOf(type, scenario.order) },
      withdrawnAt: null,
    };
    const byNotice = asked.answer === 'notice' && dueAt !== null;
    const notice = byNotice ? noticeOf(review, dueAt, scenario.order) : null;
    state.record({ kind: 'review-decided', review, notice });
    if (notice) onNotice(notice);
    return review;
  }
}

function outcomeReply(review: Review): Reply {
  return { status: 200, body: outcomeAt(review, Date.now()) };
}
