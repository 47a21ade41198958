/** Servers and a whole house of their own, for scripts that live cases and look at them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWorkflowBundle } from '../src/temporal/bundle.js';
import { House, type HouseOptions } from '../test/support/house.js';
import { startServers } from '../test/support/servers.js';

/** Starts servers, names them and the workflows as they are now in the environment, and stops them after the work, also when it fails. */
export async function withServers(work: () => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'holdpoint-script-'));
  const servers = await startServers();
  try {
    const bundle = join(dir, 'workflow-bundle.cjs');
    await writeWorkflowBundle(bundle);
    Object.assign(process.env, {
      TEST_TEMPORAL_ADDRESS: servers.temporalAddress,
      TEST_DATABASE_URL: servers.databaseUrl,
      TEST_WORKFLOW_BUNDLE: bundle,
    });
    await work();
  } finally {
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A house on such servers; stopped after the work. */
export async function withHouse(work: (house: House) => Promise<void>, options: HouseOptions = {}): Promise<void> {
  await withServers(async () => {
    const house = await House.start(options);
    try {
      await work(house);
    } finally {
      await house.stop();
    }
  });
}
