import * as z from 'zod';
import type { ArrivalFilter, ArrivalLog } from './arrival-log.js';
import { arrivalsPage, homePage, inboxPage } from './control-pages.js';
import { effectsOf, scenarioView } from './control-views.js';
import { listen, type Listener, type Serve } from './http-listener.js';
import type { NoticeSender } from './notice-sender.js';
import { httpUrlSchema } from './options.js';
import { outageSchema, type Outages } from './outages.js';
import type { OwedAnswers } from './owed-answers.js';
import { badRequest, problem } from './problem.js';
import { sendReply, type Answer, type Reply } from './reply.js';
import { parsedBody, receiveBody } from './request-body.js';
import { route, type Call, type Route } from './routes.js';
import { orderIdSchema, scenarioSchema, SIDES, type Side } from './scenario.js';
import type { LiaisonNotice, SandboxState } from './state.js';

export interface ControlOptions {
  host: string;
  port: number;
  log: ArrivalLog;
  state: SandboxState;
  sender: NoticeSender;
  owed: OwedAnswers;
  outages: Outages;
  onError: (error: unknown) => void;
}

const MAX_PAGE = 1000;
/** The newest arrivals and mails that a page for people shows. */
const MAX_SHOWN = 200;

const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);

const arrivalsQuery = z.strictObject({
  orderId: z.string().min(1).optional(),
  side: z.enum(SIDES).optional(),
  after: whole.optional(),
  limit: whole.pipe(z.int().min(1).max(MAX_PAGE)).default(MAX_PAGE),
});
const inboxQuery = z.strictObject({ to: z.string().min(1).optional(), orderId: z.string().min(1).optional() });
const orderQuery = z.strictObject({ orderId: z.string().min(1).optional() });
const settingsSchema = z.strictObject({ holdpointUrl: httpUrlSchema.nullable() });

/** Starts the control server: scenarios in; arrivals, effects, mails and what is owed out. Its calls are no arrivals. */
export function startControlServer(options: ControlOptions): Promise<Listener> {
  const routes = controlRoutes(options);
  const serve: Serve = async (request, response) => {
    const received = await receiveBody(request);
    if (received.aborted) return;
    if (received.truncated) return sendReply(response, problem(413, 'a body may have at most 1 MB'));
    const call = { headers: request.headers, body: parsedBody(received.bytes), orderId: null };
    const answer = await route(routes, request.method ?? '', request.url ?? '', call);
    sendReply(response, typeof answer === 'function' ? await answer(AbortSignal.abort()) : answer);
  };
  return listen(options.host, options.port, serve, options.onError);
}

function controlRoutes(options: ControlOptions): Route[] {
  const { state } = options;
  const withOrder = (act: (orderId: string, call: Call) => Answer) => (call: Call) => {
    const orderId = orderIdSchema.safeParse(call.params['orderId']);
    return orderId.success ? act(orderId.data, call) : badRequest('the order ID is not one of the wire', orderId.error);
  };
  return [
    { method: 'GET', pattern: '/', act: () => htmlReply(homePage(state, options.owed, options.outages.list())) },
    { method: 'GET', pattern: '/healthz', act: () => ok({ status: 'ok' }) },
    { method: 'PUT', pattern: '/scenarios/{orderId}', act: withOrder((id, call) => putScenario(options, id, call)) },
    { method: 'GET', pattern: '/scenarios/{orderId}', act: withOrder((id) => ok(scenarioView(id, options))) },
    { method: 'PUT', pattern: '/settings', act: (call) => putSettings(options, call) },
    { method: 'GET', pattern: '/settings', act: () => ok({ holdpointUrl: state.holdpointUrl }) },
    { method: 'GET', pattern: '/arrivals', act: (call) => getArrivals(options, call) },
    { method: 'GET', pattern: '/inbox', act: (call) => getInbox(state, call) },
    { method: 'GET', pattern: '/effects', act: (call) => byOrder(call, (id) => effectsOf(state, id)) },
    { method: 'GET', pattern: '/owed', act: (call) => byOrder(call, (id) => ({ owed: countOwed(options, id) })) },
    { method: 'GET', pattern: '/outages', act: () => ok({ outages: options.outages.list() }) },
    { method: 'PUT', pattern: '/outages/{side}', act: withSide((side, call) => beginOutage(options.outages, side, call)) },
    { method: 'DELETE', pattern: '/outages/{side}', act: withSide((side) => endOutage(options.outages, side)) },
  ];
}

