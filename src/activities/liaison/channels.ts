/** The ways to a person: which body each takes, how it is sent, and how its answer is read. */
import { findCounterpart } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { DEFAULT_COUNTERPARTS, type Counterpart, type NoticeFormat } from '../../domain/counterpart.js';
import type { CaseNotice, OutageNotice } from '../../domain/notice-facts.js';
import { dingtalkMessage, slackMessage } from '../../domain/notice-chat.js';
import { composeMail } from '../../domain/notice-mail.js';
import { wireNotice, type NoticeEnvelope } from '../../domain/notice-wire.js';
import type { Channel } from '../../domain/notice.js';
import type { RenderedNotice } from '../../templates/rendered-notice.js';
import type { EffectOutcome } from '../effect.js';
import { callCounterpart, type CallOutcome } from '../http.js';
import { mailEffect, type Mailer } from './mailer.js';

export interface ChannelSettings {
  mailer: Mailer;
  from: string;
  /** Standard Webhooks secret of calls to liaison servers. */
  webhookSecret: string;
}

/** A way to a person with its server; null: there is none of that name, and nothing can go by it. */
export type Way = { type: 'email' } | { type: 'server'; counterpartId: string; server: Counterpart | null };

export async function wayOf(db: Database, channel: Channel): Promise<Way> {
  if (channel.type === 'email') return channel;
  const server = await findCounterpart(db, channel.counterpartId);
  return { ...channel, server: server?.kind === 'liaison' && server.baseUrl !== null ? server : null };
}

/** @returns the row by which it goes, as the ledger has it */
export function counterpartOf(channel: Channel): string {
  return channel.type === 'email' ? DEFAULT_COUNTERPARTS.mail : channel.counterpartId;
}

/** The text exactly as sent: a mail as `{to, subject, text, html}`, a server's body as it is posted. */
export function bodyFor(
  way: Way,
  notice: CaseNotice | OutageNotice,
  { document }: RenderedNotice,
  envelope: NoticeEnvelope,
  email: string,
): string {
  const composed = composeMail(document);
  if (way.type === 'email') return JSON.stringify({ to: { name: envelope.to.name, address: email }, ...composed });
  const bodies: Record<NoticeFormat, () => Record<string, unknown>> = {
    wire: () => wireNotice(notice, envelope, composed),
    slack: () => slackMessage(document),
    dingtalk: () => dingtalkMessage(document),
  };
  return JSON.stringify(bodies[way.server?.format ?? 'wire']());
}

/** Sends what was claimed. Chats honour no keys: like mail, what may have arrived is sent again, and shown as unknown when it is given up. */
export async function sendByWay(
  settings: ChannelSettings,
  way: Way,
  what: { key: string; caseId: string; orderId: string; body: string },
): Promise<EffectOutcome> {
  const { key, orderId, body } = what;
  if (way.type === 'email') return mailEffect(settings.mailer, settings.from, { key, orderId, body });
  if (way.server === null || way.server.baseUrl === null) {
    return { kind: 'refused', httpStatus: null, error: `there is no liaison server "${way.counterpartId}"` };
  }
  const { baseUrl, format, timeoutMs } = way.server;
  const url = format === 'wire' ? `${baseUrl}/notices` : baseUrl;
  const outcome = await callCounterpart(
    { method: 'POST', url, key, traceOf: what.caseId, body },
    { timeoutMs, webhookSecret: settings.webhookSecret },
  );
  return answerOf(format, outcome);
}

/** 2xx is delivered; from a server that knows our keys 409 (already known) too. DingTalk says what it thinks of it in the body. */
function answerOf(format: NoticeFormat, outcome: CallOutcome): EffectOutcome {
  const { status: httpStatus } = outcome;
  if (outcome.kind === 'answered') return format === 'dingtalk' ? dingtalkAnswer(outcome) : { kind: 'delivered', httpStatus, result: {} };
  if (format === 'wire' && httpStatus === 409) return { kind: 'delivered', httpStatus, result: {} };
  if (outcome.kind === 'refused') return { kind: 'refused', httpStatus, error: outcome.error };
  return { kind: outcome.kind, httpStatus, error: outcome.error, retryAfterMs: outcome.retryAfterMs };
}

/** Over 20 messages a minute a robot takes none for ten minutes. */
const DINGTALK_TOO_FAST = 130101;
const DINGTALK_BUSY = -1;
const DINGTALK_PAUSE_MS = 600_000;

/** HTTP 200 with `{errcode, errmsg}`: 0 is delivered. */
function dingtalkAnswer({ status, body }: Extract<CallOutcome, { kind: 'answered' }>): EffectOutcome {
  const { errcode, errmsg } = (typeof body === 'object' && body !== null ? body : {}) as { errcode?: unknown; errmsg?: unknown };
  if (errcode === 0) return { kind: 'delivered', httpStatus: status, result: {} };
  const error = `errcode ${JSON.stringify(errcode)}: ${String(errmsg).slice(0, 300)}`;
  if (typeof errcode !== 'number') return { kind: 'unknown', httpStatus: status, error: 'answer not understood', retryAfterMs: null };
  if (errcode === DINGTALK_TOO_FAST) return { kind: 'not_acted', httpStatus: status, error, retryAfterMs: DINGTALK_PAUSE_MS };
  if (errcode === DINGTALK_BUSY) return { kind: 'not_acted', httpStatus: status, error, retryAfterMs: null };
  return { kind: 'refused', httpStatus: status, error };
}
