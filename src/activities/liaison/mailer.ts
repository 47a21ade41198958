/** Mail over SMTP (RFC 5321), with what is known of each mail after it was tried. */
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
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

export interface Mailer {
  /** Never throws for what the mail server does. */
  send(mail: Mail): Promise<EffectOutcome>;
  close(): void;
}

/** @param timeoutMs for connecting, the greeting, and silence on the connection, each */
export function createMailer(smtpUrl: string, timeoutMs: number): Mailer {
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = nodemailer.createTransport({ url: smtpUrl, pool: true, maxConnections: 5, ...timeouts });
  // Tells when the text of a mail starts to leave: from then on a lost connection leaves its outcome unknown.
  transport.use('stream', (mail, done) => {
    const { onText } = mail.data as { onText?: () => void };
    mail.message.transform(() => new Transform({ transform: (chunk, _encoding, next) => (onText?.(), next(null, chunk)) }));
    done();
  });
  return {
    async send(mail) {
      let textLeft = false;
      const withNote: SendMailOptions & { onText: () => void } = { ...mail, onText: () => (textLeft = true) };
      try {
        await transport.sendMail(withNote);
        return { kind: 'delivered', httpStatus: null, result: { messageId: mail.messageId } };
      } catch (error) {
        return outcomeOf(error, textLeft);
      }
    },
    close: () => transport.close(),
  };
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

/** 4yz is "not now", 5yz is "no"; without a reply it depends on whether the text had left. */
function outcomeOf(error: unknown, textLeft: boolean): EffectOutcome {
  const { responseCode, code, message } = error as { responseCode?: number; code?: string; message?: string };
  const text = `${code ?? 'SMTP'}: ${(message ?? '').slice(0, 300)}`;
  if (responseCode !== undefined && responseCode >= 500) return { kind: 'refused', httpStatus: null, error: text };
  const kind = responseCode === undefined && textLeft ? 'unknown' : 'not_acted';
  return { kind, httpStatus: null, error: text, retryAfterMs: null };
}
