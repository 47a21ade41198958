import type { Database } from '../../src/db/database.js';
import { eventually } from './eventually.js';

/** Everything the database holds, one text for each table; once the feed is published, so that nothing of it changes by itself. */
export async function everyRow(db: Database): Promise<Map<string, string>> {
  const unpublished = () => db.feedEvent.count({ where: { position: null } });
  await eventually(async () => ((await unpublished()) === 0 ? true : undefined), 'the feed is published');
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`;
  const rows = new Map<string, string>();
  for (const { name } of tables) {
    const [all] = await db.$queryRawUnsafe<{ text: string | null }[]>(
      `SELECT string_agg(t::text, E'\\n' ORDER BY t::text) AS text FROM "${name}" t`,
    );
    rows.set(name, all?.text ?? '');
  }
  return rows;
}
