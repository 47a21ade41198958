import type { Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { ArrivalLog } from './arrival-log.js';
import { Door } from './door.js';
import { InWork } from './http-listener.js';
import type { Outage, Outages } from './outages.js';
import type { OwedAnswers } from './owed-answers.js';
import { MAX_BODY_BYTES, receiveBody } from './request-body.js';
import { faultPlan, type Scenario } from './scenario.js';
import type { Mail, SandboxState } from './state.js';

export interface MailServerOptions {
  host: string;
  port: number;
  log: ArrivalLog;
  owed: OwedAnswers;
  outages: Outages;
  state: SandboxState;
  scenarioOf: (orderId: string) => Scenario;
  onError: (error: unknown) => void;
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

const OUTAGE_DETAIL = 'this mail server is out: the control server began an outage of it';
const DRIPPED_LINE = '250-still here\r\n';
const DRIP_EVERY_MS = 300;
const MAX_DRIP_MS = 600_000;

/**
 * Starts the inbox: an SMTP server without identity or TLS that takes every mail. A mail's order is its header
 * `X-Holdpoint-Order`; the order's scenario may script faults of side `inbox`, and the whole side may be out.
 */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const inWork = new InWork();
  const server = new SMTPServer({
    logger: false,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BODY_BYTES,
    socketTimeout: SOCKET_TIMEOUT_MS,
    maxClients: MAX_CLIENTS,
    onConnect: (_session, done) => greet(options, done),
    onData: (stream, session, done) => {
      const receiving = receiveMail(options, door.sockets, stream, session, done).catch((error: unknown) => {
        options.onError(error);
        done(smtpError(451, 'the sandbox itself failed; its log says why'));
      });
      inWork.add(receiving);
    },
  });
  const door = new Door(server.server, options.host);
  // A connection that broke off: what it brought was written down. A taken port: the start fails with it below.
  server.on('error', () => undefined);
  const port = await door.listen(options.port);
  options.outages.addDoor('inbox', door);
  return {
    port,
    close: async () => {
      await door.close();
      await inWork.settled();
    },
  };
}

/** A server that is out with 421 says so at once; one that hangs says nothing, and has learnt nothing of the mail. */
function greet({ outages, log, onError }: MailServerOptions, done: Done): void {
  const kind = outages.of('inbox')?.do;
  if (kind !== '421' && kind !== 'hang') return done();
  outages.meet('inbox');
  try {
    log.record({ side: 'inbox', method: 'SMTP', path: null, headers: {}, body: null, outage: kind });
  } catch (error) {
    onError(error);
  }
  if (kind === '421') done(smtpError(421, OUTAGE_DETAIL));
}

async function receiveMail(
  options: MailServerOptions,
  sockets: ReadonlySet<Socket>,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  done: Done,
): Promise<void> {
  const { bytes, truncated, aborted } = await receiveBody(stream);
  const to = session.envelope.rcptTo.map((recipient) => recipient.address.toLowerCase());
  const body = bytes.toString('utf8');
  const headers = mailHeaders(body);
  const outage = options.outages.meet('inbox');
  const common = { side: 'inbox', method: 'SMTP', path: to.join(','), ...(outage !== null && { outage: outage.do }) } as const;
  const { orderId, call } = options.log.record({ ...common, headers, body, truncated, aborted });
  if (aborted) return done();
  if (truncated) return done(smtpError(552, 'a mail may have at most 1 MB'));
  const socket = socketOf(sockets, session);
  if (outage !== null) return beOut(outage, socket, done);
  const plan = orderId === null ? null : faultPlan(options.scenarioOf(orderId), 'inbox', call);
  if (plan?.how === 'refuse') return done(smtpError(plan.status, 'the scenario of this order asks for this fault'));
  options.state.record({ kind: 'mail-received', mail: await parseMail(bytes, session, to, headers, orderId) });
  if (plan?.how === 'hang') return;
  if (plan?.how === 'drop') socket?.destroy();
  else if (plan?.how === 'reset') socket?.resetAndDestroy();
  else if (plan?.how === 'drip') drip(socket);
  else if (plan?.how === 'slow') replyLater(plan.ms, socket, options.owed.owe(orderId), done);
  else done();
}

/** What becomes of a mail over a connection that was there before the outage. */
function beOut({ do: kind }: Outage, socket: Socket | undefined, done: Done): void {
  if (kind === 'hang') return;
  if (kind === '421' || kind === '451') return done(smtpError(Number(kind), OUTAGE_DETAIL));
  socket?.destroy();
}

/** A reply of many lines (RFC 5321, 4.2.1), a character at a time and never to its end: a wait for silence never ends. */
function drip(socket: Socket | undefined): void {
  if (socket === undefined) return;
  let drops = 0;
  const timer = setInterval(() => {
    socket.write(DRIPPED_LINE[drops % DRIPPED_LINE.length] ?? '');
    drops += 1;
    if (drops * DRIP_EVERY_MS > MAX_DRIP_MS) socket.destroy();
  }, DRIP_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
}

/** Replies after `ms`; a sender who goes before is owed nothing any more. */
function replyLater(ms: number, socket: Socket | undefined, settle: () => void, done: Done): void {
  const timer = setTimeout(finish, ms);
  socket?.once('close', finish);
  function finish(): void {
    clearTimeout(timer);
    socket?.off('close', finish);
    settle();
    done();
  }
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

function socketOf(sockets: ReadonlySet<Socket>, session: SMTPServerSession): Socket | undefined {
  return [...sockets].find((s) => s.remotePort === session.remotePort && s.remoteAddress?.endsWith(session.remoteAddress));
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
