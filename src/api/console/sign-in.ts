/** Signing in: to the issuer, and back with a code, which is exchanged here. What must be remembered meanwhile is sealed in a cookie. */
import { randomBytes } from 'node:crypto';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { UnsealableError, type Sealing } from '../../counterparts/sealing.js';
import { isOnThisMachine } from '../../oidc-settings.js';
import { asProblem } from '../errors.js';
import { keptNowhere } from '../head.js';
import { IssuerUnavailable } from '../issuer-keys.js';
import { onlyMethods } from '../methods.js';
import { IssuerRefusal, type Flow } from './issuer-client.js';
import { ownPath } from './own-path.js';
import { sendTrouble } from './page.js';
import type { Console } from './console.js';

const SIGN_IN = '/console/sign-in';
const SIGNED_IN = '/console/signed-in';
/** As long as people take to find their password, and issuers let them. */
const FLOW_MS = 600_000;

interface Begun extends Flow {
  /** Where they go afterwards. */
  to: string;
  at: number;
  /** The secret of the session that this browser had: it ends when there is a new one. */
  replaces: string | null;
}

export function signInRoutes(console: Console | undefined, sealing: Sealing, log: Logger): Router {
  const router = Router();
  router.use([SIGN_IN, SIGNED_IN], keptNowhere);
  if (console === undefined) {
    router.get([SIGN_IN, SIGNED_IN], (request, response) => sendTrouble(request, response, 'nowhere'));
  } else {
    router.get(SIGN_IN, signIn(console, sealing, log));
    router.get(SIGNED_IN, signedIn(console, sealing, log));
  }
  router.all([SIGN_IN, SIGNED_IN], onlyMethods('GET', 'HEAD'));
  return router;
}

function signIn({ cookies, issuer, publicUrl }: Console, sealing: Sealing, log: Logger): RequestHandler {
  return async (request, response) => {
    const to = ownPath(request.query['to']);
    const elsewhere = byOtherName(request, publicUrl, to);
    if (elsewhere !== null) return response.redirect(302, elsewhere);
    const [state, nonce, verifier] = [random(), random(), random()];
    const begun: Begun = { state, nonce, verifier, to, at: Date.now(), replaces: cookies.sessionIn(request) ?? null };
    try {
      const address = await issuer.authorizationUrl(begun);
      cookies.setSignIn(request, response, state, sealing.seal(JSON.stringify(begun), placeOf(state)), FLOW_MS);
      response.redirect(302, address);
    } catch (error) {
      tell(request, response, log, error, to);
    }
  };
}

function signedIn({ cookies, issuer, sessions }: Console, sealing: Sealing, log: Logger): RequestHandler {
  return async (request, response) => {
    const { searchParams } = new URL(request.originalUrl, 'http://this.invalid');
    const state = searchParams.get('state') ?? '';
    const begun = begunIn(cookies.signInIn(request, state), sealing, state);
    if (begun === null) return sendTrouble(request, response, 'over', { again: SIGN_IN });
    cookies.clearSignIn(response, state);
    try {
      const tokens = await issuer.redeem(searchParams, begun);
      const { secret, expiresAt } = await sessions.open(tokens, begun.replaces);
      cookies.setSession(response, secret, expiresAt.getTime() - Date.now());
      response.redirect(302, begun.to);
    } catch (error) {
      tell(request, response, log, error, begun.to);
    }
  };
}

/** @returns what this browser began under the state, or null: another browser did, or too long ago */
function begunIn(sealed: string | undefined, sealing: Sealing, state: string): Begun | null {
  if (sealed === undefined) return null;
  try {
    const begun = JSON.parse(sealing.open(sealed, placeOf(state))) as Begun;
    return begun.state === state && begun.at + FLOW_MS > Date.now() ? begun : null;
  } catch (error) {
    if (error instanceof UnsealableError) return null;
    throw error;
  }
}

function tell(request: Request, response: Response, log: Logger, error: unknown, to: string): void {
  const again = `${SIGN_IN}?${new URLSearchParams({ to }).toString()}`;
  if (error instanceof IssuerRefusal && error.reason === 'access_denied') return sendTrouble(request, response, 'denied', { again });
  if (error instanceof IssuerRefusal) {
    log.warn({ reason: error.reason }, 'a sign-in was refused');
    return sendTrouble(request, response, 'refused', { again, said: error.reason });
  }
  const { code, detail } = asProblem(error);
  if (error instanceof IssuerUnavailable || code === 'ISSUER_UNAVAILABLE') {
    log.warn({ reason: (error as Error).message }, 'the issuer cannot be asked to sign people in');
    return sendTrouble(request, response, 'away', { again });
  }
  if (code !== 'TOKEN_INVALID') throw error;
  log.warn({ reason: detail }, 'the issuer gives tokens that the API does not take');
  sendTrouble(request, response, 'notForUs', { again, said: detail });
}

/** On one machine we have several names, and a cookie has one: who comes by another is led to the one that the issuer knows. */
function byOtherName(request: Request, publicUrl: string, to: string): string | null {
  const host = request.get('host') ?? '';
  const known = new URL(publicUrl);
  const here = `http://${host}`;
  if (host === known.host || !isOnThisMachine(publicUrl) || !URL.canParse(here) || !isOnThisMachine(here)) return null;
  if (new URL(here).port !== known.port) return null;
  return `${publicUrl}${SIGN_IN}?${new URLSearchParams({ to }).toString()}`;
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function placeOf(state: string): string {
  return JSON.stringify(['console-sign-in', state]);
}
