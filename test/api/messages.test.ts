/** The ledger over the API (D9): lists with filters, one message, counts, and what a resend wants. */
import assert from 'node:assert/strict';
import { House } from '../support/house.js';
import { WHO } from '../support/ledger.js';

const AT = Date.UTC(2026, 0, 1, 8);
const iso = (hours: number): string => new Date(AT + hours * 3_600_000).toISOString();

describe('the ledger over the API', () => {
  let house: House;
  before(async () => {
    house = await House.start({ worker: false });
    const rows = [
      { counterpart: 'buyer', counterpartId: 'buyer-server', recipient: 'b-1', kind: 'review_failed', state: 'dead', sequence: 1 },
      { counterpart: 'buyer', counterpartId: 'buyer-north', recipient: 'b-2', kind: 'review_succeeded', state: 'sent', sequence: 1 },
      { counterpart: 'liaison', counterpartId: 'mail', recipient: 'l-1', kind: 'liaison_notice', state: 'refused' },
      { counterpart: 'buyer', counterpartId: 'buyer-server', recipient: 'b-1', kind: 'review_failed', state: 'unknown', sequence: 1 },
      { counterpart: 'operations', counterpartId: 'mail', recipient: 'op-1', kind: 'outage_notice', state: 'sent' },
    ];
    await house.db.message.createMany({
      data: rows.map((row, n) => {
        const orderId = `L-${n}`;
        const common = { key: `${orderId}/1/1`, caseId: `${orderId}/1`, orderId, reviewRound: 1, stage: 'x', body: '{}' };
        return { ...common, ...row, caseAt: new Date(AT), wallAt: new Date(AT + n * 3_600_000) };
      }),
    });
  });
  after(async () => house.stop());

  const orders = async (query: string): Promise<string[]> => {
    const { status, body } = await house.api('GET', `/v1/messages?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.items.map(({ orderId }: any) => orderId);
  };

  it('D9: dead letters are listed, newest first, by state, counterpart, kind, recipient and time', async () => {
    assert.deepEqual(await orders('state=dead'), ['L-0']);
    assert.deepEqual(await orders('state=dead,refused,unknown'), ['L-3', 'L-2', 'L-0']);
    assert.deepEqual(await orders('counterpart=buyer'), ['L-3', 'L-1', 'L-0']);
    assert.deepEqual(await orders('counterpartId=buyer-north'), ['L-1']);
    assert.deepEqual(await orders('counterpart=operations'), ['L-4']);
    assert.deepEqual(await orders('kind=review_failed&recipient=b-1'), ['L-3', 'L-0']);
    assert.deepEqual(await orders(`from=${iso(1)}&to=${iso(3)}`), ['L-2', 'L-1']);
    assert.deepEqual(await orders('key=L-2/1/1'), ['L-2']);
    const { body } = await house.api('GET', '/v1/messages?limit=2');
    assert.deepEqual(await orders(`limit=2&cursor=${body.nextCursor}`), ['L-2', 'L-1']);
  });

  it('D9: one message is found by its id, and says whether it can be sent again, or why not', async () => {
    const { body } = await house.api('GET', '/v1/messages?key=L-0/1/1');
    const { id, actions } = body.items[0];
    assert.deepEqual([Buffer.from(id, 'base64url').toString(), actions], ['L-0/1/1', ['resend']]);
    const one = await house.api('GET', `/v1/messages/${id}`);
    assert.deepEqual(
      [one.status, one.body.key, one.body.resend.possible, one.body.resend.reason],
      [200, 'L-0/1/1', false, 'NO_LONGER_TRUE'],
    );
    for (const unknown of ['bm9uZQ', 'AAAA', '%00']) {
      const none = await house.api('GET', `/v1/messages/${unknown}`);
      assert.deepEqual([none.status, none.body.code], [404, 'NOT_FOUND'], unknown);
    }
  });

  it('D9: counts tell how many are in each state at each counterpart', async () => {
    const { body } = await house.api('GET', '/v1/messages/counts');
    assert.deepEqual(body.states, { dead: 1, refused: 1, sent: 2, unknown: 1 });
    assert.deepEqual(
      body.items.map(({ counterpart, counterpartId, states }: any) => [counterpart, counterpartId, states]),
      [
        ['buyer', 'buyer-north', { sent: 1 }],
        ['buyer', 'buyer-server', { dead: 1, unknown: 1 }],
        ['liaison', 'mail', { refused: 1 }],
        ['operations', 'mail', { sent: 1 }],
      ],
    );
    const filtered = await house.api('GET', '/v1/messages/counts?counterpartId=mail');
    assert.deepEqual(filtered.body.states, { refused: 1, sent: 1 });
  });

  for (const [what, body, path] of [
    ['neither keys nor filter', {}, 'keys'],
    ['both', { keys: ['a'], filter: { orderId: 'L-0' } }, 'keys'],
    ['no key', { keys: [] }, 'keys'],
    ['too many keys', { keys: Array.from({ length: 501 }, (_, n) => `k${n}`) }, 'keys'],
    ['a state that is delivered', { filter: { state: 'sent' } }, 'filter.state.0'],
    ['nobody', { keys: ['a'], by: ' ' }, 'by'],
    ['no reason', { keys: ['a'], note: undefined }, 'note'],
    ['a cursor of keys', { keys: ['a'], cursor: 'x' }, 'cursor'],
    ['an unknown field', { keys: ['a'], force: true }, '(body)'],
  ] as const) {
    it(`a resend with ${what} is refused with its place`, async () => {
      const answer = await house.api('POST', '/v1/messages/resend', { ...WHO, ...body });
      assert.deepEqual([answer.status, answer.body.code, answer.body.errors?.[0]?.path], [400, 'VALIDATION_FAILED', path]);
    });
  }

  it('an unknown state or counterpart of a list is refused with those there are', async () => {
    const { status, body } = await house.api('GET', '/v1/messages?state=lost');
    assert.equal(status, 400);
    assert.match(body.detail, /queued, sending, sent, refused, dead, dropped, unknown, shadow/);
    assert.equal((await house.api('GET', '/v1/messages/resend')).status, 405);
  });
});
