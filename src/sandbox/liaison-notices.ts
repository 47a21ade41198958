import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { contentHashOf } from './content-hash.js';
import { badRequest, problem } from './problem.js';
import type { Reply } from './reply.js';
import type { Call, Route } from './routes.js';
import type { LiaisonNotice, SandboxState } from './state.js';

/** A notice in Holdpoint's own form (wire.md); what it says more is kept in the arrival. */
const wireSchema = z.looseObject({
  messageId: z.string().min(1).max(400).optional(),
  subject: z.string().max(2000).optional(),
  title: z.string().max(2000).optional(),
  text: z.string().optional(),
});

/** Slack's incoming webhook takes `blocks` or `text`; beside blocks the text is what a notification shows. */
const slackSchema = z.looseObject({
  text: z.string().optional(),
  blocks: z
    .array(z.looseObject({ type: z.string().min(1) }))
    .max(50)
    .optional(),
});

const dingtalkSchema = z.discriminatedUnion('msgtype', [
  z.looseObject({
    msgtype: z.literal('markdown'),
    markdown: z.looseObject({ title: z.string().min(1), text: z.string().min(1) }),
  }),
  z.looseObject({
    msgtype: z.literal('actionCard'),
    actionCard: z.looseObject({ title: z.string().min(1), text: z.string().min(1) }),
  }),
]);

/** DingTalk's code for a parameter that is missing or wrong. */
const DINGTALK_WRONG_PARAMETER = 40_035;

/** DingTalk's code for a call that does not meet the robot's security setting. */
const DINGTALK_NOT_SECURE = 310_000;
const DINGTALK_SIGN_AGE_MS = 3_600_000;

type Received = Pick<LiaisonNotice, 'format' | 'title' | 'text'>;

/** What people are told on their own system: the liaison server's, which knows a repetition, and two chats, which do not. */
export function liaisonNoticeRoutes(state: SandboxState, dingtalkSecret?: string): Route[] {
  return [
    { method: 'POST', pattern: '/notices', act: (call) => receiveNotice(state, call) },
    { method: 'POST', pattern: '/chat/slack', act: (call) => receiveSlack(state, call) },
    { method: 'POST', pattern: '/chat/dingtalk', act: (call) => receiveDingtalk(state, call, dingtalkSecret) },
  ];
}

function receiveNotice(state: SandboxState, call: Call): Reply {
  const parsed = wireSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no notice to a liaison', parsed.error);
  const key = keyOf(call);
  const known = key === null ? undefined : state.wireNoticesByKey.get(key);
  if (known?.contentHash === contentHashOf(call.body)) return { status: 200, body: { status: 'already known' } };
  if (known) return problem(422, 'this Idempotency-Key was used for other content');
  const { subject = null, title = subject, text = null } = parsed.data;
  keep(state, call, { format: 'wire', title, text });
  return { status: 200, body: { status: 'received' } };
}

/** Answers in plain text, as Slack does. */
function receiveSlack(state: SandboxState, call: Call): Reply {
  const parsed = slackSchema.safeParse(call.body);
  const plain = (status: number, body: string): Reply => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });
  if (!parsed.success) return plain(400, 'invalid_payload');
  const { text, blocks } = parsed.data;
  if (!text && !blocks?.length) return plain(400, 'no_text');
  keep(state, call, { format: 'slack', title: null, text: text ?? JSON.stringify(blocks) });
  return plain(200, 'ok');
}

/** Answers 200 whatever happens, as DingTalk does: what it is worth stands in `errcode`. */
function receiveDingtalk(state: SandboxState, call: Call, secret: string | undefined): Reply {
  const errmsg = secret === undefined ? null : signMistake(call.query, secret, Date.now());
  if (errmsg !== null) return { status: 200, body: { errcode: DINGTALK_NOT_SECURE, errmsg } };
  const parsed = dingtalkSchema.safeParse(call.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { status: 200, body: { errcode: DINGTALK_WRONG_PARAMETER, errmsg: `${issue?.path.join('.')}: ${issue?.message}` } };
  }
  const { title, text } = parsed.data.msgtype === 'markdown' ? parsed.data.markdown : parsed.data.actionCard;
  keep(state, call, { format: 'dingtalk', title, text });
  return { status: 200, body: { errcode: 0, errmsg: 'ok' } };
}

/** By the security setting "sign" of DingTalk's custom robots. @returns what is wrong, as DingTalk says it; null: it is signed rightly */
function signMistake(query: URLSearchParams, secret: string, now: number): string | null {
  const [timestamp, sign] = [query.get('timestamp') ?? '', query.get('sign') ?? ''];
  if (!/^\d{13}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > DINGTALK_SIGN_AGE_MS) return 'invalid timestamp';
  const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest();
  const given = Buffer.from(sign, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected) ? null : 'sign not match';
}

function keep(state: SandboxState, call: Call, received: Received): void {
  const contentHash = contentHashOf(call.body);
  const notice = { key: keyOf(call), orderId: call.orderId, ...received, contentHash, at: new Date().toISOString() };
  state.record({ kind: 'liaison-told', notice });
}

function keyOf(call: Call): string | null {
  const key = call.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}
