import type { FailureReason } from './failure-reason.js';
import { buyerMessageId } from './identifiers.js';
import type { OrderDocument } from './order.js';

/** What a case decides to tell the buyer server; the text itself is composed when it is sent. */
export interface BuyerMessage {
  messageId: string;
  orderId: string;
  reviewRound: number;
  /** 1, 2, … within the order and round: the buyer server gets them in this order. */
  sequence: number;
  /** What it is told for; at most one message a stage. */
  stage: 'early_success' | 'rejection' | 'outcome' | 'correction';
  kind: 'review_succeeded' | 'review_failed';
  /** True for a success told before it is true (A3): the truth follows (D1). */
  provisional: boolean;
  /** The messageId this one corrects. */
  supersedes: string | null;
  reason: FailureReason | null;
  /** How the case ended, for a message told at its end. */
  ending: string | null;
}

export type BuyerMessageDraft = Omit<BuyerMessage, 'messageId' | 'orderId' | 'reviewRound' | 'sequence'>;

/** Gives a draft its place in the order's sequence. */
export function numberBuyerMessage(draft: BuyerMessageDraft, orderId: string, reviewRound: number, sequence: number): BuyerMessage {
  return { ...draft, messageId: buyerMessageId(orderId, reviewRound, sequence), orderId, reviewRound, sequence };
}

/**
 * Composes the buyer server's message (A3, A4, D1) in the form of docs/wire.md: the whole order document goes along.
 * @param at the workflow's instant, epoch ms
 */
export function composeBuyerMessage(message: BuyerMessage, order: OrderDocument, at: number): Record<string, unknown> {
  return {
    messageId: message.messageId,
    orderId: message.orderId,
    buyerOrderNumber: order.buyerOrderNumber ?? null,
    reviewRound: message.reviewRound,
    sequence: message.sequence,
    kind: message.kind,
    provisional: message.provisional,
    supersedes: message.supersedes,
    at: new Date(at).toISOString(),
    order,
    reason: message.reason,
    ...(message.ending === null ? {} : { ending: message.ending }),
  };
}
