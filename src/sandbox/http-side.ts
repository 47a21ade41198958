import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathSegments, type Arrival, type ArrivalLog } from './arrival-log.js';
import { listen, type Listener, type Serve } from './http-listener.js';
import type { OwedAnswers } from './owed-answers.js';
import { problem } from './problem.js';
import { pause, sendReply, type Answer, type Reply } from './reply.js';
import { parsedBody, receiveBody, type ReceivedBody } from './request-body.js';
import { route, type Route } from './routes.js';
import { faultPlan, type FaultPlan, type Scenario, type Side } from './scenario.js';
import { signatureValid } from './signature.js';

/** What every HTTP side needs besides its own routes. */
export interface SideContext {
  host: string;
  log: ArrivalLog;
  owed: OwedAnswers;
  scenarioOf: (orderId: string) => Scenario;
  /** Key for checking the signatures of Holdpoint's calls; null = not checked. */
  webhookKey: Buffer | null;
  onError: (error: unknown) => void;
}

/** Paths that other sandbox servers call, never Holdpoint: their calls carry no signature. */
export const INTERNAL_RESOURCES: readonly string[] = ['liaison-reviews'];

const REFUSAL_DETAIL = 'the scenario of this order asks for this fault';

/** What a gateway in front of a side may make of its answer. */
const GARBLED: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Thank you for your request.</body></html>',
};

/**
 * Starts one simulated side. Every request is written down first; then the order's scripted fault, if any, decides
 * whether the routes act and how the answer goes out.
 */
export async function startHttpSide(side: Side, port: number, routes: readonly Route[], context: SideContext): Promise<Listener> {
  const serveHere: Serve = (request, response) => serve(side, routes, context, request, response);
  const listener = await listen(context.host, port, serveHere, context.onError);
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
  const arrival = recordRequest(side, context, request, received);
  if (received.aborted) return;
  if (received.truncated) return sendReply(response, problem(413, 'a body may have at most 1 MB'));
  const plan = arrival.orderId === null ? null : faultPlan(context.scenarioOf(arrival.orderId), side, arrival.call);
  if (plan?.act === false) return refuse(response, plan);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.closed) gone.abort();
  const call = { headers: request.headers, body: arrival.body };
  const answer = await route(routes, request.method ?? '', request.url ?? '', call);
  await giveAnswer(response, answer, plan, arrival.orderId, context.owed, gone.signal);
}

function recordRequest(side: Side, context: SideContext, request: IncomingMessage, received: ReceivedBody): Arrival {
  return context.log.record({
    side,
    method: request.method ?? null,
    path: request.url ?? null,
    headers: request.headers,
    body: parsedBody(received.bytes),
    ...signature(side, context, request, received.bytes),
    truncated: received.truncated,
    aborted: received.aborted,
  });
}

/** Only calls of Holdpoint are judged: not the liaison's, nor what the liaison server asks the review server. */
function signature(side: Side, context: SideContext, request: IncomingMessage, body: Buffer): { signatureValid?: boolean } {
  const internal = INTERNAL_RESOURCES.includes(pathSegments(request.url ?? '')[0] ?? '');
  if (context.webhookKey === null || side === 'liaison' || internal) return {};
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

function refuse(response: ServerResponse, plan: FaultPlan & { act: false }): void {
  if (plan.how === 'drop') {
    response.destroy();
    return;
  }
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
