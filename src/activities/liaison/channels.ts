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
import { notDelivered } from '../delivery.js';
import type { EffectOutcome } from '../effect.js';
import type { CallOutcome } from '../../counterparts/http.js';
import type { Counterparts } from '../../counterparts/caller.js';
import { asMailServer, mailEffect, type Mailer } from './mailer.js';

export interface ChannelSettings {
  mailer: Mailer;
  from: string;
}

/** A way to a person with its server; one of a name that no liaison server has takes nothing. */
export type Way =
  | { type: 'email'; server: Counterpart }
  | { type: 'server'; server: Counterpart }
  | { type: 'nobody'; server: Pick<Counterpart, 'id' | 'maxConcurrent' | 'timeoutMs'> };

export async function wayOf(db: Database, counterparts: Counterparts, channel: Channel): Promise<Way> {
  if (channel.type === 'email') return { type: 'email', server: asMailServer(await counterparts.require(DEFAULT_COUNTERPARTS.mail)) };
  const server = await findCounterpart(db, channel.counterpartId);
  if (server?.kind === 'liaison') return { type: 'server', server };
  return { type: 'nobody', server: { id: channel.counterpartId, maxConcurrent: 10, timeoutMs: 1000 } };
}

/** The text exactly as sent: a mail as `{to, subject, text, html}`, a server's body as it is posted. */
export async function bodyFor(
  counterparts: Counterparts,
  way: Way,
  notice: CaseNotice | OutageNotice,
  { document }: RenderedNotice,
  envelope: NoticeEnvelope,
  email: string,
): Promise<string> {
  const composed = composeMail(document);
  if (way.type === 'email') return JSON.stringify({ to: { name: envelope.to.name, address: email }, ...composed });
  const inWireForm = wireNotice(notice, envelope, composed);
  if (way.type === 'nobody') return JSON.stringify(inWireForm);
  if (way.server.format === 'wire') return counterparts.shape(way.server, 'liaison-notice', inWireForm);
  return JSON.stringify(way.server.format === 'slack' ? slackMessage(document) : dingtalkMessage(document));
}

/** Sends what was claimed. Chats honour no keys: like mail, what may have arrived is sent again, and shown as unknown when it is given up. */
export async function sendByWay(
  counterparts: Counterparts,
  settings: ChannelSettings,
  way: Way,
  what: { key: string; caseId: string; orderId: string; body: string },
): Promise<EffectOutcome> {
  const { key, orderId, body } = what;
  if (way.type === 'email') return mailEffect(settings.mailer, settings.from, { key, orderId, body });
  if (way.type === 'nobody') return { kind: 'refused', httpStatus: null, error: `there is no liaison server "${way.server.id}"` };
  const { format } = way.server;
  const outcome = await counterparts.call(way.server, { method: 'POST', path: '/notices', key, traceOf: what.caseId, body });
  return answerOf(format, outcome);
}

/** 2xx is delivered; from a server that knows our keys 409 (already known) too. DingTalk says what it thinks of it in the body. */
function answerOf(format: NoticeFormat, outcome: CallOutcome): EffectOutcome {
  const { status: httpStatus } = outcome;
  if (outcome.kind === 'answered') return format === 'dingtalk' ? dingtalkAnswer(outcome) : { kind: 'delivered', httpStatus, result: {} };
  if (format === 'wire' && httpStatus === 409) return { kind: 'delivered', httpStatus, result: {} };
  if (outcome.kind === 'refused') return { kind: 'refused', httpStatus, error: outcome.error };
  return notDelivered(outcome);
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
