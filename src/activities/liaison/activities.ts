import { ApplicationFailure } from '@temporalio/common';
import { composeLiaisonNotice, localeOf } from '../../domain/liaison-notice.js';
import { noticeKey, type NotifyPersonInput, type Recipient, type RecipientGroup } from '../../domain/notice.js';
import type { Database } from '../../db/database.js';
import { requireOrder } from '../../db/orders.js';
import { findRecipients, requireLiaison } from '../../db/reference-data.js';
import { EFFECT_FAILURES, performEffect } from '../effect.js';
import { mailEffect, type Mailer } from './mailer.js';

export interface LiaisonSettings {
  mailer: Mailer;
  from: string;
  /** Base address under which a case is looked at. */
  publicUrl: string;
}

/** Notices to people (A3, A5, D6), by e-mail. */
export function createLiaisonActivities(db: Database, settings: LiaisonSettings) {
  return {
    /** Who is meant, with the ways to each; a read of our own database. @param at the workflow's clock, epoch ms */
    async resolveRecipients({ to, liaisonId }: { to: RecipientGroup; liaisonId: string | null; at: number }): Promise<Recipient[]> {
      return findRecipients(db, to, liaisonId);
    },

    /**
     * Sends one notice; over retries always the same text under the same Message-ID.
     * @throws ApplicationFailure COUNTERPART_REFUSED (final) for a way that is not served
     */
    async notifyPerson(input: NotifyPersonInput): Promise<void> {
      const { caseId, orderId, reviewRound, ledgerStage, personId, channel, next } = input;
      if (channel.type !== 'email') {
        const message = `${channel.counterpartId} cannot be reached: notices go by e-mail`;
        throw ApplicationFailure.create({ type: EFFECT_FAILURES.refused, nonRetryable: true, message });
      }
      const [order, person] = await Promise.all([requireOrder(db, orderId), requireLiaison(db, personId)]);
      const caseUrl = `${settings.publicUrl}/v1/review-cases/${encodeURIComponent(orderId)}?round=${reviewRound}`;
      const reader = { name: person.name, locale: localeOf(person.locale), timeZone: person.timeZone };
      const nextReviewAt = next !== null && next.what.startsWith('review request') ? next.at : null;
      const notice = composeLiaisonNotice({ ...input, nextReviewAt, order, liaison: reader, caseUrl });
      const key = noticeKey(caseId, ledgerStage, personId, channel);
      const claim = {
        key,
        caseId,
        orderId,
        reviewRound,
        stage: ledgerStage,
        counterpart: 'liaison' as const,
        recipient: personId,
        kind: 'liaison_notice',
        body: JSON.stringify({ to: { name: person.name, address: person.email }, ...notice }),
        caseAt: input.caseAt,
        ...(input.shadow ? { shadow: { result: {} } } : {}),
      };
      await performEffect(db, claim, (body) => mailEffect(settings.mailer, settings.from, { key, orderId, body }));
    },
  };
}
