/** Notices to people (A3, A5, D6, D10): to whom, composed when first claimed, sent by one way. */
import { ApplicationFailure } from '@temporalio/common';
import type { Counterparts } from '../../counterparts/caller.js';
import type { Database } from '../../db/database.js';
import { findClaimed, type MessageClaim } from '../../db/messages.js';
import { templateInForce } from '../../db/notice-templates.js';
import { requireOrder } from '../../db/orders.js';
import { absencesAt, findPerson, listPeople } from '../../db/people.js';
import { requirePerson } from '../../db/reference-data.js';
import { CASE_ACTION_OF, LINK_ACTIONS, linkExpiresAt } from '../../domain/action-link.js';
import { localeOf } from '../../domain/locale.js';
import { ACTION_LABELS } from '../../domain/notice-links.js';
import type { CaseNotice } from '../../domain/notice-facts.js';
import {
  channelName,
  noticeKey,
  type Channel,
  type NoticeLink,
  type NotifyPersonInput,
  type Recipient,
  type RecipientGroup,
} from '../../domain/notice.js';
import { recipientsOf, type Person } from '../../domain/people.js';
import { renderNotice } from '../../templates/rendered-notice.js';
import { performEffect, type EffectOutcome } from '../effect.js';
import { issueActionLinks, textToSend } from './action-links.js';
import { bodyFor, sendByWay, wayOf, type ChannelSettings, type Way } from './channels.js';

export interface LiaisonSettings extends ChannelSettings {
  /** Base address under which a case is looked at. */
  publicUrl: string;
  /** Where people look at cases, without a slash at the end; null: there is no console. */
  consoleUrl: string | null;
  /** The secret of the links in notices (D4). */
  linkKey: string;
}

/** Everything of one notice but its text. */
interface Addressed {
  key: string;
  caseId: string;
  orderId: string;
  reviewRound: number;
  stage: string;
  person: Person;
  onBehalfOf: string | null;
  liaisonId: string | null;
  channel: Channel;
  kind: string;
  at: number;
  shadow: boolean;
}

interface Facts {
  notice: CaseNotice;
  links: NoticeLink[];
}

export function createLiaisonActivities(db: Database, counterparts: Counterparts, settings: LiaisonSettings) {
  /** The text of a notice that nobody has claimed yet, by the template in force now. */
  const composed = async (to: Addressed, way: Way, { notice, links }: Facts): Promise<Pick<MessageClaim, 'body' | 'detail'>> => {
    const { key, person, onBehalfOf, orderId, liaisonId, at } = to;
    const away = onBehalfOf === null ? null : ((await findPerson(db, onBehalfOf))?.name ?? onBehalfOf);
    const template = await templateInForce(db, notice.stage, notice.reason.type);
    const rendered = renderNotice(template?.texts ?? null, notice, { ...person, onBehalfOf: away }, links);
    const recipient = { id: person.id, name: person.name };
    const envelope = { noticeId: key, caseId: to.caseId, orderId, to: recipient, onBehalfOf, liaisonId, links, at };
    const detail = rendered.fellBack === null ? {} : { detail: rendered.fellBack };
    return { body: await bodyFor(counterparts, way, notice, rendered, envelope, person.email), ...detail };
  };

  /** Over retries always the same text under the same key, whatever has changed since. */
  const send = async (to: Addressed, findFacts: () => Promise<Facts>): Promise<void> => {
    const { key, caseId, orderId, person, channel, reviewRound, stage, kind, shadow } = to;
    const way = await wayOf(db, counterparts, channel);
    const claimed = await findClaimed(db, key);
    const text = claimed === null ? await composed(to, way, await findFacts()) : { body: claimed.body };
    const claim: MessageClaim = {
      key,
      caseId,
      orderId,
      reviewRound,
      stage,
      kind,
      ...text,
      counterpart: person.role === 'operations' ? 'operations' : 'liaison',
      recipient: `${person.id}/${channelName(channel)}`,
      caseAt: to.at,
      ...(shadow ? { shadow: { result: {} } } : {}),
    };
    const call = async (kept: string): Promise<EffectOutcome> => {
      const body = await textToSend(db, settings.linkKey, key, kept);
      return sendByWay(counterparts, settings, way, { key, caseId, orderId, body });
    };
    await performEffect(db, claim, call, { counterpart: way.server, ...(claimed === null ? {} : { claimed }) });
  };

  return {
    /** Who is told when a group is meant: active, in an absence by their delegate, nobody twice. @param input `at` in epoch ms */
    async resolveRecipients(input: { to: RecipientGroup; liaisonId: string | null; at: number }): Promise<Recipient[]> {
      const { to, liaisonId, at } = input;
      const [people, absences] = await Promise.all([listPeople(db), absencesAt(db, at)]);
      return recipientsOf(to, liaisonId, people, absences, at);
    },

    /**
     * Tells one person of a case by one way (A5).
     * @throws ApplicationFailure LIAISON_UNKNOWN, ORDER_UNKNOWN, STAGE_UNKNOWN (final), and what `performEffect` throws
     */
    async notifyPerson(input: NotifyPersonInput): Promise<void> {
      const { caseId, orderId, reviewRound, ledgerStage, personId, onBehalfOf, liaisonId, channel, shadow, caseAt } = input;
      const { stage } = input;
      if (stage === 'outage') {
        throw ApplicationFailure.create({
          type: 'STAGE_UNKNOWN',
          nonRetryable: true,
          message: 'a notice of a case has a stage of cases: outages are told apart',
        });
      }
      const person = await requirePerson(db, personId);
      const key = noticeKey(caseId, ledgerStage, personId, channel);
      const findFacts = async (): Promise<Facts> => {
        const order = await requireOrder(db, orderId);
        const liaisonName = liaisonId === null ? null : ((await findPerson(db, liaisonId))?.name ?? liaisonId);
        const caseUrl = `${settings.publicUrl}/v1/review-cases/${encodeURIComponent(orderId)}?round=${reviewRound}`;
        const pageUrl = settings.consoleUrl === null ? null : `${settings.consoleUrl}/cases/${encodeURIComponent(orderId)}`;
        const repetition = Number(/-(\d+)$/.exec(ledgerStage)?.[1] ?? 1);
        const links = shadow ? [] : await linksOf(db, settings, key, person, input);
        return { notice: { ...input, stage, order, liaisonName, caseUrl, pageUrl, repetition }, links };
      };
      const common = { key, caseId, orderId, reviewRound, person, onBehalfOf, liaisonId, channel, shadow };
      await send({ ...common, stage: ledgerStage, kind: 'liaison_notice', at: caseAt }, findFacts);
    },
  };
}

/** Links for what can be done now; those told by escalation may act whosever the case is. */
async function linksOf(
  db: Database,
  { linkKey, publicUrl }: LiaisonSettings,
  messageKey: string,
  person: Person,
  notice: NotifyPersonInput,
): Promise<NoticeLink[]> {
  const { caseId, orderId, personId, liaisonId, stage, actions, caseAt, deadlineAt } = notice;
  const { links } = await issueActionLinks(db, linkKey, publicUrl, {
    messageKey,
    caseId,
    orderId,
    personId,
    forLiaisonId: stage === 'escalation' ? null : liaisonId,
    actions: LINK_ACTIONS.filter((action) => actions.includes(CASE_ACTION_OF[action])),
    expiresAt: linkExpiresAt(Date.now(), { deadlineAt, caseAt }),
  });
  const labels = ACTION_LABELS[localeOf(person.locale)];
  return links.map(({ action, url }) => ({ action, label: labels[action], url }));
}
