import assert from 'node:assert/strict';
import { openMail, sendMail, until, World } from './support.js';

const HEADERS = [
  'From: Holdpoint <holdpoint@example.org>',
  'To: Lin <Lin@example.org>',
  'Subject: Order P-1 is held',
  'Message-ID: <m-1@holdpoint>',
  'X-Holdpoint-Order: P-1',
];
const BODY = 'Stock is short <now>.\r\nhttp://127.0.0.1:1/a?b=1&c=2';

describe('sandbox inbox', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const send = (headers = HEADERS, to = 'Lin@example.org', text = BODY) => sendMail(world.sandbox.ports.smtp, to, headers, text);
  const fault = (what: string) => world.scenario('P-1', { faults: [{ side: 'inbox', call: 1, do: what }] });

  it('takes mail and shows it by recipient', async () => {
    assert.match(await send(), /^250 /);
    await send(HEADERS.slice(0, 4), 'other@example.org');
    const [mail, ...more] = await world.control('/inbox?to=lin@example.org');
    assert.equal(more.length, 0);
    const { at, headers, ...rest } = mail;
    assert.ok(Date.parse(at) > 0);
    assert.equal(headers['x-holdpoint-order'], 'P-1');
    assert.deepEqual(rest, {
      from: '"Holdpoint" <holdpoint@example.org>',
      to: ['lin@example.org'],
      subject: 'Order P-1 is held',
      text: `${BODY.replace('\r\n', '\n')}\n`,
      html: null,
      messageId: '<m-1@holdpoint>',
      orderId: 'P-1',
    });
    assert.equal((await world.control('/inbox')).length, 2);
    const [arrival] = await world.control('/arrivals?orderId=P-1');
    assert.equal(arrival.side, 'inbox');
    assert.equal(arrival.method, 'SMTP');
    assert.equal(arrival.body, [...HEADERS, '', BODY, ''].join('\r\n'));
  });

  for (const code of ['451', '550']) {
    it(`${code}: refuses the mail and takes the next`, async () => {
      await fault(code);
      assert.match(await send(), new RegExp(`^${code} `));
      assert.equal((await world.control('/inbox')).length, 0);
      assert.match(await send(), /^250 /);
      assert.equal((await world.control('/arrivals?side=inbox')).length, 2);
      assert.equal((await world.control('/effects?orderId=P-1')).counts.inbox, 1);
    });
  }

  it('accept-no-reply: takes the mail and closes without a reply', async () => {
    await fault('accept-no-reply');
    assert.equal(await send(), 'closed');
    assert.equal((await world.control('/inbox')).length, 1);
  });

  it('hang: takes the mail and never replies', async () => {
    await fault('hang');
    const mail = openMail(world.sandbox.ports.smtp, 'lin@example.org', HEADERS, BODY);
    await until('the mail', async () => (await world.control('/inbox')).length === 1);
    assert.equal(mail.reply(), null);
    await world.sandbox.stop();
    await until('the end', () => mail.talk.closed);
    await mail.sent;
  });

  it('reset-after-acting: takes the mail, and the connection is reset', async () => {
    await fault('reset-after-acting');
    assert.equal(await send(), 'closed');
    assert.equal((await world.control('/inbox')).length, 1);
    assert.match(await send(), /^250 /);
  });

  it('drip: takes the mail, and its reply comes a character at a time and never to its end', async () => {
    await fault('drip');
    const mail = openMail(world.sandbox.ports.smtp, 'lin@example.org', HEADERS, BODY);
    await until('three characters', () => (mail.reply() ?? '').length >= 3);
    assert.ok('250-still here'.startsWith(mail.reply()?.slice(0, 14) ?? 'nothing'), mail.reply() ?? '');
    assert.equal((await world.control('/inbox')).length, 1);
    assert.equal(mail.talk.closed, false);
    mail.talk.end();
  });

  it('slow: takes the mail, and is owed until the sender goes', async () => {
    await fault('slow:60000');
    const mail = openMail(world.sandbox.ports.smtp, 'lin@example.org', HEADERS, BODY);
    await until('the owed reply', async () => (await world.control('/owed?orderId=P-1')).owed === 1);
    assert.equal((await world.control('/inbox')).length, 1);
    mail.talk.end();
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
  });

  it('slow: replies when its time has come', async () => {
    await fault('slow:50');
    assert.match(await send(), /^250 /);
    assert.equal((await world.control('/owed')).owed, 0);
  });

  it('takes no mail that broke off, but keeps that it came', async () => {
    const mail = openMail(world.sandbox.ports.smtp, 'lin@example.org', HEADERS, `${BODY}\r\n..\r\nbroken off`, '');
    await mail.sent;
    mail.talk.finish();
    const [arrival] = await until('the arrival', async () => {
      const all = await world.control('/arrivals?orderId=P-1');
      return all.length > 0 && all;
    });
    assert.equal(arrival.aborted, true);
    assert.equal((await world.control('/inbox')).length, 0);
  });

  it('refuses a mail beyond 1 MB, but keeps that it came', async () => {
    const line = `${'x'.repeat(70)}\r\n`;
    assert.match(await send(HEADERS, 'lin@example.org', line.repeat(16_000)), /^552 /);
    assert.equal((await world.control('/inbox')).length, 0);
    assert.equal((await world.control('/arrivals'))[0].truncated, true);
  });

  it('shows people a page on which nothing of a mail can act', async () => {
    await send([...HEADERS, 'Content-Type: text/html; charset=utf-8'], 'lin@example.org', '<b title="x">Held</b><script>alert(1)</script>');
    await send(HEADERS.map((line) => line.replace('Subject: ', 'Subject: <i>')));
    const response = await fetch(`${world.sandbox.urls.control}/inbox`, { headers: { accept: 'text/html,*/*' } });
    const html = await response.text();
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.ok(!html.includes('<script') && !html.includes('<i>') && !html.includes('<b title'));
    assert.match(html, /sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    assert.match(html, /srcdoc="&#60;meta http-equiv=&#34;Content-Security-Policy&#34;/);
    assert.match(html, /Stock is short &#60;now&#62;/);
    assert.match(html, /<a href="http:\/\/127.0.0.1:1\/a\?b=1&#38;c=2"/);
  });
});
