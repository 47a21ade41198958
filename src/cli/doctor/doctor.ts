/** `holdpoint doctor`: is everything right for the programs, what is wrong, and what to do. It changes nothing. */
import { createSealing } from '../../counterparts/sealing.js';
import { openDatabase } from '../../db/database.js';
import { openApi, type Api, type ApiOptions } from '../api.js';
import { FAILED } from '../failure.js';
import { plain, printJson, styleOf, type Shell } from '../shell.js';
import { padded } from '../table.js';
import { apiFindings } from './api.js';
import { counterpartFindings } from './counterparts.js';
import { failure, verdictOf, type Finding, type State } from './finding.js';
import { issuerFindings } from './issuer.js';
import { apiKeyFindings, secretFindings } from './keys.js';
import { mailFindings } from './mail.js';
import { postgresqlFindings } from './postgresql.js';
import { PROGRAMS, readSettings, type ProgramName, type Settings } from './settings.js';
import { temporalFindings } from './temporal.js';
import { versionFindings } from './versions.js';

export interface DoctorOptions extends ApiOptions {
  program?: ProgramName;
  counterparts?: boolean;
  beforeStart?: boolean;
  json?: boolean;
}

/**
 * JSON: `verdict` and `findings`, each with `check`, `state`, `words` and `advice`.
 *
 * @returns the exit code: 1 where something is a failure; warnings are none
 */
export async function doctor(shell: Shell, options: DoctorOptions): Promise<number> {
  const programs = options.program === undefined ? PROGRAMS : [options.program];
  const { settings, findings: ofSettings } = readSettings(shell.env, programs);
  const groups = await Promise.all([
    settings.databaseUrl === null ? [] : databaseFindings(settings.databaseUrl, settings, options),
    settings.temporal === null ? [] : temporalFindings(settings.temporal, settings.taskQueue, !options.beforeStart),
    apiToAsk(shell, settings, options).then((api) => (api === null ? [] : apiFindings(api))),
    settings.api === null || (settings.embedded !== null && options.beforeStart) ? [] : issuerFindings(settings.api),
    settings.worker === null ? [] : mailFindings(settings.worker.mail.smtpUrl),
  ]);
  const findings = [...versionFindings(process.version), ...ofSettings, ...groups.flat()];
  const verdict = verdictOf(findings);
  if (options.json) printJson(shell, { verdict, findings });
  else report(shell, findings);
  return verdict === 'failure' ? FAILED : 0;
}

async function databaseFindings(databaseUrl: string, settings: Settings, { counterparts }: DoctorOptions): Promise<Finding[]> {
  const { findings, usable } = await postgresqlFindings(databaseUrl);
  const config = settings.api ?? settings.worker;
  if (!usable || config === null) return findings;
  const db = openDatabase(databaseUrl, 4);
  try {
    return [
      ...findings,
      ...(await apiKeyFindings(db)),
      ...(await secretFindings(db, createSealing(config.secretsKeys))),
      ...(counterparts ? await counterpartFindings(db, config) : []),
    ];
  } catch (error) {
    return [...findings, failure('postgresql.read', `it cannot be read: ${(error as Error).message}`, 'may its user read our tables?')];
  } finally {
    await db.$disconnect();
  }
}

/** Where it was said to be, else where the settings have it; null where it need not run. */
async function apiToAsk(shell: Shell, { embedded, api }: Settings, options: DoctorOptions): Promise<Api | null> {
  const { env } = shell;
  const said = options.api ?? (env['HOLDPOINT_API_URL'] || undefined);
  if (said !== undefined || embedded !== null) return options.beforeStart ? null : openApi(shell, options);
  if (api === null || options.beforeStart) return null;
  const { host, port, keys } = api.api;
  const reachable = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return openApi(shell, { api: `http://${reachable}:${port}`, key: options.key ?? env['HOLDPOINT_API_KEY'] ?? keys[0]?.key ?? '' });
}

function report(shell: Shell, findings: readonly Finding[]): void {
  const style = styleOf(shell);
  const colour: Record<State, (text: string) => string> = { ok: style.green, warning: style.bold, failure: style.red };
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, state, words, advice } of findings) {
    shell.print(`${colour[state](padded(state, 7))}  ${padded(check, width)}  ${plain(words)}`);
    if (advice !== null) shell.print(`${' '.repeat(width + 11)}→ ${plain(advice)}`);
  }
  const counted = (state: State, one: string, several = one): string => {
    const count = findings.filter((finding) => finding.state === state).length;
    return `${count} ${count === 1 ? one : several}`;
  };
  shell.print(`\n${counted('ok', 'ok')}, ${counted('warning', 'warning', 'warnings')}, ${counted('failure', 'failure', 'failures')}`);
}
