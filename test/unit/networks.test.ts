/** Where calls may go: hostile addresses in every spelling reach nobody, allowed ones do (SSRF, DNS rebinding). */
import assert from 'node:assert/strict';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { exchange, outcomeOfError } from '../../src/counterparts/http.js';
import { createNetworks, isPublic, parseNetworks, type Networks } from '../../src/counterparts/networks.js';
import { ScriptedServer } from '../support/scripted-server.js';

/** Spellings of addresses on this machine, in private networks, and of what clouds keep for themselves. */
const ADDRESSES = `
  127.0.0.1 127.1 127.0.1 127.255.255.254 0 0.0.0.0 0x7f000001 0x7f.1 0X7F.0.0.1 0177.0.0.1 017700000001 2130706433 127.0.0.1. 127。0。0。1
  ①②⑦.0.0.1 %31%32%37.0.0.1 0x7f.0x0.0x0.0x1 0177.0x0.0.1 10.0.0.7 10.1 012.0.0.7 167772167 172.16.0.1 172.31.255.254 192.168.1.1 0xc0a80101
  3232235777 100.64.0.1 169.254.169.254 169.254.43518 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.170.2 100.100.100.200 168.63.129.16
  192.0.0.192 198.18.0.1 224.0.0.1 239.255.255.250 255.255.255.255 240.0.0.1 192.88.99.1 203.0.113.7 [::1] [::] [0:0:0:0:0:0:0:1]
  [0000:0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a9fe:a9fe] [::FFFF:10.0.0.7] [::127.0.0.1] [::ffff:0:127.0.0.1]
  [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::a00:7] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001:0:7f00:1::] [fe80::1] [fec0::1]
  [fc00::1] [fd00:ec2::254] [fd12:3456::1] [ff02::1] [100::1] [2001:db8::1] [5f00::1]
`
  .trim()
  .split(/\s+/);
/** Names, as they are resolved here; the last answer stays. */
const NAMES: Record<string, string[][]> = {
  localhost: [['127.0.0.1']],
  'localhost.': [['127.0.0.1']],
  'app.localhost': [['::1']],
  'metadata.google.internal': [['169.254.169.254']],
  'intranet.example': [['10.0.0.7']],
  'intranet.example.': [['10.0.0.7']],
  '127.0.0.1.nip.example': [['127.0.0.1']],
  'mapped.example': [['::ffff:127.0.0.1']],
  'one-of-two.example': [['8.8.8.8', '127.0.0.1']],
  'two-of-two.example': [['127.0.0.1', '8.8.8.8']],
  'zone.example': [['fe80::1%lo']],
  'changes.example': [['8.8.8.8'], ['127.0.0.1']],
  'nobody.example': [[]],
};
/** What parsers disagree about: who reads the host otherwise must not be led there. */
const TRICKS = [
  'http://shop.example@127.0.0.1:PORT/',
  'http://shop.example:80@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT#@shop.example/',
  'http://127.0.0.1:PORT\\@shop.example/',
  'http:127.0.0.1:PORT/',
  'http:/\\127.0.0.1:PORT/',
  'http://127.0.0.1:PORT/?@shop.example',
  'http://[fe80::1%25lo]:PORT/',
  'http://127.0.0.1\t:PORT/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:PORT/_x',
  'unix:/var/run/docker.sock',
  'http://',
  'not an address',
];

