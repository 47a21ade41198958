/** A notice as JSON for a liaison server that takes docs/wire.md's form. */
import type { CaseNotice, OutageNotice } from './notice-facts.js';
import type { ComposedNotice } from './notice-mail.js';
import type { NoticeLink } from './notice.js';

export interface NoticeEnvelope {
  /** The key of the message. */
  noticeId: string;
  caseId: string | null;
  orderId: string | null;
  to: { id: string; name: string };
  onBehalfOf: string | null;
  /** Whose case it is. */
  liaisonId: string | null;
  links: readonly NoticeLink[];
  /** Epoch ms. */
  at: number;
}

/** @returns the body of `POST {liaison}/notices`; what is shown to people is in `subject`, `text` and `html`, the facts beside it */
export function wireNotice(
  notice: CaseNotice | OutageNotice,
  { noticeId, at, ...envelope }: NoticeEnvelope,
  composed: ComposedNotice,
): Record<string, unknown> {
  const facts = notice.stage === 'outage' ? outageFacts(notice) : caseFacts(notice);
  return { noticeId, stage: notice.stage, ...envelope, ...composed, ...facts, at: iso(at) };
}

function caseFacts(notice: CaseNotice): Record<string, unknown> {
  const { reviewRound, status, statusReason, reason, next, actions, buyerToldEarly, acknowledgedBy, order } = notice;
  return {
    reviewRound,
    status,
    statusReason,
    reason,
    firstFailureAt: iso(notice.firstFailureAt),
    windowEndsAt: iso(notice.windowEndsAt),
    deadlineAt: iso(notice.deadlineAt),
    next: next === null ? null : { what: next.what, at: iso(next.at) },
    actions,
    buyerToldEarly,
    acknowledgedBy,
    order,
  };
}

function outageFacts({ counterpart, since, lastError, waiting }: OutageNotice): Record<string, unknown> {
  return { counterpart, since: iso(since), lastError, waiting };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
