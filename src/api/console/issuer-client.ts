/** The console as a client of the issuer (OpenID Connect, authorization code with PKCE). The tokens stay on this side. */
import * as oauth from 'oauth4webapi';
import { isOnThisMachine, type OidcClient } from '../../oidc-settings.js';
import { boundedFetch, IssuerUnavailable } from '../issuer-keys.js';

/** What is remembered while somebody is at the issuer. */
export interface Flow {
  state: string;
  nonce: string;
  verifier: string;
}

export interface Tokens {
  accessToken: string;
  /** Null: the issuer gave none. */
  refreshToken: string | null;
}

export interface IssuerClient {
  /** Where somebody signs in. @throws IssuerUnavailable */
  authorizationUrl(flow: Flow): Promise<string>;
  /**
   * Exchanges what the issuer sent along for tokens, and checks the ID token.
   * @returns them, and whose they are
   * @throws IssuerRefusal, IssuerUnavailable
   */
  redeem(parameters: URLSearchParams, flow: Flow): Promise<Tokens>;
  /** @returns newer tokens; the refresh token is the old one where none came. @throws IssuerRefusal, IssuerUnavailable */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Makes a refresh token worthless, where the issuer can. @throws IssuerUnavailable */
  revoke(refreshToken: string): Promise<void>;
  /** Where somebody signs out of the issuer as well; null: it has no such place. @throws IssuerUnavailable */
  signOutUrl(): Promise<string | null>;
}

/** The issuer said no, or what came is not what we began; `reason` has no secret in it. */
export class IssuerRefusal extends Error {
  constructor(readonly reason: string) {
    super(`the issuer refuses: ${reason}`);
  }
}

export interface IssuerClientOptions {
  issuer: string;
  client: OidcClient;
  redirectUri: string;
  /** Where the issuer sends people who have signed out. */
  signedOutUri: string;
}

const TIMEOUT_MS = 5000;
/** Its configuration is asked for anew after this. */
const FRESH_MS = 600_000;
/** Where it could not be had, it is not asked for again at once by everybody who comes. */
const COOLDOWN_MS = 2000;

export function createIssuerClient({ issuer, client, redirectUri, signedOutUri }: IssuerClientOptions): IssuerClient {
  const self: oauth.Client = { client_id: client.id };
  const resource: Record<string, string> = client.resource === null ? {} : { resource: client.resource };
  const options = {
    [oauth.customFetch]: sureFetch,
    [oauth.allowInsecureRequests]: isOnThisMachine(issuer),
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
  };
  const server = remembered(async () => {
    const address = new URL(issuer);
    return oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address, options));
  });
  const proof = (known: oauth.AuthorizationServer): oauth.ClientAuth => {
    if (client.secret === undefined) return oauth.None();
    const basic = known.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
    return basic ? oauth.ClientSecretBasic(client.secret) : oauth.ClientSecretPost(client.secret);
  };
  return {
    async authorizationUrl({ state, nonce, verifier }) {
      const { authorization_endpoint: endpoint } = await server();
      if (endpoint === undefined) throw new IssuerUnavailable('its configuration has no authorization_endpoint');
      const url = new URL(endpoint);
      const asked = {
        client_id: client.id,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: client.scopes,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...resource,
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url.href;
    },
    redeem: (parameters, { state, nonce, verifier }) =>
      inWords(async () => {
        const known = await server();
        const valid = oauth.validateAuthResponse(known, self, parameters, state);
        const more = { ...options, additionalParameters: resource };
        const answer = await oauth.authorizationCodeGrantRequest(known, self, proof(known), valid, redirectUri, verifier, more);
        const found = await oauth.processAuthorizationCodeResponse(known, self, answer, { expectedNonce: nonce, requireIdToken: true });
        await oauth.validateApplicationLevelSignature(known, answer, options);
        if (oauth.getValidatedIdTokenClaims(found) === undefined) throw new IssuerRefusal('no_id_token');
        return { accessToken: found.access_token, refreshToken: found.refresh_token ?? null };
      }),
    refresh: (refreshToken) =>
      inWords(async () => {
        const known = await server();
        const more = { ...options, additionalParameters: resource };
        const answer = await oauth.refreshTokenGrantRequest(known, self, proof(known), refreshToken, more);
        const found = await oauth.processRefreshTokenResponse(known, self, answer);
        return { accessToken: found.access_token, refreshToken: found.refresh_token ?? refreshToken };
      }),
    revoke: (refreshToken) =>
      inWords(async () => {
        const known = await server();
        if (known.revocation_endpoint === undefined) return;
        const more = { ...options, additionalParameters: { token_type_hint: 'refresh_token' } };
        await oauth.processRevocationResponse(await oauth.revocationRequest(known, self, proof(known), refreshToken, more));
      }),
    async signOutUrl() {
      const { end_session_endpoint: endpoint } = await server();
      if (endpoint === undefined) return null;
      const url = new URL(endpoint);
      // Not who it is: an ID token would be in reach of scripts and logs.
      url.searchParams.set('client_id', client.id);
      url.searchParams.set('post_logout_redirect_uri', signedOutUri);
      return url.href;
    },
  };
}

/** An issuer in trouble says neither yes nor no. */
async function sureFetch(address: string, init: object): Promise<Response> {
  const response = await boundedFetch(address, init);
  if (response.status >= 500 || response.status === 429) throw new IssuerUnavailable(`the issuer answered ${response.status}`);
  return response;
}

/** What is asked for once for all who come within a time. @throws IssuerUnavailable */
function remembered(ask: () => Promise<oauth.AuthorizationServer>): () => Promise<oauth.AuthorizationServer> {
  let found: Promise<oauth.AuthorizationServer> | undefined;
  let until = 0;
  return () => {
    if (found !== undefined && performance.now() < until) return found;
    until = performance.now() + FRESH_MS;
    found = ask().catch((error: unknown) => {
      until = performance.now() + COOLDOWN_MS;
      throw error instanceof IssuerUnavailable ? error : new IssuerUnavailable(`its configuration cannot be used: ${reasonOf(error)}`);
    });
    return found;
  };
}

/** The library's errors carry what they are about, tokens among it: no further than here. @throws IssuerRefusal, IssuerUnavailable */
async function inWords<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof IssuerUnavailable || error instanceof IssuerRefusal) throw error;
    throw new IssuerRefusal(reasonOf(error));
  }
}

/** OAuth's word for it, or the library's, as they may be shown. */
function reasonOf(error: unknown): string {
  const { error: said, code, message } = error as { error?: unknown; code?: unknown; message?: unknown };
  const word = [said, code].find((one) => typeof one === 'string' && /^[\w.-]{1,100}$/.test(one));
  return String(word ?? message).slice(0, 200);
}
