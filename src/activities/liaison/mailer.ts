/** Mail over SMTP (RFC 5321), with what is known of each mail after it was tried. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import type { EffectOutcome } from '../effect.js';

export interface Mail {
  from: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  messageId: string;
  headers: Record<string, string>;
}

interface WithNote {
  onText: (text: Readable) => void;
}

export interface Mailer {
  /** Never throws for what the mail server does. */
  send(mail: Mail): Promise<EffectOutcome>;
  close(): void;
}

/**
 * The whole conversation about one mail, from its turn in the pool to the last reply: well within an activity's attempt of 2 minutes, and
 * longer than servers take that make those wait whom they do not know.
 */
const MAIL_LIMIT_MS = 60_000;

/**
 * @param timeoutMs for connecting, the greeting, and silence on the connection, each
 * @param limitMs for all of it together: a server that goes on dripping replies is never silent
 */
export function createMailer(smtpUrl: string, timeoutMs: number, limitMs = MAIL_LIMIT_MS): Mailer {
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = nodemailer.createTransport({ url: smtpUrl, pool: true, maxConnections: 5, ...timeouts });
  // Hands out the text of a mail: it is read when the server has asked for it, and from then on a lost connection leaves its outcome unknown.
  transport.use('stream', (mail, done) => {
    const { onText } = mail.data as Partial<WithNote>;
    const createReadStream = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (options) => {
      const text = createReadStream(options);
      onText?.(text);
      return text;
    };
    done();
  });
  return {
    async send(mail) {
      let text: Readable | undefined;
      // The pool cuts the connection of a mail that is aborted, and forgets one that still waits for its turn.
      const signal = AbortSignal.timeout(limitMs);
      const withNote: SendMailOptions & WithNote = { ...mail, signal, onText: (stream) => (text = stream) };
      try {
        await transport.sendMail(withNote);
        return { kind: 'delivered', httpStatus: null, result: { messageId: mail.messageId } };
      } catch (error) {
        const textLeft = text?.readableDidRead === true;
        return (error as Error).name === 'AbortError' ? tooLong(limitMs, textLeft) : outcomeOf(error, textLeft);
      }
    },
    close: () => transport.close(),
  };
}

/** @returns the mail server as one whose turn is waited for: its call may take as long as a conversation, silent for its own time at most */
export function asMailServer<Server extends { timeoutMs: number }>(server: Server): Server & { silenceMs: number } {
  return { ...server, timeoutMs: MAIL_LIMIT_MS, silenceMs: server.timeoutMs };
}

/**
 * Sends a composed notice; over retries always the same text under the same Message-ID.
 * @param what `body` is `{to, subject, text, html}` as JSON, as the ledger keeps it
 */
export function mailEffect(mailer: Mailer, from: string, what: { key: string; orderId: string; body: string }): Promise<EffectOutcome> {
  const mail = JSON.parse(what.body) as Pick<Mail, 'to' | 'subject' | 'text' | 'html'>;
  const messageId = `<${createHash('sha256').update(what.key).digest('hex').slice(0, 32)}@holdpoint>`;
  return mailer.send({ from, ...mail, messageId, headers: { 'X-Holdpoint-Order': what.orderId } });
}

function tooLong(limitMs: number, textLeft: boolean): EffectOutcome {
  const error = `ETIMEDOUT: the mail server had not come to an end after ${limitMs} ms${textLeft ? '' : ', the text was not sent'}`;
  return { kind: textLeft ? 'unknown' : 'not_acted', httpStatus: null, error, retryAfterMs: null };
}

/** 4yz is "not now", 5yz is "no"; without a reply it depends on whether the text had left. */
function outcomeOf(error: unknown, textLeft: boolean): EffectOutcome {
  const { responseCode, code, message } = error as { responseCode?: number; code?: string; message?: string };
  const text = `${code ?? 'SMTP'}: ${(message ?? '').slice(0, 300)}`;
  if (responseCode !== undefined && responseCode >= 500) return { kind: 'refused', httpStatus: null, error: text };
  const kind = responseCode === undefined && textLeft ? 'unknown' : 'not_acted';
  return { kind, httpStatus: null, error: text, retryAfterMs: null };
}
