import type { FailureReason } from '../../domain/failure-reason.js';
import { LINK_ACTIONS, linkExpiresAt } from '../../domain/action-link.js';
import { composeLiaisonNotice, localeOf } from '../../domain/liaison-notice.js';
import { requireCounterpart } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import { requireOrder } from '../../db/orders.js';
import { requireLiaison } from '../../db/reference-data.js';
import { performEffect } from '../effect.js';
import { issueActionLinks, textToSend } from './action-links.js';
import { mailEffect, type Mailer } from './mailer.js';

export interface LiaisonSettings {
  mailer: Mailer;
  from: string;
  /** Base address under which a case is looked at. */
  publicUrl: string;
}

export interface NotifyLiaisonInput {
  caseId: string;
  orderId: string;
  reviewRound: number;
  liaisonId: string;
  stage: string;
  reason: FailureReason;
  firstFailureAt: number;
  nextReviewAt: number | null;
  windowEndsAt: number;
  deadlineAt: number;
  buyerToldEarly: boolean;
  caseAt: number;
  shadow: boolean;
}

/** Notices to the order's liaison (A3, A5), by e-mail, with links to act from them (D4). @param linkKey the secret of the links */
export function createLiaisonActivities(db: Database, settings: LiaisonSettings, linkKey: string) {
  return {
    /** Sends one notice; over retries always the same text under the same Message-ID. */
    async notifyLiaison(input: NotifyLiaisonInput): Promise<void> {
      const [order, liaison] = await Promise.all([requireOrder(db, input.orderId), requireLiaison(db, input.liaisonId)]);
      const caseUrl = `${settings.publicUrl}/v1/review-cases/${encodeURIComponent(input.orderId)}?round=${input.reviewRound}`;
      const reader = { name: liaison.name, locale: localeOf(liaison.locale), timeZone: liaison.timeZone };
      const key = `${input.caseId}/${input.stage}/${input.liaisonId}`;
      const { links } = await issueActionLinks(db, linkKey, settings.publicUrl, {
        messageKey: key,
        caseId: input.caseId,
        orderId: input.orderId,
        personId: input.liaisonId,
        forLiaisonId: input.liaisonId,
        actions: LINK_ACTIONS,
        expiresAt: linkExpiresAt(Date.now(), input),
      });
      const notice = composeLiaisonNotice({ ...input, order, liaison: reader, caseUrl, links });
      const claim = {
        key,
        caseId: input.caseId,
        orderId: input.orderId,
        reviewRound: input.reviewRound,
        stage: input.stage,
        counterpart: 'liaison' as const,
        recipient: input.liaisonId,
        kind: 'liaison_notice',
        body: JSON.stringify({ to: { name: liaison.name, address: liaison.email }, ...notice }),
        caseAt: input.caseAt,
        ...(input.shadow ? { shadow: { result: {} } } : {}),
      };
      const send = async (kept: string) => {
        const body = await textToSend(db, linkKey, key, kept);
        return mailEffect(settings.mailer, settings.from, { key, orderId: input.orderId, body });
      };
      await performEffect(db, claim, send, { counterpart: await requireCounterpart(db, DEFAULT_COUNTERPARTS.mail) });
    },
  };
}
