/** What a run must not leave behind: processes and databases. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** In the environment of every process that descends from the tests, however detached it is. */
export const RUN_MARK = { name: 'TEST_RUN', value: randomBytes(8).toString('hex') };

/** The processes left over of this run: `pid command`. Looks into /proc, so elsewhere than on Linux it finds nothing. */
export function leftProcesses(): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${RUN_MARK.name}=${RUN_MARK.value}`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 160)}`];
    } catch {
      return []; // it ended meanwhile, or is not ours to look into
    }
  });
}

/** The tests' databases that were not dropped. */
export async function leftDatabases(adminUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      String.raw`SELECT datname FROM pg_database WHERE datname LIKE 'test\_%' ORDER BY 1`,
    );
    return rows.map(({ datname }) => datname);
  } finally {
    await client.end();
  }
}
