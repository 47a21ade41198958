import { z } from 'zod';
import { isRobotSecret, ROBOT_SECRET, ROBOT_SECRET_FORM } from '../../counterparts/chat-address.js';
import { SECRET_PURPOSES } from '../../db/counterpart-secrets.js';
import { COUNTERPART_ID, COUNTERPART_KINDS, MAX_TIMEOUT_MS, NOTICE_FORMATS } from '../../domain/counterpart.js';
import { isWebhookSecret, WEBHOOK_SECRET, WEBHOOK_SECRET_FORM } from '../../counterparts/signature.js';
import { trimmedText } from '../../wire/trimmed-text.js';

export const idSchema = z.string().regex(COUNTERPART_ID, 'must be 1 to 60 characters of a-z, 0-9 and -');

/** Judged by the handler: what has another form is not found. */
const pathId = z.string().meta({ pattern: COUNTERPART_ID.source });
export const counterpartParams = z.object({ id: pathId });
export const secretParams = counterpartParams.extend({ secretId: z.string().meta({ format: 'uuid' }) });

/** `GET /v1/counterparts` */
export const listSchema = z.strictObject({ kind: z.enum(COUNTERPART_KINDS).optional() });

const ADDRESS = 'must be an http or https address without user, password, "…" and "#"';
const address = z
  .string()
  .max(2000)
  .refine(isAddress, ADDRESS)
  .meta({ format: 'uri', pattern: String.raw`^[Hh][Tt][Tt][Pp][Ss]?://[^\s…#]+$` });
const text = trimmedText(200);
const expression = trimmedText(20_000);

const authSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('bearer') }),
    z.strictObject({ type: z.literal('oauth2'), tokenUrl: address, clientId: text, scope: text.nullable().default(null) }),
  ],
  'must have "type": "none", "bearer", or "oauth2" with "tokenUrl", "clientId" and perhaps "scope"',
);
const mappingSchema = z.strictObject({
  paths: z.record(z.string().max(200), z.string().max(1000)).optional().describe('our path → theirs'),
  out: z.record(z.string().max(100), expression).optional().describe('message → JSONata over our body that gives theirs'),
  in: z.record(z.string().max(100), expression).optional().describe('message → JSONata over their answer or notice that gives ours'),
});

/** `PUT /v1/counterparts/{id}`. */
export const counterpartSchema = z.strictObject({
  id: z.string().optional().describe('that of the path, or left out'),
  kind: z.enum(COUNTERPART_KINDS).describe('stays as it was first'),
  name: text,
  baseUrl: address.nullish().describe('not given: as it is; not for customers and mail, and of the settings for their servers'),
  buyerIds: z.array(text).max(1000).default([]).describe('of a buyer or review server: whose orders go to it'),
  auth: authSchema.default({ type: 'none' }).describe('how we prove who we are, beside the signature'),
  timeoutMs: z.int().min(100).max(MAX_TIMEOUT_MS).default(10_000).describe('for one call'),
  maxPerSecond: z.number().min(0.01).max(1000).default(50).describe('over all workers'),
  maxConcurrent: z.int().min(1).max(100).default(20).describe('over all workers'),
  mapping: mappingSchema.nullable().default(null).describe('where its JSON or paths differ from ours'),
  format: z.enum(NOTICE_FORMATS).default('wire').describe('of a liaison server: our JSON, or a chat'),
  sender: text.nullable().default(null).describe('the name of the API key with which it calls us'),
});
export type GivenCounterpart = z.infer<typeof counterpartSchema>;

/** A chat's address is given as its `baseUrl`. */
const GIVEN_PURPOSES = SECRET_PURPOSES.filter((purpose) => purpose !== 'address');

const DAY_MS = 86_400_000;
const secret = z.string().min(1).max(8192);
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
/** Which secret is for what, as JSON Schema says it; the same is judged below, in words. */
const eitherSecret = [
  given(['signing', 'verification'], WEBHOOK_SECRET),
  given(['robot'], ROBOT_SECRET),
  given(['bearer', 'client_secret'], VISIBLE_ASCII),
  { required: ['generate'], properties: { purpose: { enum: ['bearer', 'signing', 'verification'] } }, not: { required: ['secret'] } },
];
function given(purposes: string[], { source }: RegExp) {
  return {
    required: ['secret'],
    properties: { purpose: { enum: purposes }, secret: { pattern: source } },
    not: { required: ['generate'] },
  };
}
/** `POST /v1/counterparts/{id}/secrets`. Messages never repeat the secret. */
export const secretSchema = z
  .strictObject({
    purpose: z.enum(GIVEN_PURPOSES),
    secret: secret.optional(),
    generate: z.literal(true).optional().describe('in place of a secret: one is made, and told in this answer alone'),
    overlapMs: z
      .int()
      .min(0)
      .max(30 * DAY_MS)
      .default(DAY_MS)
      .describe('how long those of its purpose before it stay valid'),
  })
  .superRefine((given, context) => {
    const { purpose, generate } = given;
    const mistake = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if ((given.secret === undefined) === (generate === undefined)) return mistake('secret', 'give either a secret, or "generate": true');
    if (generate === true && purpose === 'client_secret')
      return mistake('generate', 'a client secret is made by the token server: give it as secret');
    if (generate === true && purpose === 'robot')
      return mistake('generate', 'the secret of a robot is made by DingTalk: give it as secret');
    if (given.secret === undefined) return;
    if (purpose === 'robot') {
      if (!isRobotSecret(given.secret)) mistake('secret', `must be ${ROBOT_SECRET_FORM}`);
    } else if ((purpose === 'signing' || purpose === 'verification') && !isWebhookSecret(given.secret))
      mistake('secret', `must be ${WEBHOOK_SECRET_FORM}`);
    else if (!VISIBLE_ASCII.test(given.secret)) mistake('secret', 'must be visible ASCII characters without spaces');
  })
  .meta({ oneOf: eitherSecret });

function isAddress(value: string): boolean {
  if (!URL.canParse(value) || /[\s…#]/.test(value)) return false;
  const { protocol, username, password } = new URL(value);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}
