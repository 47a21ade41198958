import { randomBytes } from 'node:crypto';
import type { Response, Router } from 'express';
import { recordChange } from '../../db/audit.js';
import { addSecret, endSecret, listSecrets, type SecretPurpose } from '../../db/counterpart-secrets.js';
import { removeCounterpart, saveCounterpart } from '../../db/counterpart-changes.js';
import { findCounterpart, listCounterparts, lockCounterparts } from '../../db/counterparts.js';
import type { Database, Transaction } from '../../db/database.js';
import { COUNTERPART_ID, isChat, type Counterpart } from '../../domain/counterpart.js';
import { listed } from '../../wire/mistakes.js';
import { callerOf } from '../authentication.js';
import { sendChanged, sendTagged } from '../contract/etag.js';
import { resource, serve, type Served } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import * as operations from './operations.js';
import { mappingMistakesIn, soundCounterpart } from './sound.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Servers of other sides: where they are, how they are called, their secrets (which are never shown), and whether they can be reached. */
export function counterpartRoutes(dependencies: ApiDependencies): Router {
  const { db, counterparts, sealing, keys } = dependencies;
  return resource(dependencies, [
    serve(operations.listCounterparts, async ({ query: { kind } }, response) => {
      response.json({ items: (await listCounterparts(db, kind)).map(counterpartView) });
    }),
    serve(operations.getCounterpart, async ({ params: { id } }, response) => {
      sendTagged(response, counterpartView(await requireCounterpart(db, id)));
    }),
    serve(operations.saveCounterpart, async ({ params: { id }, body, precondition }, response) => {
      const mapped = await mappingMistakesIn(counterparts, body);
      const saved = await db.$transaction(async (tx) => {
        await lockCounterparts(tx);
        const before = await findCounterpart(tx, id);
        precondition(before === null ? null : counterpartView(before));
        await saveCounterpart(tx, sealing, await soundCounterpart({ db: tx, keys }, id, body, mapped), callerOf(response).name);
        const after = await requireCounterpart(tx, id);
        await record(tx, response, before, after);
        return after;
      });
      sendChanged(response, `/v1/counterparts/${id}`, counterpartView(saved));
    }),
    serve(operations.deleteCounterpart, async ({ params: { id }, precondition }, response) => {
      const why = await db.$transaction(async (tx) => {
        await lockCounterparts(tx);
        const before = await requireCounterpart(tx, id);
        precondition(counterpartView(before));
        const stays = await removeCounterpart(tx, before);
        if (stays === null) await record(tx, response, before, null);
        return stays;
      });
      if (why !== null) throw new Problem('COUNTERPART_IN_USE', `${id} stays: ${why}.`);
      response.status(204).end();
    }),
    serve(operations.checkCounterpart, async ({ params: { id } }, response) => {
      response.json(await counterparts.check(await requireCounterpart(db, id)));
    }),
    ...secretRoutes(dependencies),
  ]);
}

function secretRoutes({ db, sealing }: ApiDependencies): Served[] {
  return [
    serve(operations.listCounterpartSecrets, async ({ params }, response) => {
      const { id } = await requireCounterpart(db, params.id);
      response.json({ items: await listSecrets(db, id) });
    }),
    serve(operations.addCounterpartSecret, async ({ params, body: { purpose, secret, overlapMs } }, response) => {
      const { id, format } = await requireCounterpart(db, params.id);
      if (purpose === 'robot' && format !== 'dingtalk')
        throw mistaken('purpose', `is for DingTalk robots; the format of ${id} is ${format}`);
      const made = secret ?? generated(purpose);
      const added = await addSecret(db, sealing, {
        counterpartId: id,
        purpose,
        secret: made,
        overlapMs,
        by: callerOf(response).name,
      }).catch(tooMany);
      // One that was made here is told once, in this answer alone.
      response.status(201).json(secret === undefined ? { ...added, secret: made } : added);
    }),
    serve(operations.endCounterpartSecret, async ({ params: { id, secretId } }, response) => {
      await requireCounterpart(db, id);
      const ended = UUID.test(secretId) ? await endSecret(db, id, secretId, callerOf(response).name) : null;
      if (ended === null) throw new Problem('NOT_FOUND', `${id} has no secret of this id; GET /v1/counterparts/${id}/secrets lists them.`);
      response.json(ended);
    }),
  ];
}

/** As it is shown: an address that is a secret is not told. */
async function record(tx: Transaction, response: Response, before: Counterpart | null, after: Counterpart | null): Promise<void> {
  const view = (one: Counterpart | null) => (one === null ? null : counterpartView(one));
  const name = (before ?? after)?.id ?? '';
  await recordChange(tx, { what: 'counterpart', name, by: callerOf(response).name, before: view(before), after: view(after) });
}

/** @throws Problem COUNTERPART_NOT_FOUND */
async function requireCounterpart(db: Database | Transaction, id: string): Promise<Counterpart> {
  const counterpart = COUNTERPART_ID.test(id) ? await findCounterpart(db, id) : null;
  if (counterpart !== null) return counterpart;
  throw new Problem('COUNTERPART_NOT_FOUND', `There is no counterpart "${id.slice(0, 100)}".`);
}

/** The address of a chat's incoming webhook lets anyone post there who has it: only its host is shown. */
function counterpartView(counterpart: Counterpart) {
  const { baseUrl, format } = counterpart;
  return { ...counterpart, baseUrl: baseUrl === null || !isChat(format) ? baseUrl : `${new URL(baseUrl).origin}/…` };
}

function generated(purpose: SecretPurpose): string {
  return purpose === 'bearer' ? randomBytes(32).toString('base64url') : `whsec_${randomBytes(32).toString('base64')}`;
}

function tooMany(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  throw mistaken('purpose', error.message);
}

function mistaken(path: string, message: string): Problem {
  return new Problem('VALIDATION_FAILED', listed([{ path, message }]), { errors: [{ path, message }] });
}
