import { z } from 'zod';
import { CHECK_STEPS } from '../../counterparts/check.js';
import { SECRET_PURPOSES } from '../../db/counterpart-secrets.js';
import { COUNTERPART_KINDS, NOTICE_FORMATS } from '../../domain/counterpart.js';
import { instant } from '../contract/answers.js';

const auth = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }),
  z.object({ type: z.literal('bearer') }),
  z.object({ type: z.literal('oauth2'), tokenUrl: z.string(), clientId: z.string(), scope: z.string().nullable() }),
]);
const byName = z.record(z.string(), z.string()).optional();

export const counterpartAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(COUNTERPART_KINDS),
    name: z.string(),
    baseUrl: z.string().nullable().describe('of a chat the host alone; null where addresses come from elsewhere'),
    buyerIds: z.array(z.string()).describe('of a buyer or review server: whose orders go to it'),
    auth: auth.describe('how we prove who we are, beside the signature'),
    timeoutMs: z.int().describe('for one call'),
    maxPerSecond: z.number().describe('over all workers'),
    maxConcurrent: z.int().describe('over all workers'),
    mapping: z
      .object({
        paths: byName.describe('our path → theirs'),
        out: byName.describe('message → JSONata over our body that gives theirs'),
        in: byName.describe('message → JSONata over their answer or notice that gives ours'),
      })
      .nullable()
      .describe('where its JSON or paths differ from ours'),
    format: z.enum(NOTICE_FORMATS).describe('of a liaison server: our JSON, or a chat'),
    sender: z.string().nullable().describe('the name of the API key with which it calls us'),
    version: z.int().describe('rises with each change'),
  })
  .meta({ id: 'Counterpart', description: 'A server of another side.' });

export const secretAnswer = z
  .object({
    id: z.uuid(),
    purpose: z.enum(SECRET_PURPOSES),
    fingerprint: z.string().describe('the first 12 hex digits of its SHA-256'),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant.nullable().describe('when it ends, or ended; null: until it is rotated'),
  })
  .meta({ id: 'CounterpartSecret', description: 'What is told of a secret; the secret itself never is.' });

/** `POST /v1/counterparts/{id}/secrets` */
export const addedSecretAnswer = secretAnswer
  .extend({ secret: z.string().optional().describe('one that was made here, told this once') })
  .meta({ id: 'AddedSecret' });

const step = z.object({ ok: z.boolean().nullable().describe('null: not looked at, or it cannot be told'), words: z.string() });

/** `POST /v1/counterparts/{id}/check` */
export const checkAnswer = z
  .object({
    counterpartId: z.string(),
    verdict: z
      .enum(['works', 'uncertain', 'fails'])
      .describe('`fails`: a step is not right; `uncertain`: it cannot be told whether it understands us'),
    words: z.string().describe('what matters most'),
    steps: z.object(Object.fromEntries(CHECK_STEPS.map((name) => [name, step]))).describe('in the order in which they are taken'),
    httpStatus: z.int().nullable(),
    latencyMs: z.number().nullable().describe('how long its answer took'),
  })
  .meta({ id: 'CheckReport', description: 'Whether a counterpart answers and understands us.' });
