/** ETag, If-Match and If-None-Match, on what people edit. */
import assert from 'node:assert/strict';
import { House } from '../support/house.js';

describe('ETag and If-Match', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false })));
  after(async () => house.stop());

  const turn = (on: boolean, headers: Record<string, string> = {}, name = 'shadow') =>
    house.api('PUT', `/v1/switches/${name}`, { on, by: 'Ana', note: 'why' }, headers);
  const read = (headers: Record<string, string> = {}) => house.api('GET', '/v1/switches/shadow', undefined, headers);

  it('what was read is changed only if it is still the same', async () => {
    await turn(true);
    const before = await read();
    const etag = before.headers.get('etag') ?? '';
    assert.match(etag, /^"[\w-]{27}"$/);
    assert.equal((await turn(true, {}, 'stop-early-success')).status, 200);
    assert.equal((await turn(false, { 'if-match': etag })).status, 200);
    const late = await turn(true, { 'if-match': etag });
    assert.deepEqual([late.status, late.body.code], [412, 'PRECONDITION_FAILED']);
    const after = await read();
    assert.equal(late.body.etag, after.headers.get('etag'));
    assert.equal(after.body.items[0].on, false);
    assert.equal((await turn(true, { 'if-match': `"other", ${after.headers.get('etag')}` })).status, 200);
  });

  it('without If-Match, or with *, it is changed however it is; a weak tag is none', async () => {
    assert.equal((await turn(true)).status, 200);
    assert.equal((await turn(true, { 'if-match': '*' })).status, 200);
    const { headers } = await read();
    assert.equal((await turn(true, { 'if-match': `W/${headers.get('etag')}` })).status, 412);
  });

  it('of ten who read the same, one changes it', async () => {
    const etag = (await read()).headers.get('etag') ?? '';
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => turn(n % 2 === 0, { 'if-match': etag })));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it('who has it already is told so', async () => {
    const etag = (await read()).headers.get('etag') ?? '';
    assert.equal((await read({ 'if-none-match': etag })).status, 304);
    await turn(false);
    assert.equal((await read({ 'if-none-match': etag })).status, 200);
  });
});
