import { z } from 'zod';
import { ConfigError, type ConfigMistake, type Environment } from './config-error.js';
import { parseNetworks } from './counterparts/networks.js';
import { parseSealingKeys } from './counterparts/sealing.js';
import { isWebhookSecret, WEBHOOK_SECRET_FORM } from './counterparts/signature.js';
import { oidc, toOidcClient, toOidcConfig, type OidcClient, type OidcConfig } from './oidc-settings.js';
import { readTemporalConfig, type TemporalConfig } from './temporal/settings.js';

export { ConfigError, type Environment };

/** A caller of the API; its name is the sender of what it sends. */
export type ApiKey = { name: string; key: string };
export type LogLevel = (typeof LOG_LEVELS)[number];
export type CommonConfig = {
  databaseUrl: string;
  taskQueue: string;
  temporal: TemporalConfig;
  temporalUiUrl: string | undefined;
  logLevel: LogLevel;
  /** The secret of links in notices and of customers' private links: the worker writes them, the API checks the latter. */
  linkKey: string;
  /** Signs calls to counterparts that have no secret of their own: `whsec_` and base64, as Standard Webhooks has it. */
  webhookSecret: string;
  /** Secrets of counterparts are kept under these, 32 bytes each: the first seals, all open. */
  secretsKeys: Buffer[];
  /** Networks beside the public ones where counterparts may be, like `10.20.0.0/16`. */
  allowedNetworks: string[];
  /** Base address of the API as people reach it, without a slash at the end: links in notices start with it, and the console is below it. */
  publicUrl: string;
};
export type ApiConfig = CommonConfig & {
  api: {
    host: string;
    port: number;
    keys: ApiKey[];
    /** Of one key, and of all requests at once; in one process. */
    limits: { callsPerSecond: number; maxInFlight: number };
  };
  /** Undefined: no people, only keys. */
  oidc: OidcConfig | undefined;
  oidcClient: OidcClient;
  /** The sandbox's control, in the embedded stack alone. */
  sandboxUrl: string | undefined;
};
export type CounterpartsConfig = {
  buyerServerUrl: string;
  reviewServerUrl: string;
  timeoutMs: number;
};
export type WorkerConfig = CommonConfig & {
  counterparts: CounterpartsConfig;
  mail: { smtpUrl: string; from: string };
  /** Where people look at cases, without a slash at the end; null: nobody can sign in there. */
  consoleUrl: string | null;
  /** Where the worker answers /healthz and /readyz. */
  healthHost: string;
  healthPort: number;
  /** A workflow bundle built beforehand; undefined: bundled at the start. */
  workflowBundle: string | undefined;
};
export type MigrateConfig = { databaseUrl: string };

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What the API needs. @throws ConfigError with every mistake */
export function loadApiConfig(env: Environment): ApiConfig {
  const [values, temporal] = read(z.object({ ...common, ...api, ...oidc }), env);
  return {
    ...toCommon(values, temporal),
    api: {
      host: values.HOLDPOINT_HOST,
      port: values.HOLDPOINT_PORT,
      keys: values.HOLDPOINT_API_KEYS,
      limits: { callsPerSecond: values.HOLDPOINT_CALLS_PER_SECOND, maxInFlight: values.HOLDPOINT_MAX_IN_FLIGHT },
    },
    oidc: toOidcConfig(values),
    oidcClient: toOidcClient(values),
    sandboxUrl: values.HOLDPOINT_SANDBOX_URL,
  };
}

