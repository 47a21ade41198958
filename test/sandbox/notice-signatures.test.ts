/** What the sandbox sends to Holdpoint: signed, and wrongly where its scenario wants that. */
import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { loadSandboxOptions } from '../../src/sandbox/sandbox.js';
import { call, until, World, type Noticed } from './support.js';

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

describe('sandbox notices, signed', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start({ webhookSecret: SECRET });
  });
  afterEach(() => world.stop());

  const verify = ({ raw, headers }: Noticed): unknown => new Webhook(SECRET).verify(raw, headers as Record<string, string>);
  const rightness = (): boolean[] =>
    world.receiver.noticed.map((noticed) => {
      try {
        verify(noticed);
        return true;
      } catch {
        return false;
      }
    });
  const untilEnded = async (): Promise<any> => {
    await until('nothing owed', async () => (await world.control('/owed?orderId=P-1')).owed === 0);
    return (await world.control('/effects?orderId=P-1')).notices[0];
  };
  const send = async (notices: string[], statuses: number[]): Promise<void> => {
    world.receiver.statuses.push(...statuses);
    await world.scenario('P-1', { answer: 'notice', notices });
    await world.requestReview('P-1');
  };

  it('each carries a signature that the reference library takes, its id the same over all tries', async () => {
    await send([], [503, 500]);
    await untilEnded();
    assert.deepEqual(rightness(), [true, true, true]);
    const [first] = world.receiver.noticed;
    assert.deepEqual(new Set(world.receiver.noticed.map(({ headers }) => headers['webhook-id'])), new Set([first?.body.eventId]));
  });

  it("the liaison's word and a vendor's push are signed too", async () => {
    await call('POST', `${world.sandbox.urls.liaison}/orders/P-1/resolve`, { liaisonId: 'l-3' });
    await world.scenario('P-2', { vendorDoes: { pushes: [{ afterMs: 0, status: 'DELIVERED' }] } });
    await world.place('P-2');
    await until('both', () => world.receiver.noticed.length === 2);
    assert.deepEqual(rightness(), [true, true]);
  });

  for (const how of ['wrong-signature', 'old-timestamp', 'unsigned']) {
    it(`${how}: the first try is wrong, and the next is right although the first was refused`, async () => {
      await send([how], [401]);
      const ended = await untilEnded();
      assert.deepEqual(rightness(), [false, true]);
      assert.deepEqual(ended.answers, [
        { how, status: 401 },
        { how: 'right', status: 202 },
      ]);
      const [wrong, right] = world.receiver.noticed;
      assert.equal(wrong?.raw, right?.raw);
      assert.equal(wrong?.headers['webhook-id'], how === 'unsigned' ? undefined : right?.headers['webhook-id']);
    });
  }

  it('old-timestamp is rightly signed, ten minutes ago', async () => {
    await send(['old-timestamp'], [401]);
    await untilEnded();
    const [old] = world.receiver.noticed;
    const { id, timestamp } = { id: String(old?.headers['webhook-id']), timestamp: Number(old?.headers['webhook-timestamp']) };
    assert.ok(Math.abs(Date.now() / 1000 - timestamp - 600) < 30);
    assert.equal(old?.headers['webhook-signature'], new Webhook(SECRET).sign(id, new Date(timestamp * 1000), old?.raw ?? ''));
  });

  it('replayed: the same bytes with the same headers come twice', async () => {
    await send(['replayed'], []);
    const ended = await untilEnded();
    const [once, again] = world.receiver.noticed;
    assert.deepEqual([once?.raw, once?.headers['webhook-signature']], [again?.raw, again?.headers['webhook-signature']]);
    assert.deepEqual(ended.answers, [
      { how: 'right', status: 202 },
      { how: 'replayed', status: 202 },
    ]);
  });

  it('a try that got no verdict goes out again as scripted', async () => {
    await send(['wrong-signature'], [503, 401]);
    const ended = await untilEnded();
    assert.deepEqual(
      ended.answers.map(({ how }: any) => how),
      ['wrong-signature', 'wrong-signature', 'right'],
    );
  });

  it('give-up: no try follows, and the notice is among the refused', async () => {
    await send(['unsigned', 'give-up'], [401]);
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
    const { noticesRefused } = await world.control('/scenarios/P-1');
    assert.match(noticesRefused[0].detail, /given up, as scripted: answered 401/);
    assert.equal(world.receiver.noticed.length, 1);
    assert.equal((await world.control('/effects')).counts.notices, 0);
  });

  it('without a secret nothing is signed', async () => {
    await world.sandbox.stop();
    await world.startSandbox();
    await send(['wrong-signature'], []);
    await untilEnded();
    assert.equal(world.receiver.noticed[0]?.headers['webhook-signature'], undefined);
  });

  it('the secret is a variable', () => {
    assert.equal(loadSandboxOptions({ SANDBOX_WEBHOOK_SECRET: SECRET }).webhookSecret, SECRET);
  });

  it('a scenario with another word is refused', async () => {
    const answered = await call('PUT', `${world.sandbox.urls.control}/scenarios/P-1`, { notices: ['wrongly'] });
    assert.deepEqual([answered.status, answered.body.errors[0].path], [400, 'notices.0']);
  });
});
