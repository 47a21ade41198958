import { join, resolve } from 'node:path';
import { configuredTemporalAddress } from '../temporal/settings.js';
import { API_RESOURCE } from './issuer-people.js';
import type { PortUse } from './ports.js';
import type { DevSettings } from './settings.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The stack's ports: the variable that moves each, its default, and the part that listens. */
const PORTS = {
  api: ['HOLDPOINT_PORT', 8080, 'the API'],
  workerHealth: ['HOLDPOINT_HEALTH_PORT', 8081, "the worker's health"],
  temporal: ['HOLDPOINT_TEMPORAL_PORT', 7233, 'Temporal'],
  temporalUi: ['HOLDPOINT_TEMPORAL_UI_PORT', 8233, 'the Temporal Web UI'],
  postgres: ['HOLDPOINT_POSTGRES_PORT', 5433, 'PostgreSQL'],
  sandboxControl: ['SANDBOX_CONTROL_PORT', 9100, "the sandbox's control"],
  sandboxBuyer: ['SANDBOX_BUYER_PORT', 9101, "the sandbox's buyer server"],
  sandboxReview: ['SANDBOX_REVIEW_PORT', 9102, "the sandbox's review server"],
  sandboxLiaison: ['SANDBOX_LIAISON_PORT', 9103, "the sandbox's liaison server"],
  sandboxVendor: ['SANDBOX_VENDOR_PORT', 9104, "the sandbox's vendors"],
  sandboxCustomer: ['SANDBOX_CUSTOMER_PORT', 9105, "the sandbox's customer"],
  issuer: ['HOLDPOINT_ISSUER_PORT', 9106, "the issuer of people's tokens"],
  sandboxSmtp: ['SANDBOX_SMTP_PORT', 9125, "the sandbox's mail server"],
} as const satisfies Record<string, readonly [variable: string, port: number, part: string]>;

export type PortName = keyof typeof PORTS;

/** What to start and where. */
export type StackPlan = {
  dataDir: string;
  /** Where the API is asked, without a slash at the end. */
  apiUrl: string;
  ports: Record<PortName, number>;
  /** Set: Temporal, or PostgreSQL, is the user's own and is not started. */
  externalTemporal: string | undefined;
  externalDatabaseUrl: string | undefined;
  /** Set: people sign in elsewhere, and no issuer is started. */
  externalIssuer: string | undefined;
  namespace: string;
};

/**
 * Reads the plan from the environment.
 *
 * @throws Error naming every port variable that is not a port
 */
export function planStack(env: Env, defaultDataDir: string): StackPlan {
  const wrong: string[] = [];
  const entries = Object.entries(PORTS).map(([name, [variable, standard]]) => {
    const port = Number(env[variable] || standard);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      wrong.push(`${variable} is "${env[variable]}"; expected: a port number from 1 to 65535`);
    return [name, port];
  });
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const ports = Object.fromEntries(entries) as Record<PortName, number>;
  return {
    apiUrl: `http://${reachableHost(env['HOLDPOINT_HOST'])}:${ports.api}`,
    dataDir: resolve(env['HOLDPOINT_DATA_DIR'] || defaultDataDir),
    ports,
    externalTemporal: configuredTemporalAddress(env),
    externalDatabaseUrl: env['DATABASE_URL'] || undefined,
    externalIssuer: env['HOLDPOINT_OIDC_ISSUER'] || undefined,
    namespace: env['TEMPORAL_NAMESPACE'] || 'default',
  };
}

