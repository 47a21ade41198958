/** The stack of `npm start` on this installation's data: where it is, and how its programs are set. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../config-error.js';
import { embeddedDatabaseUrl } from '../dev/postgres.js';
import { loadDevSettings, type DevSettings } from '../dev/settings.js';
import { apiKeys, childEnvironment, planStack, type StackPlan } from '../dev/stack.js';
import { fromRoot } from '../package-root.js';

export interface EmbeddedStack {
  dataDir: string;
  apiUrl: string;
  /** The key of operations. */
  apiKey: string;
  /** What its programs are started with. */
  environment: Environment;
}

/** @returns null when none was ever started here. @throws Error naming each port variable that is none, or settings that cannot be read */
export function embeddedStack(env: Environment): EmbeddedStack | null {
  const plan = planStack(env, fromRoot('.holdpoint'));
  if (!existsSync(join(plan.dataDir, 'settings.json'))) return null;
  const settings = loadDevSettings(plan.dataDir);
  return {
    dataDir: plan.dataDir,
    apiUrl: plan.apiUrl,
    apiKey: apiKeys(env['HOLDPOINT_API_KEYS'], settings).get('operations') ?? '',
    environment: childEnvironment(env, plan, settings, databaseUrlOf(plan, settings)),
  };
}

function databaseUrlOf({ externalDatabaseUrl, ports }: StackPlan, { postgresPassword }: DevSettings): string {
  return externalDatabaseUrl ?? embeddedDatabaseUrl({ port: ports.postgres, password: postgresPassword }, 'holdpoint');
}
