/** A PostgreSQL that cannot be reached in time, in each of the ways in which that shows: the API answers 503 by it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { isDatabaseAway } from '../../src/db/database-away.js';
import { openDatabase, type Database } from '../../src/db/database.js';
import { commitEvent } from '../../src/db/inbound-events.js';
import { createTestDatabase, dropTestDatabase } from '../support/servers.js';

const EVENT = {
  sender: 's',
  eventId: 'e-1',
  kind: 'review_failure',
  orderId: 'o-1',
  reviewRound: 1,
  contentHash: 'h',
  payload: {},
} as const;

/** A commit, a plain read and a transaction: each fails in its own way. */
const uses = (db: Database): Promise<unknown>[] => [
  commitEvent(db, EVENT),
  db.order.findMany(),
  db.$transaction(async (tx) => tx.order.findMany()),
];

async function failures(work: Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((one) => (one.status === 'rejected' ? one.reason : assert.fail('it should have failed')));
}

function allAway(errors: unknown[]): void {
  for (const error of errors) assert.ok(isDatabaseAway(error), String(error));
}

describe('a database that is away', () => {
  let databaseUrl: string;
  before(async () => void (databaseUrl = await createTestDatabase()));
  after(async () => dropTestDatabase(databaseUrl));

  it('refuses connections', async () => {
    const db = openDatabase('postgresql://a:b@127.0.0.1:1/x', 3);
    allAway(await failures(uses(db)));
    await db.$disconnect();
  });

  it('takes connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const db = openDatabase(`postgresql://a:b@127.0.0.1:${(silent.address() as AddressInfo).port}/x`, 3);
    allAway(await failures(uses(db)));
    await db.$disconnect();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('has no connection free, or cuts one off', async () => {
    const [db, other] = [openDatabase(databaseUrl, 1), openDatabase(databaseUrl, 1)];
    const held = failures([db.$queryRaw`SELECT pg_sleep(60)::text`]);
    const sleeping = () =>
      other.$queryRaw<object[]>`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND datname = current_database()`;
    while ((await sleeping()).length === 0);
    allAway(await failures(uses(db)));
    await other.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'`;
    allAway(await held);
    await Promise.all([db.$disconnect(), other.$disconnect()]);
  });

  it('is not one that refuses what was asked', async () => {
    const db = openDatabase(databaseUrl, 2);
    const errors = await failures([
      db.$queryRaw`SELECT 1 / 0`,
      db.order.create({ data: { orderId: 'o', revision: 1, document: { text: '\u0000' } } }),
    ]);
    for (const error of errors) assert.equal(isDatabaseAway(error), false, String(error));
    await db.$disconnect();
  });
});
