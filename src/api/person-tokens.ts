/** People by OpenID Connect: an access token of the issuer that the settings name, as RFC 9068 has it. */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Database } from '../db/database.js';
import { absencesAt, listPeople } from '../db/people.js';
import { extentsOfRoles, ROLES, type Caller, type Role } from '../domain/access.js';
import { representedBy } from '../domain/people.js';
import type { OidcConfig } from '../oidc-settings.js';
import { issuerKeys } from './issuer-keys.js';
import { Problem } from './problems.js';

/** Somebody as their token tells of them. */
export interface Person {
  caller: Caller;
  /** The issuer's id of the person. */
  sub: string;
  /** Those that we know. */
  roles: Role[];
  /** Who they are among the people of the house, like liaisons; null: the token names nobody. */
  personId: string | null;
  /** When the token ends. */
  expiresAt: Date;
}

/** People whom an issuer vouches for. */
export interface People {
  /** @throws Problem TOKEN_INVALID, ISSUER_UNAVAILABLE */
  callerWith(token: string): Promise<Caller>;
  /** @throws Problem TOKEN_INVALID, ISSUER_UNAVAILABLE */
  personWith(token: string): Promise<Person>;
}

/** Clocks of issuer and API differ by so much. */
const CLOCK_TOLERANCE_S = 30;
const MAX_NAME = 200;
/** What only an ID token has: its holder is another client, and it was never meant for an API. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/** @param cooldownMs how long after asking the issuer for its keys it is not asked again for an unknown one */
export function createPeople(db: Database, config: OidcConfig, cooldownMs?: number): People {
  const keys = issuerKeys(config.issuer, cooldownMs);
  const personWith = async (token: string): Promise<Person> => {
    requireAccessToken(config, headerOf(token));
    const payload = await verified(config, keys, token);
    requireNoIdToken(payload);
    return personNamed(db, config, payload);
  };
  return {
    personWith,
    async callerWith(token) {
      const { caller } = await personWith(token);
      return caller;
    },
  };
}

function headerOf(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw invalid('Its header cannot be read.');
  }
}

/** Before anything is fetched for it. */
function requireAccessToken({ algorithms, tokenTypes }: OidcConfig, { alg, typ }: { alg?: string; typ?: string }): void {
  if (alg === undefined || !algorithms.includes(alg)) throw invalid(`It must be signed by one of ${algorithms.join(', ')}.`);
  const type = (typeof typ === 'string' ? typ : 'jwt').toLowerCase().replace(/^application\//, '');
  if (!tokenTypes.includes(type)) throw invalid(`Its type must be ${tokenTypes.join(' or ')}: send the access token, not the ID token.`);
}

async function verified(config: OidcConfig, keys: JWTVerifyGetKey, token: string): Promise<JWTPayload> {
  const { issuer, audience, algorithms } = config;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw new SigningKeyUnknown();
    throw WRONG_TOKEN.some((kind) => error instanceof kind) ? invalid(whyNot(error, config)) : unavailable(error);
  }
}

const WRONG_TOKEN = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
];

function whyNot(error: unknown, { issuer, audience }: OidcConfig): string {
  if (error instanceof errors.JWTExpired) return 'It has expired: sign in again.';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'Its signature is not valid.';
  if (error.claim === 'iss') return `Its issuer must be ${issuer}.`;
  if (error.claim === 'aud') return `It must be meant for "${audience}".`;
  return error.claim === 'nbf' ? 'It is not valid yet.' : `Its claim "${error.claim}" is missing or not valid.`;
}

/** Where the issuer marks all its tokens alike, an ID token is known by what it says. */
function requireNoIdToken(payload: JWTPayload): void {
  const isIdToken = ID_TOKEN_CLAIMS.some((name) => name in payload) || payload['token_use'] === 'id' || payload['typ'] === 'ID';
  if (isIdToken) throw invalid('It is an ID token: send the access token.');
}

async function personNamed(db: Database, { claims }: OidcConfig, payload: JWTPayload): Promise<Person> {
  const { sub, exp = 0 } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_NAME) throw invalid('Its claim "sub" is missing or too long.');
  const named = listIn(payload, claims.roles) ?? [];
  const roles = ROLES.filter((role) => named.includes(role));
  const extents = extentsOfRoles(roles);
  const claimed = claimIn(payload, claims.person);
  const personId = typeof claimed === 'string' ? claimed : null;
  const hasOwn = Object.values(extents).includes('own');
  const caller: Caller = {
    kind: 'person',
    sender: `person:${sub}`,
    name: nameIn(payload) ?? sub,
    extents,
    buyers: listIn(payload, claims.buyers),
    liaisonIds: hasOwn && personId !== null ? await ownLiaisons(db, personId) : [],
  };
  return { caller, sub, roles, personId, expiresAt: new Date(exp * 1000) };
}

/** Themself, and whom they stand in for now; nobody's when they are no active person of this house. */
async function ownLiaisons(db: Database, personId: string): Promise<string[]> {
  const now = Date.now();
  const [people, absences] = await Promise.all([listPeople(db), absencesAt(db, now)]);
  return representedBy(personId, people, absences, now);
}

function nameIn(payload: JWTPayload): string | undefined {
  const names = ['name', 'preferred_username', 'email'].map((claim) => payload[claim]);
  return names.flatMap((name) => (typeof name === 'string' && name.trim() !== '' ? [name.trim().slice(0, MAX_NAME)] : []))[0];
}

/** @returns null where there is no such claim. @throws Problem TOKEN_INVALID when it is no text and no list of texts */
function listIn(payload: JWTPayload, name: string): string[] | null {
  const value = claimIn(payload, name);
  if (value === undefined) return null;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === 'string')) return list;
  throw invalid(`Its claim "${name}" must be a text or a list of texts.`);
}

/** By its name as it is (which may be an address with dots), else as a path of names. */
function claimIn(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined,
      payload,
    );
}

/** The issuer's keys are not asked for again at once: a token by a new one may be good a moment later. */
export class SigningKeyUnknown extends Problem {
  constructor() {
    super('TOKEN_INVALID', whyInvalid('The issuer has no such signing key.'));
  }
}

function invalid(why: string): Problem {
  return new Problem('TOKEN_INVALID', whyInvalid(why));
}

function whyInvalid(why: string): string {
  return `The access token is not one that this API takes. ${why}`;
}

function unavailable(cause: unknown): Problem {
  const problem = new Problem('ISSUER_UNAVAILABLE', 'The keys of the issuer of tokens cannot be had now. Try again shortly.');
  problem.cause = cause;
  return problem;
}
