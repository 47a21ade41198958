import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import { addSecret, endSecret, listSecrets, type SecretPurpose } from '../../db/counterpart-secrets.js';
import { removeCounterpart, saveCounterpart } from '../../db/counterpart-changes.js';
import { findCounterpart, listCounterparts } from '../../db/counterparts.js';
import { COUNTERPART_ID, isChat, type Counterpart } from '../../domain/counterpart.js';
import { listed } from '../../wire/mistakes.js';
import { senderOf } from '../authentication.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { listSchema, secretSchema } from './schema.js';
import { soundCounterpart } from './sound.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Servers of other sides: where they are, how they are called, their secrets (which are never shown), and whether they can be reached. */
export function counterpartRoutes({ db, counterparts, sealing, keys }: ApiDependencies): Router {
  const router = Router();
  const require = async (id: string): Promise<Counterpart> => {
    const counterpart = COUNTERPART_ID.test(id) ? await findCounterpart(db, id) : null;
    if (counterpart !== null) return counterpart;
    throw new Problem('COUNTERPART_NOT_FOUND', `There is no counterpart "${id.slice(0, 100)}".`);
  };

  router.get('/counterparts', async (request, response) => {
    const { kind } = validated(listSchema, request.query);
    response.json({ items: (await listCounterparts(db, kind)).map(counterpartView) });
  });
  router.get('/counterparts/:id', async (request, response) => {
    response.json(counterpartView(await require(request.params.id)));
  });
  router.put('/counterparts/:id', async (request, response) => {
    const { id } = request.params;
    await saveCounterpart(db, sealing, await soundCounterpart({ db, counterparts, keys }, id, request.body), senderOf(response));
    response.json(counterpartView(await require(id)));
  });
  router.delete('/counterparts/:id', async (request, response) => {
    const counterpart = await require(request.params.id);
    const why = await removeCounterpart(db, counterpart);
    if (why !== null) throw new Problem('COUNTERPART_IN_USE', `${counterpart.id} stays: ${why}.`);
    response.status(204).end();
  });
  router.post('/counterparts/:id/check', async (request, response) => {
    response.json(await counterparts.check(await require(request.params.id)));
  });

  router.get('/counterparts/:id/secrets', async (request, response) => {
    const { id } = await require(request.params.id);
    response.json({ items: await listSecrets(db, id) });
  });
  router.post('/counterparts/:id/secrets', async (request, response) => {
    const { id, format } = await require(request.params.id);
    const { purpose, secret, overlapMs } = validated(secretSchema, request.body);
    if (purpose === 'robot' && format !== 'dingtalk') throw mistaken('purpose', `is for DingTalk robots; the format of ${id} is ${format}`);
    const made = secret ?? generated(purpose);
    const added = await addSecret(db, sealing, { counterpartId: id, purpose, secret: made, overlapMs, by: senderOf(response) }).catch(
      tooMany,
    );
    // One that was made here is told once, in this answer alone.
    response.status(201).json(secret === undefined ? { ...added, secret: made } : added);
  });
  router.delete('/counterparts/:id/secrets/:secretId', async (request, response) => {
    const { id } = await require(request.params.id);
    const { secretId } = request.params;
    const ended = UUID.test(secretId) ? await endSecret(db, id, secretId) : null;
    if (ended === null) throw new Problem('NOT_FOUND', `${id} has no secret of this id; GET /v1/counterparts/${id}/secrets lists them.`);
    response.json(ended);
  });

  router.all('/counterparts', onlyMethods('GET', 'HEAD'));
  router.all('/counterparts/:id', onlyMethods('GET', 'HEAD', 'PUT', 'DELETE'));
  router.all('/counterparts/:id/check', onlyMethods('POST'));
  router.all('/counterparts/:id/secrets', onlyMethods('GET', 'HEAD', 'POST'));
  router.all('/counterparts/:id/secrets/:secretId', onlyMethods('DELETE'));
  return router;
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
