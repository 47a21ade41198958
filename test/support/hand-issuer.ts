/** An issuer whose tokens are signed by hand: right ones, and wrong in every way. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTHeaderParameters, type JWTPayload } from 'jose';
import type { OidcConfig } from '../../src/oidc-settings.js';

export interface SigningKey {
  id: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

export class HandIssuer {
  static async start(): Promise<HandIssuer> {
    const issuer = new HandIssuer();
    issuer.keys = [await newKey()];
    issuer.#server = createServer((request, response) => void issuer.#answer(request.url ?? '').then((body) => response.end(body)));
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    issuer.url = `http://127.0.0.1:${(issuer.#server.address() as AddressInfo).port}`;
    return issuer;
  }

  url!: string;
  keys!: SigningKey[];
  /** How often its keys were asked for. */
  asked = 0;
  #server!: Server;

  get config(): OidcConfig {
    return {
      issuer: this.url,
      audience: 'holdpoint',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      tokenTypes: ['at+jwt'],
      claims: { roles: 'holdpoint_roles', person: 'holdpoint_person', buyers: 'holdpoint_buyers' },
    };
  }

  async #answer(path: string): Promise<string> {
    if (path !== '/jwks') return JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/jwks` });
    this.asked += 1;
    const keys = this.keys.map(async ({ id, publicKey }) => ({ ...(await exportJWK(publicKey)), kid: id, use: 'sig' }));
    return JSON.stringify({ keys: await Promise.all(keys) });
  }

  /** A token that is right but for what is given; undefined leaves a claim out. */
  async token(
    claims: JWTPayload = {},
    header: Partial<JWTHeaderParameters> = {},
    key: SigningKey | Uint8Array = this.#newest,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: this.url, aud: 'holdpoint', sub: 'u-1', name: 'Ana Ruiz', iat: now, exp: now + 300, jti: randomUUID() };
    const own = key instanceof Uint8Array ? {} : { kid: key.id };
    const payload = JSON.parse(JSON.stringify({ ...right, holdpoint_roles: ['operations'], ...claims })) as JWTPayload;
    const signing = new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...own, ...header });
    return signing.sign(key instanceof Uint8Array ? key : key.privateKey);
  }

  get #newest(): SigningKey {
    const newest = this.keys.at(-1);
    if (newest === undefined) throw new Error('the issuer has no key');
    return newest;
  }

  /** The public key as text: what confuses a verifier that lets tokens choose HS256. */
  async publicKeyText(): Promise<Uint8Array> {
    return new TextEncoder().encode(await exportSPKI(this.#newest.publicKey));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export async function newKey(alg = 'RS256'): Promise<SigningKey> {
  return { id: randomUUID(), ...(await generateKeyPair(alg, { extractable: true })) };
}
