/** Calls by a counterpart's row, against servers that a test writes: credentials, signatures, other JSON, answers (D9). */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { createActivities, type Activities } from '../../src/activities/index.js';
import { createMailer } from '../../src/activities/liaison/mailer.js';
import { createSealing } from '../../src/counterparts/sealing.js';
import { createCounterparts } from '../../src/counterparts/caller.js';
import { createNetworks } from '../../src/counterparts/networks.js';
import { saveCounterpart } from '../../src/db/counterpart-changes.js';
import { addSecret, endSecret, listSecrets, type SecretPurpose } from '../../src/db/counterpart-secrets.js';
import { saveOrder } from '../../src/db/orders.js';
import type { BuyerMessage } from '../../src/domain/buyer-message.js';
import type { Counterpart } from '../../src/domain/counterpart.js';
import type { OrderDocument } from '../../src/domain/order.js';
import { signatureValid, webhookKey } from '../../src/sandbox/signature.js';
import { House, LINK_KEY, SEALING, sampleOrder, WEBHOOK_SECRET } from '../support/house.js';
import { ScriptedServer, type Received, type Scripted } from '../support/scripted-server.js';

const NOW = Date.UTC(2026, 0, 1, 8);
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

describe("calls by a counterpart's row", function () {
  this.timeout(60_000);
  let house: House;
  let activities: Activities;
  let server: ScriptedServer;
  let count = 0;
  before(async () => (house = await House.start({ worker: false })));
  after(async () => house.stop());
  beforeEach(async () => {
    await house.db.breaker.deleteMany();
    // A caller of its own for each: tokens are kept in the process.
    activities = activitiesWith(house.newCounterparts());
    server = await new ScriptedServer().start();
  });
  afterEach(async () => server.stop());

  const activitiesWith = (counterparts: ReturnType<House['newCounterparts']>): Activities => {
    const liaison = {
      mailer: createMailer(house.sandbox.urls.smtp, 500),
      from: 'h@test.example',
      publicUrl: 'http://h.example',
      consoleUrl: null,
    };
    return createActivities({ db: house.db, counterparts, liaison, linkKey: LINK_KEY });
  };
  const newCounterpart = async (kind: 'buyer' | 'review', more: Partial<Counterpart> = {}): Promise<string> => {
    count += 1;
    const id = `other-${kind}-${count}`;
    const limits = { timeoutMs: 1000, maxPerSecond: 50, maxConcurrent: 20 };
    const common = { name: id, baseUrl: server.url, mapping: null, format: 'wire', sender: null, version: 1 } as const;
    await saveCounterpart(house.db, SEALING, { id, kind, auth: { type: 'none' }, buyerIds: [], ...limits, ...common, ...more }, 'test');
    return id;
  };
  const keep = (counterpartId: string, purpose: SecretPurpose, secret: string, overlapMs = 60_000) =>
    addSecret(house.db, SEALING, { counterpartId, purpose, secret, overlapMs, by: 'test' });
  const newOrder = async (): Promise<string> => {
    const orderId = house.newOrderId();
    await saveOrder(house.db, sampleOrder(orderId) as OrderDocument);
    return orderId;
  };
  const tell = async (counterpartId: string, orderId: string, by = activities): Promise<ApplicationFailure | null> => {
    const common = { orderId, reviewRound: 1, sequence: 1, provisional: false, supersedes: null, ending: 'rejected' };
    const reason = { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' };
    const message: BuyerMessage = { ...common, messageId: `${orderId}/1/1`, stage: 'rejection', kind: 'review_failed', reason };
    const error = await by
      .sendBuyerMessage({ caseId: `${orderId}/1`, message, supersedesCaseId: null, counterpartId, shadow: false, caseAt: NOW })
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    assert.ok(error === null || error instanceof ApplicationFailure, String(error));
    return error;
  };
  const told = async (counterpartId: string, by = activities) => tell(counterpartId, await newOrder(), by);
  const ledger = async (orderId: string) =>
    house.db.message.findFirst({ where: { orderId }, include: { attempts: { orderBy: { number: 'asc' } } } });
  const verifies = (secret: string, { headers, raw }: Received): boolean =>
    signatureValid(webhookKey(secret) ?? Buffer.alloc(0), headers, Buffer.from(raw), Date.now());

  it('D9: a bearer key arrives, the newest; the secret of the settings signs where there is none of its own', async () => {
    const id = await newCounterpart('buyer', { auth: { type: 'bearer' } });
    await keep(id, 'bearer', 'key-of-yesterday');
    assert.equal(await told(id), null);
    await keep(id, 'bearer', 'key-of-today');
    assert.equal(await told(id), null);
    assert.deepEqual(
      server.received.map(({ headers }) => headers.authorization),
      ['Bearer key-of-yesterday', 'Bearer key-of-today'],
    );
    for (const received of server.received) assert.ok(verifies(WEBHOOK_SECRET, received));
  });

  it('D9: a signing secret is rotated with an overlap: both sign, then the newest alone', async () => {
    const id = await newCounterpart('buyer');
    const [older, newest] = [newSecret(), newSecret()];
    const { id: olderId } = await keep(id, 'signing', older);
    await keep(id, 'signing', newest);
    await told(id);
    const [both] = server.received;
    assert.ok(both !== undefined && verifies(older, both) && verifies(newest, both), 'one of both does not verify');
    assert.ok(!verifies(WEBHOOK_SECRET, both));
    await endSecret(house.db, id, olderId, 'test');
    await told(id);
    const [, alone] = server.received;
    assert.ok(alone !== undefined && !verifies(older, alone) && verifies(newest, alone), 'one that was ended still signs');
    const listed = await listSecrets(house.db, id);
    assert.deepEqual(
      listed.map(({ purpose, expiresAt }) => [purpose, expiresAt !== null && expiresAt.getTime() <= Date.now()]),
      [
        ['signing', false],
        ['signing', true],
      ],
    );
  });

  it('D9: after the overlap an older secret signs no more', async () => {
    const id = await newCounterpart('buyer');
    const [older, newest] = [newSecret(), newSecret()];
    await keep(id, 'signing', older);
    await keep(id, 'signing', newest, 0);
    await told(id);
    const [received] = server.received;
    assert.ok(received !== undefined && verifies(newest, received) && !verifies(older, received));
  });

  /** A token server in the same place: counts tokens given, and lets in who brings the latest. */
  const oauth = async (life: { expires_in?: number } = { expires_in: 3600 }) => {
    const state = { given: 0, refuse: null as Scripted, calls: [] as Received[] };
    server.answer = (received) => {
      if (received.path !== '/token') {
        const latest = received.headers.authorization === `Bearer token-${state.given}`;
        return latest ? {} : { status: 401, body: { error: `unknown ${received.headers.authorization}` } };
      }
      state.calls.push(received);
      if (state.refuse !== null) return state.refuse;
      state.given += 1;
      return { body: { access_token: `token-${state.given}`, token_type: 'Bearer', ...life } };
    };
    const auth = { type: 'oauth2', tokenUrl: `${server.url}/token`, clientId: 'hold point', scope: 'orders:write' } as const;
    const id = await newCounterpart('buyer', { auth });
    await keep(id, 'client_secret', 'cl1ent/s3cret');
    return { id, state };
  };

  it('D9: OAuth 2: one token is fetched by client credentials, and serves every call until it ends', async () => {
    const { id, state } = await oauth();
    assert.deepEqual(await Promise.all(Array.from({ length: 5 }, () => told(id))), [null, null, null, null, null]);
    assert.equal(await told(id), null);
    const [asked, ...more] = state.calls;
    assert.deepEqual(more, [], 'more than one token was fetched');
    assert.equal(asked?.headers.authorization, `Basic ${Buffer.from('hold+point:cl1ent%2Fs3cret').toString('base64')}`);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(asked?.raw)), { grant_type: 'client_credentials', scope: 'orders:write' });
    assert.equal(server.received.filter(({ headers }) => headers.authorization === 'Bearer token-1').length, 6);
  });

  it('D9: OAuth 2: a token that ends is renewed before it does', async () => {
    const { id, state } = await oauth({ expires_in: 0 });
    assert.deepEqual([await told(id), await told(id)], [null, null]);
    assert.equal(state.given, 2);
  });

  it('D9: OAuth 2: a token that is not taken any more counts as not acted, and the next try has a new one', async () => {
    const { id, state } = await oauth();
    assert.equal(await told(id), null);
    state.given += 1; // the server has forgotten the first
    const orderId = await newOrder();
    const failure = await tell(id, orderId);
    assert.deepEqual([failure?.type, failure?.nonRetryable], ['COUNTERPART_UNAVAILABLE', false]);
    assert.match(failure?.message ?? '', /the token was not accepted/);
    assert.doesNotMatch(failure?.message ?? '', /token-1/, 'the token stands in the error');
    assert.equal(await tell(id, orderId), null);
    assert.deepEqual(
      (await ledger(orderId))?.attempts.map(({ outcome }) => outcome),
      ['not_acted', 'delivered'],
    );
  });

  for (const [what, answer, words] of [
    [
      'refused',
      { status: 401, body: { error: 'invalid_client', error_description: 'cl1ent/s3cret is wrong' } },
      /HTTP 401 invalid_client: \[secret\] is/,
    ],
    ['away', { status: 503, body: 'cl1ent/s3cret' }, /HTTP 503/],
    ['elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, /redirects are not followed/],
    ['odd', { body: { access_token: 'x', token_type: 'mac' } }, /no token from/],
    ['broken', { headers: { 'content-type': 'application/json' }, body: '<html>' }, /no token from/],
  ] as const) {
    it(`D9: OAuth 2: no token, for the server is ${what}: not acted, in clear words without the secret`, async () => {
      const { id, state } = await oauth();
      state.refuse = answer;
      const orderId = await newOrder();
      const failure = await tell(id, orderId);
      assert.equal(failure?.type, 'COUNTERPART_UNAVAILABLE');
      assert.match(failure.message, words);
      assert.match(failure.message, new RegExp(`^no token from ${server.url}/token: `));
      assert.doesNotMatch(failure.message, /s3cret/);
      assert.deepEqual(
        (await ledger(orderId))?.attempts.map(({ outcome }) => outcome),
        ['not_acted'],
      );
      assert.equal(server.received.length, 1, 'it was called without a token');
    });
  }

  it('D9: OAuth 2: a token server at an address that may not be called is not called', async () => {
    const { id, state } = await oauth();
    const careful = house.newCounterparts({ allowed: [] });
    assert.match(
      (await told(id, activitiesWith(careful)))?.message ?? '',
      /no token from .*: not called: 127\.0\.0\.1 is neither a public address/,
    );
    assert.deepEqual([state.calls, server.connections], [[], 0]);
    await careful.close();
  });

  it('D9: without its secret, or with one that cannot be opened, nothing is sent, and it says what to do', async () => {
    const id = await newCounterpart('buyer', { auth: { type: 'bearer' } });
    const orderId = await newOrder();
    assert.match(
      (await tell(id, orderId))?.message ?? '',
      new RegExp(`no secret for bearer is kept of ${id}: add one by POST /v1/counterparts/${id}/secrets`),
    );
    await keep(id, 'bearer', 'a-key');
    const networks = createNetworks({ allowed: ['127.0.0.0/8'] });
    const options = { db: house.db, networks, defaultWebhookSecret: WEBHOOK_SECRET, cacheMs: 0 };
    const other = createCounterparts({ ...options, sealing: createSealing([randomBytes(32)]) });
    assert.match(
      (await tell(id, orderId, activitiesWith(other)))?.message ?? '',
      /was sealed under the key .*: add it to HOLDPOINT_SECRETS_KEY/,
    );
    assert.equal(server.received.length, 0);
    assert.equal(await tell(id, orderId), null, 'the same message goes once it can');
    await other.close();
  });

  it('D9: a buyer server with other JSON and another path: the ledger has the text as it went out', async () => {
    const mapping = {
      paths: { '/order-review-messages': '/api/v2/notify' },
      out: {
        'order-review-message':
          '{"event": kind = "review_failed" ? "KO" : "OK", "po": order.buyerOrderNumber, "id": messageId, "why": reason.text}',
      },
    };
    const id = await newCounterpart('buyer', { mapping });
    const orderId = await newOrder();
    assert.equal(await tell(id, orderId), null);
    const [received] = server.received;
    assert.equal(received?.path, '/api/v2/notify');
    assert.deepEqual(JSON.parse(received.raw), { event: 'KO', po: '34', id: `${orderId}/1/1`, why: '12 of 120 in stock' });
    const row = await ledger(orderId);
    assert.deepEqual([row?.body, row?.counterpartId, row?.state], [received.raw, id, 'sent']);
    assert.ok(verifies(WEBHOOK_SECRET, received), 'the signature is not of what was sent');
  });

  it('D9: a mapping that fails claims nothing and sends nothing; mended, the message goes', async () => {
    const id = await newCounterpart('buyer', { mapping: { out: { 'order-review-message': '$uppercase(order.total)' } } });
    const orderId = await newOrder();
    const failure = await tell(id, orderId);
    assert.deepEqual([failure?.type, failure?.nonRetryable], ['MAPPING_FAILED', false]);
    assert.match(failure?.message ?? '', new RegExp(`mapping.out of ${id} for order-review-message .*uppercase`));
    assert.deepEqual([server.received.length, await ledger(orderId)], [0, null]);
    await house.db.counterpart.update({ where: { id }, data: { mapping: { out: { 'order-review-message': '{"id": messageId}' } } } });
    assert.equal(await tell(id, orderId), null);
    assert.equal(server.received[0]?.raw, JSON.stringify({ id: `${orderId}/1/1` }));
  });

  it('D9: a review server with other JSON is asked, answers, is asked again, and gives an order', async () => {
    const state = '$lookup({"WAIT": "pending", "OK": "succeeded", "NOK": "failed"}, state)';
    const mapping = {
      paths: { '/review-requests': '/reviews', '/review-requests/{reviewRequestId}': '/reviews?ref={reviewRequestId}' },
      out: { 'review-request': '{"ref": reviewRequestId, "po": orderId}' },
      in: {
        'review-request-answer': `state = "WAIT" ? {"status": "accepted"} : {"outcome": ${state}, "reason": {"type": code}}`,
        'review-result': `{"outcome": ${state}, "reason": {"type": code, "text": message}}`,
        'order-document': 'data.po',
      },
    };
    const counterpartId = await newCounterpart('review', { mapping });
    const orderId = house.newOrderId();
    server.answer = ({ method, path }) => {
      if (path.startsWith('/orders/')) return { body: { data: { po: sampleOrder(orderId) } } };
      return { body: method === 'POST' ? { state: 'WAIT' } : { state: 'NOK', code: 'STOCK_SHORT', message: 'none left' } };
    };
    const ref = { caseId: `${orderId}/1`, orderId, reviewRound: 1, reviewRequestId: `${orderId}.1.1`, counterpartId, shadow: false };
    assert.equal(await activities.fetchOrder({ caseId: ref.caseId, orderId, counterpartId }), null);
    assert.deepEqual(await activities.requestReview({ ...ref, attempt: 1, requestedAt: NOW }), { kind: 'accepted' });
    const reason = { type: 'STOCK_SHORT', code: null, text: 'none left' };
    assert.deepEqual(await activities.queryReviewResult({ ...ref, caseAt: NOW }), { kind: 'failed', reason });
    assert.deepEqual(
      server.received.map(({ method, path, raw }) => [method, path, raw]),
      [
        ['GET', `/orders/${orderId}`, ''],
        ['POST', '/reviews', JSON.stringify({ ref: ref.reviewRequestId, po: orderId })],
        ['GET', `/reviews?ref=${ref.reviewRequestId}`, ''],
      ],
    );
    server.answer = () => ({ body: { state: 'PERHAPS' } });
    await assert.rejects(activities.queryReviewResult({ ...ref, caseAt: NOW }), { message: 'answer not understood' });
    await house.db.counterpart.update({ where: { id: counterpartId }, data: { mapping: { in: { 'review-result': 'state' } } } });
    await assert.rejects(
      activities.queryReviewResult({ ...ref, caseAt: NOW }),
      /answer not understood: mapping\.in of .* gives a string, not an object/,
    );
  });

  for (const [answer, type, state, words] of [
    [{ status: 410 }, 'COUNTERPART_REFUSED', 'refused', /^the receiver wants no more of these: HTTP 410/],
    [{ status: 422, body: { error: 'no' } }, 'COUNTERPART_REFUSED', 'refused', /^HTTP 422: \{"error":"no"\}$/],
    [
      { status: 301, headers: { location: 'http://elsewhere.example/x' } },
      'COUNTERPART_REFUSED',
      'refused',
      /^redirects are not followed: HTTP 301 to http:\/\/elsewhere/,
    ],
    [{ status: 308 }, 'COUNTERPART_REFUSED', 'refused', /^redirects are not followed: HTTP 308;/],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'COUNTERPART_UNAVAILABLE', 'sending', /^HTTP 429/],
    [{ status: 503, headers: { 'retry-after': '7' } }, 'COUNTERPART_UNAVAILABLE', 'sending', /^HTTP 503/],
    [{ status: 409 }, null, 'sent', /^/],
  ] as const) {
    it(`D9: a buyer server's ${answer.status} is ${state}`, async () => {
      const id = await newCounterpart('buyer');
      server.answer = () => answer;
      const orderId = await newOrder();
      const failure = await tell(id, orderId);
      assert.equal(failure?.type ?? null, type);
      assert.match(failure?.message ?? '', words);
      if (type === 'COUNTERPART_UNAVAILABLE') assert.equal(failure?.nextRetryDelay, 7000, 'Retry-After is not heeded');
      assert.equal((await ledger(orderId))?.state, state);
      if (type === 'COUNTERPART_REFUSED') assert.equal((await tell(id, orderId))?.type, 'MESSAGE_SETTLED');
      assert.equal(server.received.length, 1);
    });
  }

  it('D9: a counterpart that was taken away ends what goes by it, in clear words', async () => {
    const failure = await told('nobody');
    assert.deepEqual([failure?.type, failure?.nonRetryable], ['COUNTERPART_UNKNOWN', true]);
  });
});
