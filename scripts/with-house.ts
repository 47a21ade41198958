/** A whole house on servers of its own, for scripts that live cases and look at them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWorkflowBundle } from '../src/temporal/bundle.js';
import { House, type HouseOptions } from '../test/support/house.js';
import { startServers } from '../test/support/servers.js';

/** Starts servers and a house with the workflows as they are now, and stops both after the work, also when it fails. */
export async function withHouse(work: (house: House) => Promise<void>, options: HouseOptions = {}): Promise<void> {
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
    const house = await House.start(options);
    try {
      await work(house);
    } finally {
      await house.stop();
    }
  } finally {
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
