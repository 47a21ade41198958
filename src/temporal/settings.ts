import { existsSync } from 'node:fs';
import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { ConfigMistake, Environment } from '../config-error.js';

/** How to reach Temporal, in the words of the SDK's connection options. */
export type TemporalConfig = {
  /** `host:port` */
  address: string;
  namespace: string;
  tls?: ReturnType<typeof toClientOptions>['connectionOptions']['tls'];
  apiKey?: string;
  /** Sent as headers with each call. */
  metadata?: Record<string, string>;
};

const DEFAULT_ADDRESS = 'localhost:7233';
const FILES = ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH', 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'TEMPORAL_CONFIG_FILE'];

/**
 * Reads Temporal's settings as its other tools do (@temporalio/envconfig): the TEMPORAL_* variables over a profile of the
 * configuration file. Files named there (certificates, keys) are read here.
 *
 * @param mistakes takes every mistake found
 * @returns undefined when there was a mistake
 */
export function readTemporalConfig(env: Environment, mistakes: ConfigMistake[]): TemporalConfig | undefined {
  const found = [...fileMistakes(env), ...flagMistakes(env)];
  mistakes.push(...found);
  if (found.length > 0) {
    // The rest can be judged without the files that are missing.
    mistakes.push(...addressMistakes(env['TEMPORAL_ADDRESS']), ...pairMistakes(env));
    return undefined;
  }
  try {
    return readProfile(env, mistakes);
  } catch (error) {
    mistakes.push({
      variable: 'TEMPORAL_*',
      problem: (error as Error).message,
      expected: 'settings that @temporalio/envconfig accepts, and in a configuration file the table [profile.default]',
    });
    return undefined;
  }
}

/** The address set by environment or profile; undefined: none is set. */
export function configuredTemporalAddress(env: Environment): string | undefined {
  return loadProfile(env).address;
}

function loadProfile(env: Environment) {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return loadClientConfigProfile({ overrideEnvVars: Object.fromEntries(set) });
}

function readProfile(env: Environment, mistakes: ConfigMistake[]): TemporalConfig | undefined {
  const profile = loadProfile(env);
  const address = profile.address ?? DEFAULT_ADDRESS;
  const before = mistakes.length;
  mistakes.push(...addressMistakes(address));
  if ((profile.tls?.clientCert === undefined) !== (profile.tls?.clientKey === undefined))
    mistakes.push(lonely(profile.tls?.clientCert === undefined));
  if (profile.apiKey !== undefined && profile.tls?.disabled && !isLoopback(address)) {
    mistakes.push({
      variable: 'TEMPORAL_TLS',
      problem: 'is off, so that the API key would travel unencrypted',
      expected: 'TEMPORAL_TLS=true, or no TEMPORAL_API_KEY',
    });
  }
  const { tls, apiKey, metadata } = toClientOptions(profile).connectionOptions;
  if (mistakes.length > before) return undefined;
  return { address, namespace: profile.namespace ?? 'default', tls, apiKey, metadata: metadata as Record<string, string> | undefined };
}

function fileMistakes(env: Environment): ConfigMistake[] {
  return FILES.filter((name) => env[name] !== undefined && !existsSync(env[name])).map((variable) => ({
    variable,
    problem: `names a file that does not exist: ${env[variable]}`,
    expected: 'the path of a readable file',
  }));
}

/** envconfig takes every value but "1" and "true" for "off": a typing mistake would switch TLS off. */
function flagMistakes(env: Environment): ConfigMistake[] {
  const value = env['TEMPORAL_TLS'];
  const known = value === undefined || ['1', 'true', '0', 'false'].includes(value);
  return known ? [] : [{ variable: 'TEMPORAL_TLS', problem: `is "${value}"`, expected: 'true or false' }];
}

function pairMistakes(env: Environment): ConfigMistake[] {
  const has = (part: string) =>
    env[`TEMPORAL_TLS_CLIENT_${part}_PATH`] !== undefined || env[`TEMPORAL_TLS_CLIENT_${part}_DATA`] !== undefined;
  return has('CERT') === has('KEY') ? [] : [lonely(!has('CERT'))];
}

function lonely(certificateMissing: boolean): ConfigMistake {
  const [missing, given] = certificateMissing ? ['CERT', 'key'] : ['KEY', 'certificate'];
  return {
    variable: `TEMPORAL_TLS_CLIENT_${missing}_PATH`,
    problem: `is missing though a client ${given} is given`,
    expected: 'a client certificate and its key together',
  };
}

function addressMistakes(address: string | undefined): ConfigMistake[] {
  if (address === undefined) return [];
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (match && port >= 1 && port <= 65_535) return [];
  return [
    { variable: 'TEMPORAL_ADDRESS', problem: `is "${address}"`, expected: 'host:port, e.g. temporal.example.com:7233 (no https://)' },
  ];
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.[0-9.]+|\[::1\]):/.test(address);
}
