/** The settings that the programs would be started with, and what is wrong with them. */
import { ConfigError, type ConfigMistake, type Environment } from '../../config-error.js';
import { loadApiConfig, loadMigrateConfig, loadWorkerConfig, SETTING_NAMES, type ApiConfig, type WorkerConfig } from '../../config.js';
import { readTemporalConfig, type TemporalConfig } from '../../temporal/settings.js';
import { embeddedStack, type EmbeddedStack } from '../embedded-stack.js';
import { failure, ok, warning, type Finding } from './finding.js';

export const PROGRAMS = ['api', 'worker'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** What could be read; null where a mistake is in the way. */
export interface Settings {
  embedded: EmbeddedStack | null;
  databaseUrl: string | null;
  temporal: TemporalConfig | null;
  taskQueue: string;
  api: ApiConfig | null;
  worker: WorkerConfig | null;
}

/** Of our own programs, beside those of API and worker. */
const OTHER_NAMES = `HOLDPOINT_DATA_DIR HOLDPOINT_API_URL HOLDPOINT_API_KEY HOLDPOINT_URL HOLDPOINT_KEY HOLDPOINT_TEMPORAL_PORT
  HOLDPOINT_TEMPORAL_UI_PORT HOLDPOINT_POSTGRES_PORT HOLDPOINT_ISSUER_PORT`.split(/\s+/);
/** Each is needed by both programs, and `npm start` makes its own. */
const OF_OWN_PROGRAMS = ['HOLDPOINT_LINK_KEY', 'HOLDPOINT_SECRETS_KEY', 'HOLDPOINT_WEBHOOK_SECRET'];

/** Those of the environment; where it has none of the programs', and a stack was started here, those of that stack. */
export function readSettings(env: Environment, programs: readonly ProgramName[]): { settings: Settings; findings: Finding[] } {
  const embedded = OF_OWN_PROGRAMS.some((name) => env[name]) ? null : embeddedStack(env);
  const used = Object.fromEntries(Object.entries(embedded?.environment ?? env).filter(([, value]) => value));
  const mistakes = new Map<string, ConfigMistake>();
  const read = <T>(load: (env: Environment) => T): T | null => {
    try {
      return load(used);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const mistake of error.mistakes) mistakes.set(mistake.variable, mistake);
      return null;
    }
  };
  const api = programs.includes('api') ? read(loadApiConfig) : null;
  const worker = programs.includes('worker') ? read(loadWorkerConfig) : null;
  const databaseUrl = read(loadMigrateConfig)?.databaseUrl ?? null;
  const temporal = readTemporalConfig(used, []) ?? null;
  const settings = { embedded, databaseUrl, temporal, taskQueue: used['HOLDPOINT_TASK_QUEUE'] ?? 'holdpoint', api, worker };
  return { settings, findings: [...settingFindings(settings, programs, [...mistakes.values()]), ...oddities(settings, env)] };
}

function settingFindings({ embedded }: Settings, programs: readonly ProgramName[], mistakes: ConfigMistake[]): Finding[] {
  if (mistakes.length > 0) {
    return mistakes.map(({ variable, problem, expected }) => failure('settings', `${variable} ${problem}`, `set it to ${expected}`));
  }
  const whose = programs.map((name) => (name === 'api' ? 'the API' : 'the worker')).join(' and ');
  return [ok('settings', embedded === null ? `sound, for ${whose}` : `those of npm start, in ${embedded.dataDir}`)];
}

/** What can be meant, but seldom is. */
function oddities({ embedded, worker }: Settings, env: Environment): Finding[] {
  const known = new Set<string>([...SETTING_NAMES, ...OTHER_NAMES]);
  const unknown = Object.keys(env).filter((name) => name.startsWith('HOLDPOINT_') && !known.has(name));
  const found = unknown.map((name) =>
    warning('settings', `${name} is set, and no setting of this version`, 'is it spelled right? README.md lists them'),
  );
  if (embedded === null && worker !== null && isLoopback(worker.publicUrl)) {
    const advice = 'set HOLDPOINT_PUBLIC_URL to the address at which people reach the API, over TLS';
    found.push(warning('settings', `links in notices lead to ${worker.publicUrl}, which only this machine can open`, advice));
  }
  return found;
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