function withSide(act: (side: Side, call: Call) => Promise<Reply>): (call: Call) => Reply | Promise<Reply> {
  return (call) => {
    const side = z.enum(SIDES).safeParse(call.params['side']);
    return side.success ? act(side.data, call) : badRequest('this is no side', side.error);
  };
}

async function beginOutage(outages: Outages, side: Side, call: Call): Promise<Reply> {
  const parsed = outageSchema(side).safeParse(call.body);
  return parsed.success ? ok(await outages.begin(side, parsed.data)) : badRequest('this is no outage', parsed.error);
}

/** Answers with the outage that ended, and what arrived during it. */
async function endOutage(outages: Outages, side: Side): Promise<Reply> {
  const ended = await outages.end(side);
  return ended === null ? problem(404, `the side ${side} is not out`) : ok({ ...ended, until: new Date().toISOString() });
}

function putScenario(options: ControlOptions, orderId: string, call: Call): Reply {
  const parsed = scenarioSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no scenario', parsed.error);
  options.state.record({ kind: 'scenario', orderId, scenario: parsed.data });
  return ok(scenarioView(orderId, options));
}

function putSettings(options: ControlOptions, call: Call): Reply {
  const parsed = settingsSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('these are no settings', parsed.error);
  options.state.record({ kind: 'settings', holdpointUrl: parsed.data.holdpointUrl });
  options.sender.wake();
  return ok(parsed.data);
}

function getArrivals(options: ControlOptions, call: Call): Reply {
  const parsed = arrivalsQuery.safeParse(Object.fromEntries(call.query));
  if (!parsed.success) return badRequest('this query is not understood', parsed.error);
  if (wantsHtml(call) && parsed.data.after === undefined) {
    const limit = Math.min(parsed.data.limit, MAX_SHOWN);
    return htmlReply(arrivalsPage(options.log.newest({ ...parsed.data, limit }), MAX_SHOWN));
  }
  const { arrivals, next } = options.log.page(parsed.data);
  return { status: 200, headers: next === null ? {} : nextHeaders(parsed.data, next), body: arrivals };
}

/** The body stays the plain list of wire.md; that there is more, and where, is said in the headers. */
function nextHeaders(filter: ArrivalFilter, next: number): Record<string, string> {
  const query = new URLSearchParams({ after: String(next), limit: String(filter.limit) });
  if (filter.orderId !== undefined) query.set('orderId', filter.orderId);
  if (filter.side !== undefined) query.set('side', filter.side);
  return { link: `</arrivals?${query.toString()}>; rel="next"`, 'x-next-after': String(next) };
}

function getInbox(state: SandboxState, call: Call): Reply {
  const parsed = inboxQuery.safeParse(Object.fromEntries(call.query));
  if (!parsed.success) return badRequest('this query is not understood', parsed.error);
  const to = parsed.data.to?.toLowerCase();
  const { orderId } = parsed.data;
  const mails = state.mails.filter(
    (mail) => (to === undefined || mail.to.includes(to)) && (orderId === undefined || mail.orderId === orderId),
  );
  if (wantsHtml(call)) return htmlReply(inboxPage(mails.slice(-MAX_SHOWN).toReversed(), noticesFor(state, parsed.data), MAX_SHOWN));
  return ok(mails.slice(-MAX_PAGE));
}

/** Of the liaison server and the chats, the newest first; they know no address of mail. */
function noticesFor(state: SandboxState, { to, orderId }: { to?: string | undefined; orderId?: string | undefined }): LiaisonNotice[] {
  if (to !== undefined) return [];
  const notices = state.liaisonNotices.filter((notice) => orderId === undefined || notice.orderId === orderId);
  return notices.slice(-MAX_SHOWN).toReversed();
}

function byOrder(call: Call, view: (orderId: string | undefined) => unknown): Reply {
  const parsed = orderQuery.safeParse(Object.fromEntries(call.query));
  if (!parsed.success) return badRequest('this query is not understood', parsed.error);
  return ok(view(parsed.data.orderId));
}

/** Notices not yet delivered, and HTTP answers still to be given: not scripted polls, which wait to be asked. */
function countOwed({ state, owed }: ControlOptions, orderId: string | undefined): number {
  const notices = [...state.openNotices.values()];
  const open = orderId === undefined ? notices : notices.filter((notice) => notice.orderId === orderId);
  return owed.count(orderId) + open.length;
}

function wantsHtml(call: Call): boolean {
  return (call.headers.accept ?? '').includes('text/html');
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function htmlReply(html: string): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'none'; frame-ancestors 'self'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: html };
}
