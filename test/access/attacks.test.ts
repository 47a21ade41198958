/** Tokens that are wrong in every known way: each is refused, and nothing comes of it. */
import assert from 'node:assert/strict';
import { base64url } from 'jose';
import { HandIssuer, newKey } from '../support/hand-issuer.js';
import { eventually, House, type Answer } from '../support/house.js';

const COOLDOWN_MS = 1000;

describe('access tokens under attack', () => {
  let house: House;
  let issuer: HandIssuer;
  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ worker: false, people: { config: issuer.config, cooldownMs: COOLDOWN_MS } });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  const turn = (token: string): Promise<Answer> =>
    house.call('PUT', `${house.apiUrl}/v1/switches/shadow`, { on: true, note: 'try' }, { authorization: `Bearer ${token}` });
  const turned = (): Promise<number> => house.db.switchChange.count();

  /** 401 as RFC 6750 has it, and nothing has been done. */
  async function refused(token: string, code = 'TOKEN_INVALID', detail = /./): Promise<void> {
    const before = await turned();
    const answer = await turn(token);
    assert.deepEqual([answer.status, answer.body?.code], [401, code], JSON.stringify(answer.body));
    assert.match(answer.body.detail, detail);
    assert.match(
      answer.headers.get('www-authenticate') ?? '',
      /^Bearer realm="holdpoint", error="invalid_token", error_description="[^"]+"$/,
    );
    assert.equal(await turned(), before, 'something was done');
  }
  async function works(token: string): Promise<void> {
    const before = await turned();
    const answer = await turn(token);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(await turned(), before + 1);
  }
  const seconds = (from: number): number => Math.floor(Date.now() / 1000) + from;
  const unsigned = (header: object, token: string): string => `${base64url.encode(JSON.stringify(header))}.${token.split('.')[1] ?? ''}.`;

  it('W4: a right token is let in, and whoever it names acts in their own name', async () => {
    const token = await issuer.token();
    const answer = await turn(token);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.body.by, 'Ana Ruiz');
  });

  it('W4: without a signature, or with its algorithm "none", a token is refused', async () => {
    const token = await issuer.token();
    await refused(token.slice(0, token.lastIndexOf('.') + 1));
    await refused(token.slice(0, token.lastIndexOf('.')), 'KEY_UNKNOWN');
    for (const alg of ['none', 'None', 'NONE', '']) await refused(unsigned({ alg, typ: 'at+jwt' }, token));
    await refused(unsigned({ typ: 'at+jwt' }, token));
  });

  it('W4: a token signed with the public key as a secret (HS256) is refused', async () => {
    const asSecret = await issuer.publicKeyText();
    const kid = issuer.keys[0]?.id ?? '';
    for (const alg of ['HS256', 'HS512'])
      await refused(await issuer.token({}, { alg, kid }, asSecret), 'TOKEN_INVALID', /signed by one of RS256/);
  });

  it('W4: a token of another audience, or of another issuer, is refused', async () => {
    await refused(await issuer.token({ aud: 'another-api' }), 'TOKEN_INVALID', /meant for "holdpoint"/);
    await refused(await issuer.token({ aud: undefined }));
    await works(await issuer.token({ aud: ['another-api', 'holdpoint'] }));
    for (const iss of ['https://issuer.example', `${issuer.url}/`, undefined]) await refused(await issuer.token({ iss }));
  });

  it('W4: an expired token, one that is not valid yet, and one without an end are refused; clocks may differ by 30 s', async () => {
    await refused(await issuer.token({ exp: seconds(-40) }), 'TOKEN_INVALID', /expired/);
    await works(await issuer.token({ exp: seconds(-20) }));
    await refused(await issuer.token({ nbf: seconds(50) }), 'TOKEN_INVALID', /not valid yet/);
    await works(await issuer.token({ nbf: seconds(20) }));
    await refused(await issuer.token({ exp: undefined }));
    await refused(await issuer.token({ sub: undefined }));
  });

  it('W4: a token signed by a stranger is refused, whichever key it names', async () => {
    const stranger = await newKey();
    await refused(await issuer.token({}, {}, stranger), 'TOKEN_INVALID', /no such signing key/);
    await refused(await issuer.token({}, { kid: issuer.keys[0]?.id ?? '' }, stranger), 'TOKEN_INVALID', /signature/);
    // Where it says its key is to be had is not looked at.
    await refused(await issuer.token({}, { jku: `${issuer.url}/jwks`, jwk: { kty: 'RSA' } }, stranger));
  });

  it('W4: a token that was changed by one letter is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await issuer.token({ holdpoint_roles: ['auditor'] })).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const risen = base64url.encode(JSON.stringify({ ...claims, holdpoint_roles: ['operations'] }));
    await refused([header, risen, signature].join('.'), 'TOKEN_INVALID', /signature/);
    await refused([header, payload, signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))].join('.'));
  });

  it('W4: an ID token is not taken for an access token', async () => {
    await refused(await issuer.token({}, { typ: 'JWT' }), 'TOKEN_INVALID', /send the access token/);
    await refused(await issuer.token({}, { typ: undefined as never }));
    await refused(await issuer.token({ nonce: 'n' }), 'TOKEN_INVALID', /ID token/);
    await refused(await issuer.token({ at_hash: 'h' }));
    await refused(await issuer.token({ token_use: 'id' }));
  });

  it('W4: claims of a form that nobody expects let nobody in further', async () => {
    await refused(await issuer.token({ holdpoint_roles: { operations: true } }));
    await refused(await issuer.token({ holdpoint_buyers: [1] }));
    const nobody = await turn(await issuer.token({ holdpoint_roles: ['root', 'Operations', '__proto__'] }));
    assert.deepEqual([nobody.status, nobody.body.code], [403, 'FORBIDDEN']);
    const bound = await turn(await issuer.token({ holdpoint_buyers: [] }));
    assert.equal(bound.status, 403, 'an empty list of buyers is no buyer at all');
  });

  it('W4: a huge token is refused before it is looked at', async () => {
    await refused(await issuer.token({ padding: 'x'.repeat(8000) }), 'TOKEN_INVALID', /at most 8000/);
    const larger = await turn(`${'x'.repeat(30_000)}.y.z`);
    assert.equal(larger.status, 431, 'Node reads no such headers');
  });

  it('W4: when the issuer rotates its key the new one is fetched, and unknown keys ask for it once in a while only', async () => {
    await works(await issuer.token());
    const old = issuer.keys;
    const added = await newKey('ES256');
    issuer.keys = [...old, added];
    await eventually(
      async () => ((await turn(await issuer.token({}, { alg: 'ES256' }))).status === 200 ? true : undefined),
      'the new key is known',
    );
    issuer.keys = [added];
    const asked = issuer.asked;
    const started = performance.now();
    const stranger = await newKey();
    for (let count = 0; count < 50; count += 1) await refused(await issuer.token({}, { kid: `unknown-${count}` }, stranger));
    const most = 1 + Math.ceil((performance.now() - started) / COOLDOWN_MS);
    assert.ok(issuer.asked - asked <= most, `asked ${issuer.asked - asked} times, at most ${most} expected`);
    await works(await issuer.token({}, { alg: 'ES256' }));
    // The one that the issuer took away is over as soon as an unknown key has the others fetched again.
    await eventually(async () => {
      await refused(await issuer.token({}, { kid: 'unknown' }, stranger));
      return (await turn(await issuer.token({}, {}, old[0]))).status === 401 ? true : undefined;
    }, 'the key that was taken away lets nobody in');
  });
});

describe('an issuer that is away', () => {
  it('W4: nobody is let in by a token, keys go on, and the answer says 503', async () => {
    const issuer = await HandIssuer.start();
    const { config } = issuer;
    const token = await issuer.token();
    await issuer.stop();
    const house = await House.start({ worker: false, people: { config, cooldownMs: COOLDOWN_MS } });
    const answer = await house.call('GET', `${house.apiUrl}/v1/switches`, undefined, { authorization: `Bearer ${token}` });
    const byKey = await house.api('GET', '/v1/switches');
    await house.stop();
    assert.deepEqual([answer.status, answer.body.code], [503, 'ISSUER_UNAVAILABLE']);
    assert.equal(answer.headers.get('retry-after'), '1');
    assert.equal(byKey.status, 200);
  });
});
