/** Secrets at rest, and signatures by them (D9). */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { withoutSecrets } from '../../src/counterparts/credential-error.js';
import { createSealing, parseSealingKeys, UnsealableError } from '../../src/counterparts/sealing.js';
import { isWebhookSecret, signatureHeaders, verifySignature } from '../../src/counterparts/signature.js';
import { signatureValid, webhookKey } from '../../src/sandbox/signature.js';

const [first, second] = [randomBytes(32), randomBytes(32)] as const;
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

describe('secrets at rest', () => {
  it('D9: are sealed with the first key and opened with any, so that keys can be exchanged', () => {
    const before = createSealing([first]).seal('s3cret', 'shop/bearer/1');
    const both = createSealing([second, first]);
    assert.equal(both.open(before, 'shop/bearer/1'), 's3cret');
    const after = both.seal('s3cret', 'shop/bearer/1');
    assert.equal(createSealing([second]).open(after, 'shop/bearer/1'), 's3cret');
    assert.throws(
      () => createSealing([second]).open(before, 'shop/bearer/1'),
      /was sealed under the key [0-9a-f]{8}: add it to HOLDPOINT_SECRETS_KEY/,
    );
  });

  it('D9: tell nothing, differ each time, and open nowhere but where they belong', () => {
    const sealing = createSealing([first]);
    const [one, other] = [sealing.seal('s3cret', 'a'), sealing.seal('s3cret', 'a')];
    assert.notEqual(one, other);
    assert.ok(!one.includes('s3cret') && !one.includes(Buffer.from('s3cret').toString('base64url')));
    assert.throws(() => sealing.open(one, 'b'), UnsealableError, 'it opened in another row');
    const parts = one.split('.');
    for (const i of [2, 3, 4]) {
      const changed = parts.map((part, at) => (at === i ? `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}` : part)).join('.');
      assert.throws(() => sealing.open(changed, 'a'), UnsealableError, `part ${i} was changed`);
    }
    for (const broken of ['', 's3cret', `${one}x.y`, parts.slice(0, 4).join('.')])
      assert.throws(() => sealing.open(broken, 'a'), UnsealableError);
  });

  it('keys of the setting are 32 bytes each', () => {
    const text = (bytes: number): string => Buffer.alloc(bytes, 1).toString('base64');
    assert.equal(parseSealingKeys(`${text(32)}, ${text(32)}`)?.length, 2);
    for (const wrong of ['', text(31), text(33), `${text(32)},`, 'x'.repeat(44)]) assert.equal(parseSealingKeys(wrong), null, wrong);
    assert.throws(() => createSealing([]), RangeError);
  });

  it('D9: a secret that another side says back stands in no error', () => {
    assert.equal(withoutSecrets('token a/b+c= (a%2Fb%2Bc%3D) is wrong', ['a/b+c=', '']), 'token [secret] ([secret]) is wrong');
  });
});

describe('signatures', () => {
  it('D9: the headers are those of Standard Webhooks; in a rotation each secret signs, and who knows either verifies', () => {
    const [newest, older] = [newSecret(), newSecret()];
    const body = '{"text":"订单 held"}';
    const headers = signatureHeaders('P-1/1/1', body, [newest, older]);
    assert.equal(headers['webhook-signature'].split(' ').length, 2);
    // By the standard's words alone: `v1,` and the base64 of HMAC-SHA256 over id.timestamp.body.
    const expected = createHmac('sha256', Buffer.from(newest.slice(6), 'base64')).update(`P-1/1/1.${headers['webhook-timestamp']}.${body}`);
    assert.equal(headers['webhook-signature'].split(' ')[0], `v1,${expected.digest('base64')}`);
    for (const secret of [newest, older]) {
      assert.ok(
        signatureValid(webhookKey(secret) ?? Buffer.alloc(0), { ...headers }, Buffer.from(body), Date.now()),
        "by the receiver's own check",
      );
      assert.equal(verifySignature(Buffer.from(body), headers, [newSecret(), secret]).valid, true);
    }
    assert.equal(verifySignature(body, headers, [newSecret()]).valid, false);
  });

  it('D9: what is changed, old, of the future, or incomplete is not valid, and it says why', () => {
    const secret = newSecret();
    const headers = signatureHeaders('m-1', '{}', [secret]);
    const why = (changes: object, body = '{}', secrets = [secret]): string => {
      const verdict = verifySignature(body, { ...headers, ...changes }, secrets);
      return verdict.valid ? 'valid' : verdict.why;
    };
    const signedAt = (ageS: number): object => {
      const at = Math.floor(Date.now() / 1000) - ageS;
      const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
        .update(`m-1.${at}.{}`)
        .digest('base64');
      return { 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
    };
    assert.equal(why({}), 'valid');
    assert.equal(why(signedAt(290)), 'valid');
    assert.equal(why({ 'webhook-signature': `v1,AAAA v1 v2,x ${headers['webhook-signature']}` }), 'valid');
    assert.match(why(signedAt(310)), /more than 5 minutes old/);
    assert.match(why(signedAt(-310)), /more than 5 minutes ahead/);
    assert.match(why({}, '{ }'), /not made of this body/);
    assert.match(why({ 'webhook-id': 'm-2' }), /not made of this body/);
    assert.match(why({ 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') }), /not made of this body/);
    assert.match(why({ 'webhook-timestamp': `${headers['webhook-timestamp']}.0` }), /must be seconds since 1970/);
    for (const name of Object.keys(headers)) {
      for (const value of [undefined, '', ['a', 'b']]) assert.match(why({ [name]: value }), new RegExp(`wrong: ${name}`));
    }
    assert.match(why({}, '{}', []), /no secret is there/);
  });

  it('a secret has 24 to 64 bytes', () => {
    const ofLength = (bytes: number): string => `whsec_${randomBytes(bytes).toString('base64')}`;
    for (const bytes of [24, 32, 64]) assert.ok(isWebhookSecret(ofLength(bytes)));
    for (const wrong of [ofLength(23), ofLength(65), randomBytes(32).toString('base64'), 'whsec_', 'whsec_!!!'])
      assert.ok(!isWebhookSecret(wrong), wrong);
  });
});