describe('where calls may go', () => {
  let server: ScriptedServer;
  const open: Networks[] = [];
  const asked = new Map<string, number>();
  before(async () => (server = await new ScriptedServer().start()));
  after(async () => {
    await Promise.all(open.map((networks) => networks.close()));
    await server.stop();
  });

  /** Resolves as the table says, and what it does not know to this machine: nobody gets away by a name. */
  const lookup = (host: string, _options: LookupOptions, done: (error: null, found: LookupAddress[]) => void): void => {
    const times = asked.get(host) ?? 0;
    asked.set(host, times + 1);
    const answers = NAMES[host] ?? [['127.0.0.1']];
    const addresses = answers[Math.min(times, answers.length - 1)] ?? [];
    setImmediate(() =>
      done(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      ),
    );
  };
  const networksWith = (allowed: string[]): Networks => {
    const networks = createNetworks({ allowed, lookup });
    open.push(networks);
    return networks;
  };
  /** @returns the answer's status, or what it means that none came */
  const call = async (url: string, networks: Networks, which: 'dispatcher' | 'single' = 'dispatcher') => {
    const request = { method: 'POST', url, headers: {}, body: '{}', timeoutMs: 3000, dispatcher: networks[which] } as const;
    return exchange(request).then(
      ({ status }) => ({ kind: 'answered', status, error: '' }),
      (error: unknown) => outcomeOfError(error, 3000),
    );
  };

  it('D9: hostile addresses are refused, all of them, and nothing arrives', async () => {
    const urls = [
      ...[...ADDRESSES, ...Object.keys(NAMES).filter((name) => name !== 'changes.example')].map((host) => `http://${host}:PORT/hook`),
      ...ADDRESSES.slice(0, 8).map((host) => `https://${host}:PORT/hook`),
      ...TRICKS,
    ].map((url) => url.replaceAll('PORT', String(server.port)));
    const got = [];
    for (const which of ['dispatcher', 'single'] as const) {
      const networks = networksWith([]);
      for (const url of urls) got.push({ url, ...(await call(url, networks, which)) });
    }
    const through = got.filter(({ kind }) => kind !== 'not_acted').map(({ url, kind, error }) => `${url}: ${kind} ${error}`);
    assert.deepEqual(through, []);
    assert.deepEqual([server.connections, server.received], [0, []], 'somebody was connected to');
    const told = got.filter(({ error }) => /neither a public address nor in HOLDPOINT_ALLOWED_NETWORKS/.test(error));
    console.log(
      `      ${got.length} calls to ${urls.length} hostile addresses: all refused, ${told.length} of them with how to allow it, 0 arrived`,
    );
    assert.ok(urls.length >= 100 && told.length >= 2 * (ADDRESSES.length - 2), `${urls.length} ${told.length}`);
  });

  it('D9: the refusal names the address, and what to add if it is to be called', async () => {
    const { error } = await call(`http://intranet.example:${server.port}/`, networksWith([]));
    assert.equal(
      error,
      'not called: intranet.example is at 10.0.0.7, which is neither a public address nor in HOLDPOINT_ALLOWED_NETWORKS; ' +
        'if it is to be called, add 10.0.0.7/32 there',
    );
    assert.match((await call('http://[fd00:ec2::254]/', networksWith([]))).error, /add fd00:ec2::254\/128 there/);
  });

  it('D9: what is in the allow-list is called, and nothing beside it', async () => {
    const networks = networksWith(['127.0.0.0/8']);
    const before = server.received.length;
    // The same corpus, so that what is refused above is known to arrive where it may.
    const arrived = [];
    for (const host of [...ADDRESSES, 'localhost', 'localhost.']) {
      if ((await call(`http://${host}:${server.port}/`, networks)).kind === 'answered') arrived.push(host);
    }
    assert.ok(arrived.length >= 15 && arrived.includes('2130706433') && arrived.includes('localhost.'), arrived.join(' '));
    assert.equal(server.received.length - before, arrived.length);
    for (const host of ['10.0.0.7', '[::1]', '169.254.169.254', 'intranet.example', 'one-of-two.example']) {
      const allowed = host === 'one-of-two.example' ? networksWith(['8.8.8.8/32']) : networks;
      assert.equal((await call(`http://${host}:${server.port}/`, allowed)).kind, 'not_acted', host);
    }
  });

  it('D9: a name that changes between two looks is checked by the look that is connected to', async () => {
    const networks = networksWith([]);
    assert.deepEqual(await networks.addressesOf('changes.example'), ['8.8.8.8'], 'the first look');
    const before = server.connections;
    const { kind, error } = await call(`http://changes.example:${server.port}/`, networks);
    assert.deepEqual([kind, server.connections - before], ['not_acted', 0]);
    assert.match(error, /changes\.example is at 127\.0\.0\.1/);
  });

  it('D9: redirects are not followed, wherever they lead', async () => {
    const inner = await new ScriptedServer().start();
    server.answer = () => ({ status: 307, headers: { location: `${inner.url}/secret` } });
    const networks = networksWith(['127.0.0.0/8']);
    assert.deepEqual(await call(server.url, networks), { kind: 'answered', status: 307, error: '' });
    assert.equal(inner.connections, 0);
    await inner.stop();
    server.answer = () => ({});
  });

  it('D9: public addresses are told from others', () => {
    for (const address of ['8.8.8.8', '2606:4700::1111', '172.32.0.1', '::ffff:8.8.8.8', '192.167.255.255'])
      assert.ok(isPublic(address), address);
    for (const address of ['172.31.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', '169.254.169.254', 'fd00::1', '224.0.0.1', 'example.org', '']) {
      assert.ok(!isPublic(address), address);
    }
  });

  it('an allow-list is networks with a length, or none', () => {
    assert.deepEqual(parseNetworks('10.0.0.0/8, fd00::/8'), ['10.0.0.0/8', 'fd00::/8']);
    assert.deepEqual(parseNetworks(''), []);
    for (const wrong of ['10.0.0.1', '10.0.0.0/33', 'fd00::/129', 'intranet.example/8', '10.0.0.0/8;10.0.0.0/8'])
      assert.equal(parseNetworks(wrong), null, wrong);
  });
});
