/** D11: where no stack runs, the demo brings one, and leaves nothing of it behind. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../../src/package-root.js';
import { leftProcesses } from '../support/leaks.js';
import { runProgram } from '../support/programs.js';

describe('the demo on a stack of its own', function () {
  this.timeout(120_000);
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdpoint-own-'));
    chmodSync(dir, 0o755); // for PostgreSQL's own user, when we are root
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  const demo = (onStart?: (child: ChildProcess) => void) =>
    runProgram(process.execPath, ['--import', 'tsx', fromRoot('src', 'bin', 'demo.ts'), '--orders', fromRoot('demo', 'orders')], {
      cwd: fromRoot(),
      env: { ...process.env, TMPDIR: dir, HOLDPOINT_DATA_DIR: join(dir, 'nowhere') },
      ...(onStart === undefined ? {} : { onStart }),
    });
  /** What of ours runs below the directory. */
  const left = () => ({
    files: readdirSync(dir).filter((name) => name.startsWith('holdpoint')),
    running: leftProcesses().filter((line) => line.includes(dir)),
  });

  it('D11: starts it, walks the orders, ends it, and leaves nothing', async () => {
    const { code, output } = await demo();
    assert.match(output, /A stack of its own starts/);
    assert.match(output, /\n2 of 2 orders as they must be, \d+ s\n$/);
    assert.equal(code, 0);
    assert.deepEqual(left(), { files: [], running: [] });
  });

  it('D11: interrupted while it starts, it leaves nothing either', async () => {
    const interrupt = (child: ChildProcess) =>
      child.stdout!.once('data', (said) => {
        assert.match(String(said), /^A stack of its own starts/);
        child.kill('SIGINT');
      });
    const { code } = await demo(interrupt);
    assert.equal(code, 130);
    assert.deepEqual(left(), { files: [], running: [] });
  });
});
