/**
 * The issuer of people's tokens in the embedded stack: a real one (OpenID Connect, authorization code with PKCE), with sample people and a page
 * on which one chooses who one is. Only on this machine; never for production. Its keys and sessions live as long as it runs.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { Configuration, Provider } from 'oidc-provider';
import { MemoryAdapter } from './issuer-memory.js';
import { errorPage, signInPage, signOutPage } from './issuer-page.js';
import { API_RESOURCE, SAMPLE_PEOPLE, type SamplePerson } from './issuer-people.js';

/** The client of the console: public, so that it proves by PKCE that a code is its own. */
export const CONSOLE_CLIENT = 'holdpoint-console';

const TOKEN_S = 3600;
const SESSION_S = 12 * 3600;
const MAX_FORM = 1000;

export interface RunningIssuer {
  url: string;
  stop: () => Promise<void>;
}

/** @param port 0: any that is free; @param tokenSeconds how long access tokens are valid */
export async function startIssuer(port: number, tokenSeconds = TOKEN_S): Promise<RunningIssuer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await openProvider(url, tokenSeconds);
  const callback = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', url).pathname;
    if (path === '/healthz') return void response.end('ok');
    if (!path.startsWith('/sign-in/')) return void callback(request, response);
    signIn(provider, request, response).catch((error: unknown) => {
      answer(response, 400, errorPage(error instanceof Error ? error.message : 'Something went wrong.'));
    });
  });
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, stop };
}

/** GET shows the people; POST takes the one who was chosen, and goes back to the client with a code. */
async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Also sees that it is the browser that began it.
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return answer(response, 200, signInPage(SAMPLE_PEOPLE, `/sign-in/${uid}`));
  const chosen = new URLSearchParams(await formOf(request)).get('person');
  const person = SAMPLE_PEOPLE.find(({ id }) => id === chosen);
  if (person === undefined) return answer(response, 400, errorPage('There is no such person.'));
  // A client on this machine could be any program: people are asked each time (RFC 8252), which is the consent.
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: person.id }, consent: {} },
    { mergeWithLastSubmission: false },
  );
}

async function formOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) {
    text += String(part);
    if (text.length > MAX_FORM) throw new Error('The form is too large.');
  }
  return text;
}

function answer(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // No form-action: browsers apply it to the way back to the client too.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
  });
  response.end(html);
}

/** The library says of each Node before 22 that it is not supported, and wants one thing of it, which is given here. */
async function openProvider(url: string, tokenSeconds: number): Promise<Provider> {
  const parse = (address: string, base?: string): URL | null => (URL.canParse(address, base) ? new URL(address, base) : null);
  if (!('parse' in URL)) Object.assign(URL, { parse });
  const { warn } = console;
  console.warn = () => {};
  try {
    const { default: OidcProvider } = await import('oidc-provider');
    return new OidcProvider(url, await configuration(tokenSeconds));
  } finally {
    console.warn = warn;
  }
}

async function configuration(tokenSeconds: number): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') };
  return {
    adapter: MemoryAdapter,
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    // On this machine a client may listen on any port (RFC 8252).
    clients: [
      {
        client_id: CONSOLE_CLIENT,
        client_name: 'Holdpoint console',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/console/signed-in', 'http://localhost/console/signed-in'],
        post_logout_redirect_uris: ['http://127.0.0.1/console/', 'http://localhost/console/'],
      },
    ],
    clientBasedCORS: (_context, origin) => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin),
    pkce: { required: () => true },
    scopes: ['openid', 'profile', 'email', 'offline_access', 'api'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
    findAccount: (_context, id) => {
      const person = SAMPLE_PEOPLE.find((one) => one.id === id);
      return person && { accountId: id, claims: () => ({ sub: id, name: person.name, email: person.email }) };
    },
    extraTokenClaims: (_context, token) => {
      const person = 'accountId' in token ? SAMPLE_PEOPLE.find(({ id }) => id === token.accountId) : undefined;
      return person && claimsOf(person);
    },
    loadExistingGrant,
    // Also without the consent that OpenID Connect wants for `offline_access`: its own client needs none.
    issueRefreshToken: (_context, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = signOutPage(form);
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API_RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'api',
          audience: API_RESOURCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    ttl: { AccessToken: tokenSeconds, IdToken: TOKEN_S, RefreshToken: SESSION_S, Session: SESSION_S, Grant: SESSION_S, Interaction: 600 },
    renderError: (context, { error_description: text }) => {
      context.type = 'html';
      context.body = errorPage(text ?? 'The request was not as it must be.');
    },
  };
}

/** As the settings' defaults name them. */
function claimsOf({ name, email, roles, personId, buyers }: SamplePerson): Record<string, unknown> {
  return {
    name,
    email,
    holdpoint_roles: roles,
    ...(personId === undefined ? {} : { holdpoint_person: personId }),
    ...(buyers === undefined ? {} : { holdpoint_buyers: buyers }),
  };
}

/** Its own client needs no consent. */
const loadExistingGrant: NonNullable<Configuration['loadExistingGrant']> = async ({ oidc }) => {
  const { client, session, result, provider } = oidc;
  if (client === undefined || session === undefined) return undefined;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  if (known) return provider.Grant.find(known);
  const grant = new provider.Grant({ clientId: client.clientId, ...(session.accountId && { accountId: session.accountId }) });
  grant.addOIDCScope('openid profile email offline_access api');
  grant.addResourceScope(API_RESOURCE, 'api');
  await grant.save();
  return grant;
};
