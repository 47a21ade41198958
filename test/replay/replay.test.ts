/** Saved histories replay on the present workflow code: running cases survive a deploy. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFile } from 'node:fs/promises';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Worker, type ReplayResult } from '@temporalio/worker';
import { fromEnvironment } from '../support/servers.js';
import '../support/temporal-runtime.js';

const HISTORIES = new URL('../histories/', import.meta.url);
const CHANGED = fileURLToPath(new URL('./changed-workflow.ts', import.meta.url));
const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

const replayAll = async (codePath: string): Promise<ReplayResult[]> => {
  const histories = names.map((name) => ({
    workflowId: name,
    history: historyFromJSON(JSON.parse(readFileSync(new URL(name, HISTORIES), 'utf8'))),
  }));
  const results: ReplayResult[] = [];
  for await (const result of Worker.runReplayHistories({ workflowBundle: { codePath }, replayName: `replay-${process.pid}` }, histories))
    results.push(result);
  return results;
};

describe('saved histories', () => {
  it('replay on the present code', async () => {
    const results = await replayAll(fromEnvironment('TEST_WORKFLOW_BUNDLE'));
    assert.ok(names.length >= 12);
    assert.deepEqual(
      results.map(({ workflowId, error }) => [workflowId, error?.message]),
      names.map((name) => [name, undefined]),
    );
  });

  it('fail on a workflow that was changed without care', async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath: CHANGED, logger: new DefaultLogger('ERROR') });
    const path = join(tmpdir(), `holdpoint-changed-${process.pid}.cjs`);
    await writeFile(path, code);
    const results = await replayAll(path);
    assert.equal(results.length, names.length);
    for (const { workflowId, error } of results) {
      assert.match(String(error), /[Nn]ondeterminism|Determinism/, `${workflowId} replayed as if nothing had changed`);
    }
  });
});
