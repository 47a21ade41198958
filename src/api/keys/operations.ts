import { z } from 'zod';
import { PERMISSIONS, WITHIN_BUYERS } from '../../domain/access.js';
import { listOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import { instantSchema, noteSchema } from '../review-notices/schema.js';

const DAY_MS = 86_400_000;

const keyName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be 1 to 60 characters of a-z, 0-9 and -')
  .describe('who it is for; the sender of what comes with it');
const scope = z.enum(PERMISSIONS, `must be one of: ${PERMISSIONS.join(', ')}`);
const params = z.object({ name: keyName });
const instant = z.iso.datetime().nullable();

const keyShape = {
  name: keyName,
  status: z.enum(['active', 'expired', 'revoked']),
  scopes: z.array(scope),
  buyers: z.array(z.string()).nullable().describe('null: all; else it sees and does only what is of these'),
  createdAt: z.iso.datetime(),
  expiresAt: instant,
  revokedAt: instant,
  lastUsedAt: instant.describe('to the minute'),
  secrets: z
    .array(
      z.object({
        prefix: z.string().describe('the first characters of the key, up to its secret'),
        createdAt: z.iso.datetime(),
        expiresAt: instant.describe('when it was, or will be, rotated away'),
        lastUsedAt: instant,
      }),
    )
    .describe('the newest first'),
};
const key = z.object(keyShape).meta({ id: 'Key' });
const change = z.object({
  type: z.enum(['created', 'rotated', 'revoked']),
  by: z.string(),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
const keyHistory = z
  .object({ ...keyShape, changes: z.array(change).describe('who did what, the oldest first') })
  .meta({ id: 'KeyHistory' });
const issuedKey = z
  .object({ ...keyShape, changes: z.array(change), key: z.string().describe('the key itself: told in this answer, and nowhere else') })
  .meta({ id: 'IssuedKey' });

export const listApiKeys = operation({
  id: 'listKeys',
  method: 'get',
  path: '/keys',
  tag: 'Keys',
  summary: 'List the keys, also those that are over',
  description: 'By name. The keys of the settings (`HOLDPOINT_API_KEYS`) are not among them.',
  permission: 'keys.read',
  answers: { 200: { description: 'All of them.', body: listOf(key) } },
  example: {},
});

export const createApiKey = operation({
  id: 'createKey',
  method: 'post',
  path: '/keys',
  tag: 'Keys',
  summary: 'Create a key',
  description: 'The answer has the key itself, this once. A key that creates another can give it what it has itself.',
  permission: 'keys.write',
  body: z
    .strictObject({
      name: keyName,
      scopes: z.array(scope).min(1).max(PERMISSIONS.length),
      buyers: z.array(z.string().min(1).max(200)).min(1).max(1000).nullish().describe('null: all'),
      expiresAt: instantSchema
        .refine((at) => Date.parse(at) > Date.now(), 'must be in the future')
        .nullish()
        .describe('null: never'),
    })
    .superRefine(({ scopes, buyers }, context) => {
      const beyond = buyers ? scopes.filter((one) => !WITHIN_BUYERS.has(one)) : [];
      if (beyond.length > 0)
        context.addIssue({ code: 'custom', path: ['scopes'], message: `not for a key that is bound to buyers: ${beyond.join(', ')}` });
    }),
  answers: { 201: { description: 'Created.', body: issuedKey } },
  problems: ['KEY_NAME_TAKEN'],
  example: { body: { name: 'erp', scopes: ['cases.read', 'cases.report'], buyers: ['B-1'], expiresAt: null } },
});

export const readApiKey = operation({
  id: 'readKey',
  method: 'get',
  path: '/keys/{name}',
  tag: 'Keys',
  summary: 'Read a key, with who changed it',
  permission: 'keys.read',
  params,
  answers: { 200: { description: 'As it stands.', body: keyHistory } },
  problems: ['KEY_NOT_FOUND'],
  example: { params: { name: 'erp' } },
});

export const rotateApiKey = operation({
  id: 'rotateKey',
  method: 'post',
  path: '/keys/{name}/rotate',
  tag: 'Keys',
  summary: 'Rotate a key: a new secret for the same name',
  description: 'The answer has the new key, this once. The one before stays valid for the overlap, so that its holder can change over.',
  permission: 'keys.write',
  params,
  body: z.strictObject({
    overlapMs: z
      .int()
      .min(0)
      .max(30 * DAY_MS)
      .default(DAY_MS)
      .describe('how long the one before stays valid: a day, at most 30'),
  }),
  answers: { 200: { description: 'Rotated.', body: issuedKey } },
  problems: ['KEY_NOT_FOUND', 'KEY_NOT_ROTATED'],
  example: { params: { name: 'erp' }, body: { overlapMs: 3_600_000 } },
});

export const revokeApiKey = operation({
  id: 'revokeKey',
  method: 'post',
  path: '/keys/{name}/revoke',
  tag: 'Keys',
  summary: 'Revoke a key, at once and for ever',
  permission: 'keys.write',
  params,
  body: z.strictObject({ note: noteSchema }),
  answers: { 200: { description: 'Revoked; once more changes nothing.', body: keyHistory } },
  problems: ['KEY_NOT_FOUND'],
  example: { params: { name: 'erp' }, body: { note: 'the server was replaced' } },
});
