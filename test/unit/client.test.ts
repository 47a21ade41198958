/** The typed client against a server that answers as the test says, over real HTTP. */
import assert from 'node:assert/strict';
import { createHoldpointClient } from '../../src/client/client.js';
import { ScriptedServer, type Scripted } from '../support/scripted-server.js';

const KEY = 'idempotency-key';
const pause = { params: { path: { orderId: 'P-1' } }, body: { by: 'Ingrid Larsson' } };

describe('the typed client', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await new ScriptedServer().start();
  });
  afterEach(async () => server.stop());

  const client = (options = {}) => createHoldpointClient({ baseUrl: server.url, key: 'a-key', timeoutMs: 300, ...options });
  const doPause = (more = {}) => client(more).POST('/v1/review-cases/{orderId}/pause', pause);
  const keys = () => server.received.map(({ headers }) => headers[KEY]);
  const answers = (...scripted: Scripted[]) => {
    server.answer = () => scripted[server.received.length - 1]!;
  };
  const later = { status: 503, headers: { 'retry-after': '0' } };

  it('Q4: a POST has a key of its own, a fresh one for each call; the caller’s goes before', async () => {
    await doPause();
    await doPause();
    await client().POST('/v1/review-cases/{orderId}/pause', {
      ...pause,
      params: { ...pause.params, header: { 'Idempotency-Key': 'mine' } },
    });
    const [first, second, third] = keys();
    assert.match(String(first), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.notEqual(first, second);
    assert.equal(third, 'mine');
    await client().GET('/v1/review-cases/{orderId}', { params: pause.params });
    assert.equal(keys()[3], undefined);
  });

  it('Q4: where no answer comes, or one that asks for it, it tries again: the same body under the same key', async () => {
    answers(null, later, { status: 409, headers: { 'retry-after': '0' } }, { body: { status: 'held' } });
    const { data } = await doPause({ tries: 4 });
    assert.equal((data as { status?: string } | undefined)?.status, 'held');
    assert.deepEqual([server.received.length, new Set(keys()).size], [4, 1]);
    assert.deepEqual(new Set(server.received.map(({ raw }) => raw)), new Set([JSON.stringify(pause.body)]));
  });

  it('an answer that asks for nothing stands', async () => {
    answers({ status: 409, body: { code: 'ACTION_NOT_ALLOWED' } });
    const { error } = await doPause();
    assert.deepEqual([(error as { code?: string }).code, server.received.length], ['ACTION_NOT_ALLOWED', 1]);
  });

  it('who is asked to come much later is told', async () => {
    answers({ status: 429, headers: { 'retry-after': '60' } });
    const { response } = await doPause();
    assert.deepEqual([response.status, server.received.length], [429, 1]);
  });

  it('gives up after its tries: with the last answer, or an error', async () => {
    server.answer = () => later;
    const { response } = await doPause();
    assert.deepEqual([response.status, server.received.length], [503, 3]);
    server.answer = () => null;
    await assert.rejects(doPause({ tries: 2 }), { name: 'TimeoutError' });
    assert.equal(server.received.length, 5);
  });

  it('a PUT is sent once', async () => {
    server.answer = () => later;
    const body = { on: true, by: 'Kim', note: 'a try' };
    await client().PUT('/v1/switches/{name}', { params: { path: { name: 'shadow_mode' } }, body } as never);
    assert.equal(server.received.length, 1);
  });
});
