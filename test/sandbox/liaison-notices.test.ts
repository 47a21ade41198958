/** What people are told on the liaison server and in chats of the sandbox. */
import assert from 'node:assert/strict';
import { call, World, type Answered } from './support.js';

const MARKDOWN = { msgtype: 'markdown', markdown: { title: 'Order P-1 is held', text: '### P-1\nStock is <short>.' } };

describe('sandbox notices to people', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start({ webhookSecret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` });
  });
  afterEach(() => world.stop());

  const ofOrder = { 'x-holdpoint-order': 'P-1' };
  const tell = (path: string, body: unknown, headers: Record<string, string> = ofOrder): Promise<Answered> =>
    call('POST', `${world.sandbox.urls.liaison}${path}`, body, headers);
  const effects = async (): Promise<any[]> => (await world.control('/effects?orderId=P-1')).liaison;
  const fault = (what: string) => world.scenario('P-1', { faults: [{ side: 'liaison', call: 1, do: what }] });

  it('takes a notice in our own form once for each Idempotency-Key, and refuses other content under it', async () => {
    const notice = { subject: 'Order P-1 is held', text: 'Stock is short.' };
    const key = { ...ofOrder, 'idempotency-key': 'P-1/1/first_failure/anna/server' };
    const answers = [await tell('/notices', notice, key), await tell('/notices', notice, key)];
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.status]),
      [
        [200, 'received'],
        [200, 'already known'],
      ],
    );
    assert.equal((await tell('/notices', { ...notice, text: 'else' }, key)).status, 422);
    assert.equal((await tell('/notices', 'no JSON', key)).status, 400);
    const [effect, ...more] = await effects();
    assert.deepEqual([more, effect.key, effect.title, effect.text], [[], key['idempotency-key'], notice.subject, notice.text]);
    assert.equal((await world.control('/arrivals?orderId=P-1&side=liaison')).length, 4);
  });

  it('knows a notice again after a restart', async () => {
    const key = { ...ofOrder, 'idempotency-key': 'k-1' };
    await tell('/notices', { text: 'once' }, key);
    await world.sandbox.stop();
    await world.startSandbox();
    assert.equal((await tell('/notices', { text: 'once' }, key)).body.status, 'already known');
    assert.equal((await effects()).length, 1);
  });

  it('finds the order by header, by body or by the key', async () => {
    await tell('/notices', { orderId: 'P-2' }, {});
    await tell('/notices', {}, { 'webhook-id': 'P-3/1/first_failure/anna/ops-room' });
    await tell('/chat/slack', { text: 'about no order' }, { 'webhook-id': 'nothing' });
    await call('POST', `${world.sandbox.urls.liaison}/orders/P-4/resolve`, { liaisonId: 'l-3' });
    assert.deepEqual(
      (await world.control('/arrivals')).map(({ orderId }: any) => orderId),
      ['P-2', 'P-3', null, 'P-4'],
    );
  });

  it('judges the signature of a notice, not that of a chat message or of the liaison', async () => {
    await tell('/notices', {});
    await tell('/chat/slack', { text: 'x' });
    await call('POST', `${world.sandbox.urls.liaison}/orders/P-1/resolve`, { liaisonId: 'l-3' });
    assert.deepEqual(
      (await world.control('/arrivals')).map(({ signatureValid }: any) => signatureValid),
      [false, undefined, undefined],
    );
  });

  it('is a Slack: text or blocks, answered in plain text, each call another message', async () => {
    const said = await tell('/chat/slack', { text: 'Order *P-1* is held' });
    assert.deepEqual([said.status, said.body, said.headers.get('content-type')], [200, 'ok', 'text/plain; charset=utf-8']);
    assert.equal((await tell('/chat/slack', { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x' } }] })).body, 'ok');
    await tell('/chat/slack', { text: 'Order *P-1* is held' });
    for (const [body, error] of [
      [{}, 'no_text'],
      [{ text: 5 }, 'invalid_payload'],
      ['{"text"', 'invalid_payload'],
      [{ blocks: [{}] }, 'invalid_payload'],
    ]) {
      const refused = await tell('/chat/slack', body);
      assert.deepEqual([refused.status, refused.body], [400, error]);
    }
    assert.deepEqual(
      (await effects()).map(({ format }) => format),
      ['slack', 'slack', 'slack'],
    );
  });

  it('is a DingTalk: markdown or actionCard, and an error is a 200 too', async () => {
    const said = await tell('/chat/dingtalk', MARKDOWN);
    assert.deepEqual([said.status, said.body], [200, { errcode: 0, errmsg: 'ok' }]);
    const card = { title: 'held', text: 'x', singleTitle: 'Open', singleURL: 'http://h.example' };
    assert.equal((await tell('/chat/dingtalk', { msgtype: 'actionCard', actionCard: card })).body.errcode, 0);
    for (const body of [{}, { msgtype: 'text' }, { msgtype: 'markdown', markdown: { title: 'no text' } }, 'no JSON']) {
      const refused = await tell('/chat/dingtalk', body);
      assert.deepEqual([refused.status, refused.body.errcode], [200, 40_035]);
    }
    assert.deepEqual(
      (await effects()).map(({ title }) => title),
      ['Order P-1 is held', 'held'],
    );
  });

  for (const code of [310_000, 130_101]) {
    it(`errcode:${code}: DingTalk says no with a 200, and does not act`, async () => {
      await fault(`errcode:${code}`);
      const refused = await tell('/chat/dingtalk', MARKDOWN);
      assert.deepEqual([refused.status, refused.body.errcode], [200, code]);
      assert.deepEqual(await effects(), []);
      assert.equal((await tell('/chat/dingtalk', MARKDOWN)).body.errcode, 0);
    });
  }

  it('an errcode is a fault of the liaison side alone, and 0 is none', async () => {
    for (const wrong of [
      { side: 'buyer', call: 1, do: 'errcode:310000' },
      { side: 'liaison', call: 1, do: 'errcode:0' },
    ]) {
      const answered = await call('PUT', `${world.sandbox.urls.control}/scenarios/P-1`, { faults: [wrong] });
      assert.equal(answered.status, 400);
    }
  });

  it('faults of the order hold there too', async () => {
    await fault('drop-after-acting');
    await assert.rejects(tell('/chat/slack', { text: 'x' }), TypeError);
    assert.equal((await effects()).length, 1);
    await world.scenario('P-1', { faults: [{ side: 'liaison', call: 2, do: '429' }] });
    assert.equal((await tell('/notices', {})).status, 429);
  });

  it('shows people what came, escaped, beside the mails', async () => {
    await tell('/chat/dingtalk', MARKDOWN);
    const page = await call('GET', `${world.sandbox.urls.control}/inbox`, undefined, { accept: 'text/html' });
    assert.match(page.body, /Stock is &#60;short&#62;/);
    assert.ok(!page.body.includes('<short>'));
  });
});
