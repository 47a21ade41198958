/** Settings of people's access tokens (OpenID Connect): whose they must be, and where they say who somebody is. */
import { z } from 'zod';

export interface OidcConfig {
  /** As tokens name it in `iss`: compared letter by letter. */
  issuer: string;
  /** What tokens must be meant for: this API. */
  audience: string;
  /** Those with a key pair alone: with others whoever can check a token could make one. */
  algorithms: string[];
  /** The header `typ` of access tokens, in lower case. */
  tokenTypes: string[];
  /** The names of claims; a name with dots is looked for as it is, then as a path. */
  claims: { roles: string; person: string; buyers: string };
}

/** The console as the issuer knows it. */
export interface OidcClient {
  id: string;
  /** Undefined: a public client, which proves by PKCE alone that a code is its own. */
  secret: string | undefined;
  /** With spaces between, as it is asked for. */
  scopes: string;
  /** What tokens are asked for (RFC 8707); null: nothing is said. */
  resource: string | null;
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

const ISSUER =
  "your issuer's address exactly as its tokens name it, https (http on this machine alone), e.g. https://login.example.com/realms/trade";
const words = (least: RegExp, expected: string, given: string) =>
  z
    .string()
    .default(given)
    .transform((value) => value.split(',').map((word) => word.trim()))
    .refine((list) => list.every((word) => least.test(word)), { error: expected });
const SCOPES = 'names with spaces between, openid among them';
const RESOURCE = 'an absolute URI without a fragment, as your issuer knows the API, or none where it refuses the parameter "resource"';
const claim = (given: string) => z.string().max(200, { error: 'the name of a claim' }).default(given);

export const oidc = {
  HOLDPOINT_OIDC_ISSUER: z.string().refine(isIssuer, { error: ISSUER }).optional(),
  HOLDPOINT_OIDC_AUDIENCE: z.string().max(500, { error: 'at most 500 characters' }).default('holdpoint'),
  HOLDPOINT_OIDC_ALGORITHMS: words(
    new RegExp(`^(${ALGORITHMS.join('|')})$`),
    `some of ${ALGORITHMS.join(', ')}`,
    'RS256,PS256,ES256,EdDSA',
  ),
  HOLDPOINT_OIDC_TOKEN_TYPES: words(/^[a-z+.-]{1,50}$/i, 'at+jwt, or JWT where your issuer marks access tokens so', 'at+jwt'),
  HOLDPOINT_OIDC_ROLES_CLAIM: claim('holdpoint_roles'),
  HOLDPOINT_OIDC_PERSON_CLAIM: claim('holdpoint_person'),
  HOLDPOINT_OIDC_BUYERS_CLAIM: claim('holdpoint_buyers'),
  HOLDPOINT_OIDC_CLIENT_ID: z.string().max(500, { error: 'at most 500 characters' }).default('holdpoint-console'),
  HOLDPOINT_OIDC_CLIENT_SECRET: z.string().max(500, { error: 'at most 500 characters' }).optional(),
  HOLDPOINT_OIDC_SCOPES: z
    .string()
    .max(1000, { error: SCOPES })
    .refine((value) => /^[!#-[\]-~]+( [!#-[\]-~]+)*$/.test(value) && value.split(' ').includes('openid'), { error: SCOPES })
    .default('openid profile email offline_access api'),
  HOLDPOINT_OIDC_RESOURCE: z
    .string()
    .refine((value) => value === 'none' || isResource(value), { error: RESOURCE })
    .optional(),
};

/** @returns undefined: no issuer is set, and only keys are let in */
export function toOidcConfig(values: z.output<z.ZodObject<typeof oidc>>): OidcConfig | undefined {
  if (values.HOLDPOINT_OIDC_ISSUER === undefined) return undefined;
  return {
    issuer: values.HOLDPOINT_OIDC_ISSUER,
    audience: values.HOLDPOINT_OIDC_AUDIENCE,
    algorithms: values.HOLDPOINT_OIDC_ALGORITHMS,
    tokenTypes: values.HOLDPOINT_OIDC_TOKEN_TYPES.map((type) => type.toLowerCase()),
    claims: {
      roles: values.HOLDPOINT_OIDC_ROLES_CLAIM,
      person: values.HOLDPOINT_OIDC_PERSON_CLAIM,
      buyers: values.HOLDPOINT_OIDC_BUYERS_CLAIM,
    },
  };
}

export function toOidcClient(values: z.output<z.ZodObject<typeof oidc>>): OidcClient {
  const { HOLDPOINT_OIDC_AUDIENCE: audience, HOLDPOINT_OIDC_RESOURCE: resource = isResource(audience) ? audience : 'none' } = values;
  return {
    id: values.HOLDPOINT_OIDC_CLIENT_ID,
    secret: values.HOLDPOINT_OIDC_CLIENT_SECRET,
    scopes: values.HOLDPOINT_OIDC_SCOPES,
    resource: resource === 'none' ? null : resource,
  };
}

/** RFC 8707: an absolute URI without a fragment. */
function isResource(value: string): boolean {
  return value.length <= 500 && URL.canParse(value) && !value.includes('#');
}

/** OpenID Connect Core: https, without query and fragment. */
function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username } = new URL(value);
  return search === '' && hash === '' && username === '' && (protocol === 'https:' || isOnThisMachine(value));
}

/** Plain http is heard by nobody else there. */
export function isOnThisMachine(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname));
}
