/** The HTTP server of the API: its limits on connections, and what is said to whom Express never sees (row "under attack and load"). */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemDocument } from './errors.js';
import { Problem, PROBLEMS } from './problems.js';

export interface ServerLimits {
  /** From the first byte of a request to the last of its headers, and to the last of its body. */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  /** Between two requests on a connection. */
  keepAliveTimeoutMs: number;
  /** Nothing moved on a connection, in either direction: also a client that does not take its answer. */
  idleTimeoutMs: number;
  /** More are cut at once: each costs memory before it says who it is. */
  maxConnections: number;
  /** How often the first two are looked at. */
  checkEveryMs: number;
}

const LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5000,
  idleTimeoutMs: 60_000,
  maxConnections: 2000,
  checkEveryMs: 1000,
};
/** An address of at most 8 KiB (`requireSaneHead` says so), and as much again twice for the other headers. */
const MAX_HEAD_BYTES = 24 * 1024;

/** @returns a server that does not listen yet */
export function createApiServer(app: RequestListener, given: Partial<ServerLimits> = {}): Server {
  const limits = { ...LIMITS, ...given };
  const options: ServerOptions = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  const server = createServer(options, app);
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleTimeoutMs);
  server.on('clientError', answerBroken);
  return server;
}

/** What is no request, or not in time. */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node's own way to see whether an answer is on this connection already.
  const { _httpMessage: answer } = socket as Duplex & { _httpMessage?: { headersSent: boolean } };
  if (error.code !== 'ECONNRESET' && socket.writable && answer?.headersSent !== true) {
    socket.write(rawAnswer(problemOf(error.code), randomUUID()));
  }
  socket.destroy();
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('REQUEST_TIMEOUT', 'The request did not come in time. Send it again, whole.');
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('HEADERS_TOO_LARGE', `The address and the headers together must not be larger than ${MAX_HEAD_BYTES} bytes.`);
  }
  return new Problem('MALFORMED_REQUEST', 'What was sent could not be read as an HTTP/1.1 request.');
}

function rawAnswer(problem: Problem, requestId: string): string {
  const { status } = PROBLEMS[problem.code];
  const body = JSON.stringify(problemDocument(problem, requestId));
  const head = [
    `HTTP/1.1 ${status} ${problem.code}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
