import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Who may call the API of the embedded stack. */
export const KEY_NAMES = ['review-server', 'liaison-server', 'vendor', 'platform', 'operations'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/** Keys and secrets of one data directory. */
export type DevSettings = {
  apiKeys: Record<KeyName, string>;
  /** `whsec_` and base64. */
  webhookSecret: string;
  postgresPassword: string;
  /** The secret of the customers' private links. */
  linkKey: string;
  /** The key under which secrets of counterparts are kept: 32 bytes in base64. */
  secretsKey: string;
};

/**
 * Reads `<dataDir>/settings.json`, or makes it with fresh random secrets at the first start. Only its owner may read it.
 * What an earlier version did not write yet is added.
 *
 * @throws Error when the file is there but is not what we write
 */
export function loadDevSettings(dataDir: string): DevSettings {
  const path = join(dataDir, 'settings.json');
  if (!existsSync(path)) write(path, generate());
  chmodSync(path, 0o600);
  try {
    const settings = JSON.parse(readFileSync(path, 'utf8')) as DevSettings;
    if (settings.webhookSecret && settings.postgresPassword && settings.apiKeys.operations) return completed(path, settings);
  } catch {
    // said below
  }
  throw new Error(`${path} cannot be used: restore it, or remove ${dataDir} to begin anew (its cases are lost)`);
}

function completed(path: string, settings: DevSettings): DevSettings {
  const fresh = generate();
  const whole = { ...fresh, ...settings, apiKeys: { ...fresh.apiKeys, ...settings.apiKeys } };
  const added =
    settings.linkKey === undefined || settings.secretsKey === undefined || KEY_NAMES.some((name) => settings.apiKeys[name] === undefined);
  if (added) write(path, whole);
  return whole;
}

function generate(): DevSettings {
  const apiKeys = Object.fromEntries(KEY_NAMES.map((name) => [name, random()])) as Record<KeyName, string>;
  const [secret, secretsKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  return { apiKeys, webhookSecret: `whsec_${secret}`, postgresPassword: random(), linkKey: random(), secretsKey };
}

function random(): string {
  return randomBytes(24).toString('base64url');
}

function write(path: string, settings: DevSettings): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
