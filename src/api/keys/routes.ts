import type { Response, Router } from 'express';
import {
  createKey,
  findKeyNamed,
  KeyNameTaken,
  KeyRevoked,
  listKeys,
  MAX_VALID_SECRETS,
  prefixOf,
  revokeKey,
  rotateKey,
  TooManySecrets,
  type Issued,
  type KeyHistory,
  type KeyRow,
} from '../../db/api-keys.js';
import { callerOf } from '../authentication.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { requireGivable } from '../reach.js';
import { createApiKey, listApiKeys, readApiKey, revokeApiKey, rotateApiKey } from './operations.js';

/** What the house tells itself must not be confused with what a server sends. */
const OWN_SENDER = 'holdpoint';

/** Keys of servers: created, rotated, revoked; each key itself is told once. */
export function keyRoutes(dependencies: ApiDependencies): Router {
  const { db, keys } = dependencies;
  const require = async (name: string): Promise<KeyHistory> => {
    const row = await findKeyNamed(db, name);
    if (row === null) throw new Problem('KEY_NOT_FOUND', `There is no key "${name}".`);
    return row;
  };
  const taken = (name: string): Problem => new Problem('KEY_NAME_TAKEN', `"${name}" is or was the name of a sender: choose another.`);

  return resource(dependencies, [
    serve(listApiKeys, async (_call, response) => {
      response.json({ items: (await listKeys(db)).map(keyView) });
    }),
    serve(createApiKey, async ({ body: { name, scopes, buyers = null, expiresAt } }, response) => {
      const caller = callerOf(response);
      requireGivable(caller, scopes);
      if (name === OWN_SENDER || keys.some((own) => own.name === name)) throw taken(name);
      const until = expiresAt ? new Date(expiresAt) : null;
      const asked = { name, scopes: [...new Set(scopes)], buyers: buyers && [...new Set(buyers)], expiresAt: until, by: caller };
      const issued = await createKey(db, asked).catch((error: unknown) => {
        throw error instanceof KeyNameTaken ? taken(name) : error;
      });
      tellOnce(response, 201, issued);
    }),
    serve(readApiKey, async ({ params: { name } }, response) => {
      response.json(historyView(await require(name)));
    }),
    serve(rotateApiKey, async ({ params: { name }, body: { overlapMs } }, response) => {
      const row = await require(name);
      const caller = callerOf(response);
      requireGivable(caller, row.scopes);
      tellOnce(response, 200, await rotateKey(db, row.id, overlapMs, caller).catch(notRotated(name)));
    }),
    serve(revokeApiKey, async ({ params: { name }, body: { note } }, response) => {
      const { id } = await require(name);
      response.json(historyView(await revokeKey(db, id, callerOf(response), note)));
    }),
  ]);
}

function tellOnce(response: Response, status: number, { row, key }: Issued): void {
  response.setHeader('Cache-Control', 'no-store');
  response.status(status).json({ ...historyView(row), key });
}

function notRotated(name: string) {
  return (error: unknown): never => {
    if (error instanceof KeyRevoked) throw new Problem('KEY_NOT_ROTATED', `The key "${name}" was revoked: create one of another name.`);
    if (!(error instanceof TooManySecrets)) throw error;
    throw new Problem(
      'KEY_NOT_ROTATED',
      `${MAX_VALID_SECRETS} secrets of "${name}" are valid already: wait until the overlap of one is over.`,
    );
  };
}

function keyView({ name, scopes, allBuyers, buyers, createdAt, expiresAt, revokedAt, secrets }: KeyRow) {
  const uses = secrets.flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt.getTime()]));
  const expired = expiresAt !== null && expiresAt.getTime() <= Date.now();
  return {
    name,
    status: revokedAt !== null ? 'revoked' : expired ? 'expired' : 'active',
    scopes,
    buyers: allBuyers ? null : buyers,
    createdAt,
    expiresAt,
    revokedAt,
    lastUsedAt: uses.length === 0 ? null : new Date(Math.max(...uses)),
    secrets: secrets.map(({ id, createdAt: madeAt, expiresAt: until, lastUsedAt }) => ({
      prefix: prefixOf(id),
      createdAt: madeAt,
      expiresAt: until,
      lastUsedAt,
    })),
  };
}

function historyView({ changes, ...row }: KeyHistory) {
  const told = changes.map(({ type, changedBy, changedAt, data }) => ({ type, by: changedBy, at: changedAt, data }));
  return { ...keyView(row), changes: told };
}