/** What the worker needs. @throws ConfigError with every mistake */
export function loadWorkerConfig(env: Environment): WorkerConfig {
  const [values, temporal] = read(z.object({ ...common, ...worker }), env);
  const shared = toCommon(values, temporal);
  return {
    ...shared,
    counterparts: {
      buyerServerUrl: values.HOLDPOINT_BUYER_SERVER_URL.replace(/\/+$/, ''),
      reviewServerUrl: values.HOLDPOINT_REVIEW_SERVER_URL.replace(/\/+$/, ''),
      timeoutMs: values.HOLDPOINT_COUNTERPART_TIMEOUT_MS,
    },
    mail: { smtpUrl: values.HOLDPOINT_SMTP_URL, from: values.HOLDPOINT_MAIL_FROM },
    consoleUrl: values.HOLDPOINT_OIDC_ISSUER === undefined ? null : `${shared.publicUrl}/console`,
    healthHost: values.HOLDPOINT_HOST,
    healthPort: values.HOLDPOINT_HEALTH_PORT,
    workflowBundle: values.HOLDPOINT_WORKFLOW_BUNDLE,
  };
}

/** What a migration needs. @throws ConfigError */
export function loadMigrateConfig(env: Environment): MigrateConfig {
  const result = z.object({ DATABASE_URL: common.DATABASE_URL }).safeParse(withoutEmpty(env));
  if (!result.success) throw new ConfigError(toMistakes(result.error, env));
  return { databaseUrl: result.data.DATABASE_URL };
}

const requiredUrl = (schemes: string[], example: string) =>
  z.string({ error: `a URL, e.g. ${example}` }).refine((value) => isUrl(value, schemes), { error: `a URL, e.g. ${example}` });
