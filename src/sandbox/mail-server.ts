import type { AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { ArrivalLog } from './arrival-log.js';
import { startListening, trackSockets } from './http-listener.js';
import type { OwedAnswers } from './owed-answers.js';
import { MAX_BODY_BYTES } from './request-body.js';
import { faultPlan, type Scenario } from './scenario.js';
import type { Mail, SandboxState } from './state.js';

export interface MailServerOptions {
  host: string;
  port: number;
  log: ArrivalLog;
  owed: OwedAnswers;
  state: SandboxState;
  scenarioOf(orderId: string): Scenario;
  onError(error: unknown): void;
}

export interface MailServer {
  port: number;
  /** Stops at once; open connections are destroyed. */
  close(): Promise<void>;
}

type Done = (error?: Error | null) => void;

/** A connection may wait this long in a scripted hang before the server itself ends it. */
const SOCKET_TIMEOUT_MS = 3600 * 1000;
const MAX_CLIENTS = 500;

/**
 * Starts the inbox: an SMTP server without identity or TLS that takes every mail. A mail's order is its header
 * `X-Holdpoint-Order`; the order's scenario may script faults of side `inbox`.
 */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const server = new SMTPServer({
    logger: false,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BODY_BYTES,
    socketTimeout: SOCKET_TIMEOUT_MS,
    maxClients: MAX_CLIENTS,
    onData: (stream, session, done) => {
      receiveMail(stream, session, done).catch((error: unknown) => {
        options.onError(error);
        done(smtpError(451, 'the sandbox itself failed; its log says why'));
      });
    },
  });
  const sockets = trackSockets(server.server);
  await startListening(server.server, () => server.listen(options.port, options.host));
  server.on('error', () => undefined); // a connection that broke off; what it brought was written down

  async function receiveMail(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): Promise<void> {
    const raw = await readMail(stream);
    const recipients = session.envelope.rcptTo.map((recipient) => recipient.address.toLowerCase());
    const headers = mailHeaders(raw.toString('utf8'));
    const arrival = options.log.record({
      side: 'inbox',
      method: 'SMTP',
      path: recipients.join(','),
      headers,
      body: raw.toString('utf8'),
      truncated: stream.sizeExceeded,
    });
    if (stream.sizeExceeded) return done(smtpError(552, 'a mail may have at most 1 MB'));
    const plan = arrival.orderId === null ? null : faultPlan(options.scenarioOf(arrival.orderId), 'inbox', arrival.call);
    if (plan?.then === 'refuse') return done(smtpError(plan.status, 'the scenario of this order asks for this fault'));
    const mail = await parseMail(raw, session, recipients, headers, arrival.orderId);
    options.state.record({ kind: 'mail-received', mail });
    if (plan?.then === 'hang') return;
    if (plan?.then === 'drop') return dropConnection(sockets, session);
    if (plan?.then !== 'slow') return done();
    const settle = options.owed.owe(arrival.orderId);
    const answer = setTimeout(finish, plan.ms);
    const socket = socketOf(sockets, session);
    socket?.once('close', finish);
    function finish(): void {
      clearTimeout(answer);
      socket?.off('close', finish);
      settle();
      done();
    }
  }

  return {
    port: (server.server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads the whole mail, but keeps no more than the limit. */
async function readMail(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < MAX_BODY_BYTES) chunks.push(chunk.subarray(0, MAX_BODY_BYTES - size));
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

/** @returns the header fields in lower case with their unfolded raw values; of a repeated one, all, comma-separated */
function mailHeaders(raw: string): Record<string, string> {
  const head = raw.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return Object.fromEntries(headers);
}

async function parseMail(
  raw: Buffer,
  session: SMTPServerSession,
  to: string[],
  headers: Record<string, string>,
  orderId: string | null,
): Promise<Mail> {
  const parsed = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
  const sender = session.envelope.mailFrom;
  return {
    from: parsed.from?.text ?? (sender ? sender.address : ''),
    to,
    subject: parsed.subject ?? '',
    text: parsed.text ?? null,
    html: parsed.html || null,
    messageId: parsed.messageId ?? null,
    headers,
    at: new Date().toISOString(),
    orderId,
  };
}

function socketOf(sockets: Set<Socket>, session: SMTPServerSession): Socket | undefined {
  return [...sockets].find((s) => s.remotePort === session.remotePort && s.remoteAddress?.endsWith(session.remoteAddress));
}

function dropConnection(sockets: Set<Socket>, session: SMTPServerSession): void {
  socketOf(sockets, session)?.destroy();
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