/** Where to call a program that listens on this host. */
function reachableHost(host: string | undefined): string {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** The ports this plan will listen on. */
export function portUses(plan: StackPlan): PortUse[] {
  const unused = new Set<string>([
    ...(plan.externalTemporal ? ['temporal', 'temporalUi'] : []),
    ...(plan.externalDatabaseUrl ? ['postgres'] : []),
    ...(plan.externalIssuer ? ['issuer'] : []),
  ]);
  return Object.entries(PORTS)
    .filter(([name]) => !unused.has(name))
    .map(([name, [variable, , part]]) => ({ port: plan.ports[name as PortName], part, variable }));
}

/** The environment of the API, the worker and the sandbox: the user's, completed by what the stack knows. What the user set stays. */
export function childEnvironment(env: Env, plan: StackPlan, settings: DevSettings, databaseUrl: string): NodeJS.ProcessEnv {
  const { ports, dataDir } = plan;
  const at = (name: PortName) => `http://127.0.0.1:${ports[name]}`;
  const keys = apiKeys(env['HOLDPOINT_API_KEYS'], settings);
  const secret = env['HOLDPOINT_WEBHOOK_SECRET'] || settings.webhookSecret;
  const defaults = {
    HOLDPOINT_BUYER_SERVER_URL: at('sandboxBuyer'),
    HOLDPOINT_REVIEW_SERVER_URL: at('sandboxReview'),
    HOLDPOINT_SMTP_URL: `smtp://127.0.0.1:${ports.sandboxSmtp}`,
    HOLDPOINT_WEBHOOK_SECRET: secret,
    HOLDPOINT_PUBLIC_URL: plan.apiUrl,
    HOLDPOINT_SANDBOX_URL: at('sandboxControl'),
    HOLDPOINT_LINK_KEY: settings.linkKey,
    HOLDPOINT_SECRETS_KEY: settings.secretsKey,
    HOLDPOINT_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128', // the sandbox is on this machine
    ...(plan.externalTemporal ? {} : { HOLDPOINT_TEMPORAL_UI_URL: at('temporalUi') }),
    ...(plan.externalIssuer ? {} : { HOLDPOINT_OIDC_ISSUER: at('issuer'), HOLDPOINT_OIDC_AUDIENCE: API_RESOURCE }),
  };
  const portVariables = Object.fromEntries(Object.entries(PORTS).map(([name, [variable]]) => [variable, String(ports[name as PortName])]));
  return {
    ...defaults,
    ...(plan.externalTemporal ? notEmpty(env) : withoutTemporal(notEmpty(env))),
    ...portVariables,
    ...(plan.externalTemporal
      ? {}
      : {
          TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
          TEMPORAL_NAMESPACE: plan.namespace,
          TEMPORAL_CONFIG_FILE: temporalProfileFile(plan),
        }),
    DATABASE_URL: databaseUrl,
    HOLDPOINT_API_KEYS: [...keys].map(([name, key]) => `${name}:${key}`).join(','),
    SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
    SANDBOX_HOLDPOINT_URL: plan.apiUrl,
    SANDBOX_REVIEW_KEY: keys.get('review-server'),
    SANDBOX_LIAISON_KEY: keys.get('liaison-server'),
    SANDBOX_VENDOR_KEY: keys.get('vendor'),
    SANDBOX_WEBHOOK_SECRET: secret,
  };
}

/** A profile that leads to the embedded Temporal, in place of the user's own. */
export function temporalProfileFile(plan: StackPlan): string {
  return join(plan.dataDir, 'temporal.toml');
}

export function temporalProfile(plan: StackPlan): string {
  return `# Leads Temporal's tools to this stack: TEMPORAL_CONFIG_FILE=${temporalProfileFile(plan)} temporal workflow list
[profile.default]
address = "127.0.0.1:${plan.ports.temporal}"
namespace = "${plan.namespace}"
`;
}

/** The user's keys, and ours under the names the user gave no key. Shape: name → key. */
export function apiKeys(given: string | undefined, settings: DevSettings): Map<string, string> {
  const own = (given ?? '')
    .split(',')
    .filter(Boolean)
    .map((entry) => entry.trim().split(/:(.*)/s, 2) as [string, string]);
  return new Map([...Object.entries(settings.apiKeys), ...own]);
}

/** An embedded Temporal must not be met with the certificate or key of another. */
function withoutTemporal(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

function notEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