const integer = (least: number, most: number, what: string) => {
  const error = `${what} from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
};
const port = () => integer(1, 65_535, 'a port number');

const LINK_KEY = 'at least 32 random characters, the same for all programs, e.g. from: openssl rand -base64 32';
const SECRET = `${WEBHOOK_SECRET_FORM}, e.g. from: echo "whsec_$(openssl rand -base64 32)"`;
const SECRETS_KEY =
  'the base64 of 32 random bytes, e.g. from: openssl rand -base64 32; several with commas: the first encrypts, all decrypt';
const NETWORKS = 'networks with commas, e.g. 10.20.0.0/16,fd00:20::/32';
const common = {
  DATABASE_URL: requiredUrl(['postgres:', 'postgresql:'], 'postgresql://user:password@db.example.com:5432/holdpoint'),
  HOLDPOINT_TASK_QUEUE: z.string().max(200, { error: 'a name of at most 200 characters' }).default('holdpoint'),
  HOLDPOINT_TEMPORAL_UI_URL: requiredUrl(['http:', 'https:'], 'http://127.0.0.1:8233').optional(),
  HOLDPOINT_LINK_KEY: z.string({ error: LINK_KEY }).min(32, { error: LINK_KEY }),
  HOLDPOINT_WEBHOOK_SECRET: z.string({ error: SECRET }).refine(isWebhookSecret, { error: SECRET }),
  HOLDPOINT_SECRETS_KEY: z
    .string({ error: SECRETS_KEY })
    .transform((value, context) => parseSealingKeys(value) ?? (context.addIssue(SECRETS_KEY), z.NEVER)),
  HOLDPOINT_ALLOWED_NETWORKS: z
    .string()
    .default('')
    .transform((value, context) => parseNetworks(value) ?? (context.addIssue(NETWORKS), z.NEVER)),
  HOLDPOINT_PUBLIC_URL: requiredUrl(['http:', 'https:'], 'https://holdpoint.example.com').default('http://127.0.0.1:8080'),
  HOLDPOINT_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }).default('info'),
};
type CommonValues = z.output<z.ZodObject<typeof common>>;

const API_KEYS = 'name:key,name:key with names of a-z, 0-9 and -, each once, and keys of 16 or more characters without commas and spaces';
const host = () =>
  z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, { error: 'a host name or address to listen on, e.g. 127.0.0.1' })
    .default('127.0.0.1');
const api = {
  HOLDPOINT_HOST: host(),
  HOLDPOINT_PORT: port().prefault('8080'),
  HOLDPOINT_CALLS_PER_SECOND: integer(1, 100_000, 'a whole number').prefault('500'),
  HOLDPOINT_MAX_IN_FLIGHT: integer(10, 10_000, 'a whole number').prefault('200'),
  HOLDPOINT_API_KEYS: z
    .string({ error: API_KEYS })
    .transform((value, context) => parseApiKeys(value) ?? (context.addIssue(API_KEYS), z.NEVER)),
  HOLDPOINT_SANDBOX_URL: requiredUrl(['http:'], 'http://127.0.0.1:9100').optional(),
};

const worker = {
  HOLDPOINT_OIDC_ISSUER: oidc.HOLDPOINT_OIDC_ISSUER,
  HOLDPOINT_BUYER_SERVER_URL: requiredUrl(['http:', 'https:'], 'https://buyer.example.com'),
  HOLDPOINT_REVIEW_SERVER_URL: requiredUrl(['http:', 'https:'], 'https://review.example.com'),
  HOLDPOINT_COUNTERPART_TIMEOUT_MS: integer(100, 12_000, 'whole milliseconds').prefault('10000'),
  HOLDPOINT_SMTP_URL: requiredUrl(['smtp:', 'smtps:'], 'smtp://user:password@mail.example.com:587'),
  HOLDPOINT_MAIL_FROM: z
    .string()
    .regex(/@/, { error: 'a mail address, e.g. Holdpoint <holdpoint@example.com>' })
    .default('Holdpoint <holdpoint@localhost>'),
  HOLDPOINT_HOST: host(),
  HOLDPOINT_HEALTH_PORT: port().prefault('8081'),
  HOLDPOINT_WORKFLOW_BUNDLE: z.string().optional(),
};

/** The variables of ours that API and worker read. */
export const SETTING_NAMES: readonly string[] = Object.keys({ ...common, ...api, ...oidc, ...worker });

/** Checks the variables and Temporal's settings together, so that one error tells of both. */
function read<S extends z.ZodObject>(schema: S, env: Environment): [z.output<S>, TemporalConfig] {
  const set = withoutEmpty(env);
  const result = schema.safeParse(set);
  const mistakes = result.success ? [] : toMistakes(result.error, set);
  const temporal = readTemporalConfig(set, mistakes);
  if (!result.success || temporal === undefined) throw new ConfigError(mistakes);
  return [result.data, temporal];
}

function toCommon(values: CommonValues, temporal: TemporalConfig): CommonConfig {
  return {
    databaseUrl: values.DATABASE_URL,
    taskQueue: values.HOLDPOINT_TASK_QUEUE,
    temporal,
    temporalUiUrl: values.HOLDPOINT_TEMPORAL_UI_URL,
    logLevel: values.HOLDPOINT_LOG_LEVEL,
    linkKey: values.HOLDPOINT_LINK_KEY,
    webhookSecret: values.HOLDPOINT_WEBHOOK_SECRET,
    secretsKeys: values.HOLDPOINT_SECRETS_KEY,
    allowedNetworks: values.HOLDPOINT_ALLOWED_NETWORKS,
    publicUrl: values.HOLDPOINT_PUBLIC_URL.replace(/\/+$/, ''),
  };
}

/** The schemas' messages say what is expected; values are not repeated, they may be secrets. */
function toMistakes(error: z.ZodError, env: Environment): ConfigMistake[] {
  return error.issues.map((issue) => {
    const variable = String(issue.path[0]);
    return { variable, problem: env[variable] ? 'is not valid' : 'is not set', expected: issue.message };
  });
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

function isUrl(value: string, schemes: string[]): boolean {
  return URL.canParse(value) && schemes.includes(new URL(value).protocol) && new URL(value).hostname !== '';
}

function parseApiKeys(value: string): ApiKey[] | undefined {
  const keys = value.split(',').map((entry) => /^([a-z0-9-]+):([^\s,]{16,})$/.exec(entry.trim()));
  const valid = keys.flatMap((match) => (match?.[1] && match[2] ? [{ name: match[1], key: match[2] }] : []));
  const distinct = new Set(valid.map(({ name }) => name)).size === valid.length;
  return valid.length === keys.length && distinct ? valid : undefined;
}
