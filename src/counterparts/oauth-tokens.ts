/** Tokens by OAuth 2 client credentials (RFC 6749, 4.4): kept in the process until shortly before they end, one fetched at a time. */
import { createHash } from 'node:crypto';
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  ClientSecretBasic,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
} from 'oauth4webapi';
import type { Counterpart, CounterpartAuth } from '../domain/counterpart.js';
import { CredentialError, withoutSecrets } from './credential-error.js';
import { exchange, outcomeOfAnswer, outcomeOfError } from './http.js';
import type { Networks } from './networks.js';

export interface TokenRequest {
  counterpart: Pick<Counterpart, 'id' | 'timeoutMs'>;
  auth: Extract<CounterpartAuth, { type: 'oauth2' }>;
  clientSecret: string;
}

export interface OAuthTokens {
  /** @returns a token that is valid for a while. @throws CredentialError */
  tokenFor(request: TokenRequest): Promise<string>;
  /** The counterpart does not take this token any more. */
  drop(counterpartId: string, token: string): void;
}

const RENEWED_BEFORE_MS = 30_000;
/** Of a token whose answer does not say. */
const USUAL_LIFE_S = 300;

interface Kept {
  /** What it was got with: changed, another is fetched. */
  identity: string;
  token: Promise<string>;
  /** Infinity while it is being fetched. */
  until: number;
}

export function createOAuthTokens(networks: Networks): OAuthTokens {
  const kept = new Map<string, Kept>();
  const fetched = (request: TokenRequest, identity: string): Promise<string> => {
    const { id } = request.counterpart;
    const answer = fetchToken(request, networks);
    const own: Kept = { identity, token: answer.then(({ token }) => token), until: Infinity };
    kept.set(id, own);
    answer.then(
      ({ lifeMs }) => (own.until = Date.now() + lifeMs - Math.min(RENEWED_BEFORE_MS, lifeMs / 2)),
      () => kept.get(id) === own && kept.delete(id),
    );
    return own.token;
  };
  return {
    tokenFor(request) {
      const identity = identityOf(request);
      const known = kept.get(request.counterpart.id);
      return known?.identity === identity && known.until > Date.now() ? known.token : fetched(request, identity);
    },
    drop(counterpartId, token) {
      const known = kept.get(counterpartId);
      void known?.token.then(
        (own) => own === token && kept.get(counterpartId) === known && kept.delete(counterpartId),
        () => undefined,
      );
    },
  };
}

async function fetchToken(request: TokenRequest, networks: Networks): Promise<{ token: string; lifeMs: number }> {
  const { auth, clientSecret } = request;
  try {
    const server = { issuer: new URL(auth.tokenUrl).origin, token_endpoint: auth.tokenUrl };
    const client = { client_id: auth.clientId };
    const parameters: Record<string, string> = auth.scope === null ? {} : { scope: auth.scope };
    // Plain http is for networks of one's own: which may be called at all, the address check decides.
    const options = { [customFetch]: fetchBy(request, networks), [allowInsecureRequests]: true };
    const answer = await clientCredentialsGrantRequest(server, client, ClientSecretBasic(clientSecret), parameters, options);
    const {
      access_token: token,
      token_type: type,
      expires_in: life = USUAL_LIFE_S,
    } = await processClientCredentialsResponse(server, client, answer);
    if (type !== 'bearer' || !/^[\x21-\x7e]{1,8192}$/.test(token))
      throw new CredentialError('its answer has no bearer token that can be sent');
    return { token, lifeMs: Math.max(life, 0) * 1000 };
  } catch (error) {
    const basic = Buffer.from(`${auth.clientId}:${clientSecret}`).toString('base64');
    const words = withoutSecrets(`no token from ${auth.tokenUrl}: ${inWords(error)}`, [clientSecret, basic]);
    // A "no" of OAuth is to what we have asked with; anything else is that server's trouble.
    throw new CredentialError(words, error instanceof ResponseBodyError);
  }
}

/** The same limits and the same address check as for every call. An answer that is no "no" of OAuth ends it here. */
function fetchBy({ counterpart: { timeoutMs } }: TokenRequest, { dispatcher }: Networks) {
  return async (url: string, { headers, body }: { headers: Record<string, string>; body: URLSearchParams }): Promise<Response> => {
    const call = { method: 'POST', url, headers, body: body.toString(), timeoutMs, dispatcher } as const;
    const answer = await exchange(call).catch((error: unknown) => {
      throw new CredentialError(outcomeOfError(error, timeoutMs).error);
    });
    const outcome = outcomeOfAnswer(answer);
    if (outcome.kind !== 'answered' && answer.status !== 400 && answer.status !== 401) throw new CredentialError(outcome.error);
    const type = answer.headers['content-type'];
    return new Response(answer.text, { status: answer.status, headers: typeof type === 'string' ? { 'content-type': type } : {} });
  };
}

function inWords(error: unknown): string {
  if (!(error instanceof ResponseBodyError)) return error instanceof Error ? error.message : String(error);
  const { status, error: code, error_description: description } = error;
  return `HTTP ${status} ${code}${description === undefined ? '' : `: ${description.slice(0, 300)}`}`;
}

function identityOf({ auth, clientSecret }: TokenRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([auth, clientSecret]))
    .digest('hex');
}
