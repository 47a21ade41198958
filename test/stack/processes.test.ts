import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertPortsFree, PortsTakenError } from '../../src/dev/ports.js';
import { identify } from '../../src/dev/process-identity.js';
import { ChildFailedError, Supervisor } from '../../src/dev/processes.js';
import { AlreadyRunningError, takeRunLock } from '../../src/dev/run-lock.js';

const SLEEPER = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] };
const STUBBORN = {
  command: process.execPath,
  args: ['-e', 'process.on("SIGTERM", () => {}); console.log("deaf"); setInterval(() => {}, 1000)'],
};
const ready = () => Promise.resolve(true);
const alive = (pid: number) => identify(pid) !== undefined;

describe('supervised processes', function () {
  this.timeout(20_000);
  let dir: string;
  let supervisor: Supervisor;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdpoint-processes-'));
    supervisor = new Supervisor(dir);
  });
  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(dir, { recursive: true, force: true });
  });

  async function started(name: string, spec = SLEEPER): Promise<number> {
    await supervisor.start({ name, graceMs: 300, ...spec }, ready);
    return supervisor.pidOf(name) ?? assert.fail(`${name} has no pid`);
  }

  it('ends all, the newest first, and kills those that do not heed', async () => {
    const first = await started('first');
    const deaf = await started('deaf', STUBBORN);
    while (!supervisor.logTail('deaf').includes('deaf')) await delay(20);
    const stopped = supervisor.stopAll();
    await delay(100);
    assert.ok(alive(first), 'the older waits for the younger to end');
    await stopped;
    assert.deepEqual([alive(first), alive(deaf)], [false, false]);
  });

  it('finds and ends what a parent killed by SIGKILL left, and spares a process that only has the pid', async () => {
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', orphanMaker(dir)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const orphans = await firstLine(parent.stdout);
    process.kill(parent.pid ?? 0, 'SIGKILL');
    await new Promise((resolve) => parent.once('exit', resolve));
    const [one = 0, two = 0] = orphans.split(' ').map(Number);
    assert.deepEqual([alive(one), alive(two)], [true, true], 'they outlive their parent');

    const bystander = spawn(SLEEPER.command, SLEEPER.args, { stdio: 'ignore' });
    try {
      recyclePid(bystander.pid ?? 0);
      assert.deepEqual(await supervisor.endLeftovers(), ['two', 'one']);
      assert.deepEqual([alive(one), alive(two)], [false, false]);
      assert.ok(alive(bystander.pid ?? 0), 'the bystander lives on');
      assert.deepEqual(await supervisor.endLeftovers(), []);
    } finally {
      bystander.kill('SIGKILL');
    }
  });

  /** As if the system had given the pid of a third child, long ended, to somebody else's process. */
  function recyclePid(pid: number): void {
    const file = join(dir, 'pids.json');
    const records = JSON.parse(readFileSync(file, 'utf8')) as object[];
    writeFileSync(file, JSON.stringify([...records, { ...records[0], name: 'three', pid }]));
  }

  it('starts a child again that dies later, and says so', async () => {
    const lines: string[] = [];
    supervisor = new Supervisor(dir, (line) => lines.push(line));
    const before = await started('restless');
    process.kill(before, 'SIGKILL');
    while ((supervisor.pidOf('restless') ?? before) === before) await delay(50);
    assert.match(lines[0] ?? '', /restless ended \(signal SIGKILL\) and is started again in 0\.5 s; its log: .*restless\.log/);
    await supervisor.stopAll();
    assert.equal(alive(supervisor.pidOf('restless') ?? 0), false);
  });

  it('starts a child again that may die while starting, so often as it may', async () => {
    const lines: string[] = [];
    supervisor = new Supervisor(dir, (line) => lines.push(line));
    const tries = join(dir, 'tries');
    const file = JSON.stringify(tries);
    const script = `fs.appendFileSync(${file}, '.'); if (fs.statSync(${file}).size < 3) process.exit(2); setInterval(() => {}, 1000);`;
    const spec = { name: 'hesitant', command: process.execPath, args: ['-e', script] };
    const isUp = () => Promise.resolve(existsSync(tries) && readFileSync(tries, 'utf8') === '...');
    await supervisor.start({ ...spec, starts: 3 }, isUp);
    assert.ok(alive(supervisor.pidOf('hesitant') ?? 0));
    assert.deepEqual(
      lines.map((line) => line.startsWith('hesitant ended while starting (exit code 2)')),
      [true, true],
    );
    rmSync(tries);
    await assert.rejects(
      supervisor.start({ ...spec, name: 'once', starts: 2 }, () => Promise.resolve(false)),
      /^Error: once ended while starting/,
    );
    assert.equal(readFileSync(tries, 'utf8'), '..');
  });

  it('shows the end of the log of a child that dies while starting', async () => {
    const args = ['-e', 'console.error("the reason"); process.exit(3)'];
    await assert.rejects(
      supervisor.start({ name: 'broken', command: process.execPath, args }, () => Promise.resolve(false)),
      (error) => {
        assert.ok(error instanceof ChildFailedError);
        assert.match(error.message, /broken ended while starting \(exit code 3\)[^]*\| the reason/);
        return true;
      },
    );
  });
});

describe('one stack per data directory', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'holdpoint-lock-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('refuses a second one while the first runs', () => {
    const release = takeRunLock(dir);
    assert.throws(
      () => takeRunLock(dir),
      (error) => error instanceof AlreadyRunningError && error.message.includes(`pid ${process.pid}`),
    );
    release();
    takeRunLock(dir)();
  });

  it('takes over from one that was killed', () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'run.lock'), JSON.stringify({ pid: process.pid, startedAt: 'another boot/1' }));
    takeRunLock(dir)();
  });
});

describe('taken ports', () => {
  it('are named all at once, with who holds them and which variable moves them', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const uses = [
        { port, part: 'the API', variable: 'HOLDPOINT_PORT' },
        { port, part: 'Temporal', variable: 'HOLDPOINT_TEMPORAL_PORT' },
      ];
      await assert.rejects(assertPortsFree(uses), (error) => {
        assert.ok(error instanceof PortsTakenError);
        const [first = '', second = ''] = error.message.split('\n');
        assert.match(
          first,
          new RegExp(`port ${port}, wanted for the API, is taken by pid ${process.pid} \\(.*\\).*HOLDPOINT_PORT=\\d+ npm start`),
        );
        assert.match(second, /wanted for Temporal, is taken by the API of this stack \(HOLDPOINT_PORT\).*HOLDPOINT_TEMPORAL_PORT=/);
        return true;
      });
    } finally {
      server.close();
    }
  });
});

/** A parent that starts two children and prints their pids. */
function orphanMaker(dir: string): string {
  const processes = new URL('../../src/dev/processes.ts', import.meta.url).href;
  return `
    import(${JSON.stringify(processes)}).then(async ({ Supervisor }) => {
      const supervisor = new Supervisor(${JSON.stringify(dir)});
      for (const name of ['one', 'two']) await supervisor.start({ name, ...${JSON.stringify(SLEEPER)} }, async () => true);
      console.log(supervisor.pidOf('one') + ' ' + supervisor.pidOf('two'));
    });`;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}
