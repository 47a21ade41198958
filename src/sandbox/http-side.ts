import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathSegments, type Arrival, type ArrivalLog } from './arrival-log.js';
import { listen, type Listener, type Serve } from './http-listener.js';
import type { OwedAnswers } from './owed-answers.js';
import { problem } from './problem.js';
import { pause, sendReply, type Answer, type Reply } from './reply.js';
import { parsedBody, receiveBody, type ReceivedBody } from './request-body.js';
import { route, type Route } from './routes.js';
import type { Outage, Outages } from './outages.js';
import { faultPlan, type FaultPlan, type Scenario, type Side } from './scenario.js';
import { signatureValid } from './signature.js';

/** What every HTTP side needs besides its own routes. */
export interface SideContext {
  host: string;
  log: ArrivalLog;
  owed: OwedAnswers;
  outages: Outages;
  scenarioOf: (orderId: string) => Scenario;
  /** Key for checking the signatures of Holdpoint's calls; null = not checked. */
  webhookKey: Buffer | null;
  onError: (error: unknown) => void;
}

/** What other sandbox servers or the liaison call, never Holdpoint, and chats, which know no such signature. */
const UNSIGNED: Partial<Record<Side, readonly string[]>> = { review: ['liaison-reviews'], liaison: ['orders', 'chat'] };

const REFUSAL_DETAIL = 'the scenario of this order asks for this fault';

const OUTAGE_DETAIL = 'this side is out: the control server began an outage of it';

/** Often enough that no wait for silence ends, and never done. */
const DRIP_EVERY_MS = 300;
const MAX_DRIP_MS = 600_000;

/** What a gateway in front of a side may make of its answer. */
const GARBLED: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Thank you for your request.</body></html>',
};

/**
 * Starts one simulated side. Every request is written down first; then an outage of the side, else the order's scripted fault, if any,
 * decides whether the routes act and how the answer goes out.
 */
export async function startHttpSide(side: Side, port: number, routes: readonly Route[], context: SideContext): Promise<Listener> {
  const serveHere: Serve = (request, response) => serve(side, routes, context, request, response);
  const listener = await listen(context.host, port, serveHere, context.onError);
  context.outages.addDoor(side, listener.door);
  listener.server.on('clientError', (error, socket) => {
    recordNoHttp(side, context, error);
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return listener;
}

async function serve(
  side: Side,
  routes: readonly Route[],
  context: SideContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receiveBody(request);
  const outage = context.outages.meet(side);
  const arrival = recordRequest(side, context, request, received, outage);
  if (received.aborted) return;
  if (received.truncated) return sendReply(response, problem(413, 'a body may have at most 1 MB'));
  if (outage !== null) return beOut(response, outage);
  const plan = arrival.orderId === null ? null : faultPlan(context.scenarioOf(arrival.orderId), side, arrival.call);
  if (plan?.act === false) return refuse(response, plan);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.closed) gone.abort();
  const call = { headers: request.headers, body: arrival.body, orderId: arrival.orderId };
  const answer = await route(routes, request.method ?? '', request.url ?? '', call);
  await giveAnswer(response, answer, plan, arrival.orderId, context.owed, gone.signal);
}

function recordRequest(side: Side, context: SideContext, request: IncomingMessage, received: ReceivedBody, outage: Outage | null): Arrival {
  return context.log.record({
    side,
    method: request.method ?? null,
    path: request.url ?? null,
    headers: request.headers,
    body: parsedBody(received.bytes),
    ...signature(side, context, request, received.bytes),
    ...(outage !== null && { outage: outage.do }),
    truncated: received.truncated,
    aborted: received.aborted,
  });
}

/** Only calls that Holdpoint signs are judged. */
function signature(side: Side, context: SideContext, request: IncomingMessage, body: Buffer): { signatureValid?: boolean } {
  const unsigned = UNSIGNED[side]?.includes(pathSegments(request.url ?? '')[0] ?? '') ?? false;
  if (context.webhookKey === null || unsigned) return {};
  return { signatureValid: signatureValid(context.webhookKey, request.headers, body, Date.now()) };
}

/** Bytes that are no HTTP are an arrival too; a connection that merely broke off without any is not. */
function recordNoHttp(side: Side, context: SideContext, error: Error & { rawPacket?: unknown }): void {
  if (!Buffer.isBuffer(error.rawPacket)) return;
  try {
    const body = error.rawPacket.toString('utf8');
    context.log.record({ side, method: null, path: null, headers: {}, body });
  } catch (failure) {
    context.onError(failure);
  }
}

/** `refuse` shuts the door: what got in before is broken off. */
function beOut(response: ServerResponse, outage: Outage): void {
  if (outage.do === 'hang') return;
  const status = Number(outage.do);
  if (Number.isNaN(status)) {
    response.destroy();
    return;
  }
  const reply = problem(status, OUTAGE_DETAIL);
  const wait: Record<string, string> = outage.retryAfterSeconds === null ? {} : { 'retry-after': String(outage.retryAfterSeconds) };
  sendReply(response, { ...reply, headers: { ...reply.headers, ...wait } });
}

function refuse(response: ServerResponse, plan: FaultPlan & { act: false }): void {
  if (plan.how === 'drop') {
    response.destroy();
    return;
  }
  if (plan.how === 'errcode') return sendReply(response, { status: 200, body: { errcode: plan.code, errmsg: REFUSAL_DETAIL } });
  const reply = problem(plan.status, REFUSAL_DETAIL);
  const wait: Record<string, string> = plan.status === 429 || plan.status === 503 ? { 'retry-after': '1' } : {};
  sendReply(response, { ...reply, headers: { ...reply.headers, ...wait } });
}

async function giveAnswer(
  response: ServerResponse,
  answer: Answer,
  plan: FaultPlan | null,
  orderId: string | null,
  owed: OwedAnswers,
  gone: AbortSignal,
): Promise<void> {
  if (plan?.how === 'hang') return;
  if (plan?.how === 'drip') return drip(response, gone);
  if (plan?.how === 'drop') {
    response.destroy();
    return;
  }
  if (plan === null && typeof answer !== 'function') return sendReply(response, answer);
  if (plan?.how === 'garbled') return sendReply(response, GARBLED);
  const settle = owed.owe(orderId);
  try {
    if (plan?.how === 'slow') await pause(plan.ms, gone);
    sendReply(response, typeof answer === 'function' ? await answer(gone) : answer);
  } finally {
    settle();
  }
}

/** An answer that comes a byte at a time and never to its end. */
async function drip(response: ServerResponse, gone: AbortSignal): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  for (let drops = 0; !gone.aborted && drops * DRIP_EVERY_MS < MAX_DRIP_MS; drops += 1) {
    response.write(' ');
    await pause(DRIP_EVERY_MS, gone);
  }
  response.destroy();
}
