/** The sandbox's control, for the console of an embedded stack: passed on for operations alone, as data and nothing else. */
import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../../domain/access.js';
import { ORDER_ID } from '../../domain/identifiers.js';
import type { ApiDependencies } from '../dependencies.js';
import { keptNowhere } from '../head.js';
import { Problem } from '../problems.js';
import { skipWait, WAITING } from './waits.js';

const SANDBOX = '/console/sandbox';
const LIMIT_MS = 10_000;
const MAX_BODY = '1mb';
const MAX_ANSWER = 16 * 1024 * 1024;
/** Where a list goes on (docs/wire.md). */
const NEXT = 'x-next-after';

const waitSchema = z.object({ of: z.enum(WAITING), orderId: z.string().regex(ORDER_ID) });

/** Does nothing where there is no sandbox. */
export function sandboxRoutes({ console, db, client }: ApiDependencies): Router {
  const router = Router();
  const base = console?.sandboxUrl?.replace(/\/+$/, '');
  if (console === undefined || base === undefined) return router;
  router.use(SANDBOX, keptNowhere, async (request, response, next) => {
    const { roles, caller } = await console.personOf(request);
    // It shows what every order's servers received.
    if (!roles.includes('operations') || caller.buyers !== null)
      throw new Problem('FORBIDDEN', 'It takes the role operations, for all buyers.', { permission: 'sandbox' });
    response.locals['caller'] = caller;
    next();
  });
  router.post(`${SANDBOX}/waits/:of/:orderId/skip`, async (request, response) => {
    const asked = waitSchema.safeParse(request.params);
    if (!asked.success) throw new Problem('NOT_FOUND', `What waits is a ${WAITING.join(' or a ')} of an order.`);
    const caller = response.locals['caller'] as Caller;
    response.json(await skipWait({ db, client, caller, ...asked.data, owed: async (orderId) => owedBy(base, orderId) }));
  });
  router.use(SANDBOX, express.raw({ type: () => true, limit: MAX_BODY }), async (request, response) => {
    await passOn(base, request, response);
  });
  return router;
}

const owedSchema = z.object({ owed: z.number() });

/** @returns how many answers and notices the sandbox still owes about an order */
async function owedBy(base: string, orderId: string): Promise<number> {
  const target = new URL(`${base}/owed?orderId=${encodeURIComponent(orderId)}`);
  const { status, bytes } = await answered(target, { redirect: 'manual', signal: AbortSignal.timeout(LIMIT_MS) });
  if (status !== 200) throw silent(`It answered with ${status}.`);
  return owedSchema.parse(JSON.parse(bytes.toString())).owed;
}

async function passOn(base: string, request: Request, response: Response): Promise<void> {
  // Below our own path, so that it begins with a slash: whatever else it says, it is a path of the sandbox.
  const target = new URL(base + request.url);
  const body: unknown = request.body;
  const type = request.get('content-type');
  const answer = await answered(target, {
    method: request.method,
    // Neither cookie nor key: the sandbox keeps what it is sent.
    headers: { accept: 'application/json', ...(type === undefined ? {} : { 'content-type': type }) },
    ...(Buffer.isBuffer(body) && body.length > 0 ? { body: new Uint8Array(body) } : {}),
    redirect: 'manual',
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const answerType = answer.headers.get('content-type') ?? '';
  // A page of the sandbox's would be one of ours here.
  if (answer.bytes.length > 0 && !/^application\/(problem\+)?json\b/.test(answerType))
    throw silent('It answered with something that is no JSON.');
  const next = answer.headers.get(NEXT);
  if (next !== null) response.setHeader(NEXT, next);
  response.status(answer.status);
  if (answer.bytes.length === 0) return void response.end();
  response.type(answerType).send(answer.bytes);
}

async function answered(target: URL, init: RequestInit): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  try {
    const { status, headers, body } = await fetch(target, init);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of body ?? []) {
      length += part.length;
      if (length > MAX_ANSWER) throw silent('Its answer is too long: ask for less.');
      parts.push(part);
    }
    return { status, headers, bytes: Buffer.concat(parts) };
  } catch (error) {
    throw error instanceof Problem ? error : silent('It could not be reached in time.');
  }
}

function silent(why: string): Problem {
  return new Problem('SANDBOX_UNAVAILABLE', `${why} npm start runs it; its log is in the data directory.`);
}
