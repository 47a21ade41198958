/** What notices say, as data over the API: versions, refusals, previews (A5, D9). */
import assert from 'node:assert/strict';
import { NOTICE_STAGES } from '../../src/domain/notice.js';
import { House, sampleOrder, type Answer } from '../support/house.js';

const who = { by: 'anna', why: 'our own words' };
const own = (subject: string) => ({ subject, opening: `${subject}, until {{ review.deadlineAt }}.`, advice: 'Call {{ order.buyer }}.' });
const texts = (subject: string) => ({ en: own(subject), 'zh-CN': own(subject) });

describe('notice templates over the API', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const put = (stage: string, body: object): Promise<Answer> => house.api('PUT', `/v1/notice-templates/${stage}`, { ...who, ...body });
  const preview = (body: object): Promise<Answer> => house.api('POST', '/v1/notice-templates/preview', body);

  it('D9: versions are numbered and listed with who and why; the reason type’s goes before the one for all, before the built-in', async () => {
    const path = '/v1/notice-templates/reminder';
    const first = (await house.api('GET', path)).body;
    assert.deepEqual([first.inForce.builtIn, first.inForce.version, first.versions], [true, null, []]);
    assert.ok(first.variables.some(({ name, optional }: any) => name === 'reminder.number' && !optional));
    const all = await put('reminder', { texts: texts('for all') });
    assert.deepEqual([all.status, all.body.saved.version, all.body.saved.by, all.body.saved.why], [200, 1, 'anna', who.why]);
    await put('reminder', { reasonType: 'STOCK_SHORT', texts: texts('for stock') });
    await put('reminder', { reasonType: 'STOCK_SHORT', texts: texts('for stock, again') });
    const inForce = async (query: string): Promise<unknown[]> => {
      const { reasonType, version, texts: said } = (await house.api('GET', `${path}${query}`)).body.inForce;
      return [reasonType, version, said.en.subject];
    };
    assert.deepEqual(await inForce('?reasonType=STOCK_SHORT'), ['STOCK_SHORT', 2, 'for stock, again']);
    assert.deepEqual(await inForce('?reasonType=PRICE_SYNC'), [null, 1, 'for all']);
    await put('reminder', { reasonType: 'STOCK_SHORT', texts: null });
    assert.deepEqual(await inForce('?reasonType=STOCK_SHORT'), [null, 1, 'for all']);
    const page = (await house.api('GET', `${path}?reasonType=STOCK_SHORT&limit=2`)).body;
    const rest = (await house.api('GET', `${path}?reasonType=STOCK_SHORT&limit=2&cursor=${page.nextCursor}`)).body;
    assert.deepEqual(
      [...page.versions, ...rest.versions].map(({ version, texts: said }: any) => [version, said?.en.subject ?? null]),
      [
        [3, null],
        [2, 'for stock, again'],
        [1, 'for stock'],
      ],
    );
    const list = (await house.api('GET', '/v1/notice-templates')).body;
    assert.deepEqual(
      list.items.map(({ stage }: any) => stage),
      [...NOTICE_STAGES],
    );
    const saved = list.items.find(({ stage }: any) => stage === 'reminder').saved;
    assert.deepEqual(
      saved.map(({ reasonType, version }: any) => [reasonType, version]),
      [
        [null, 1],
        ['STOCK_SHORT', 3],
      ],
    );
  });

  it('D9: what is not sound is refused with every mistake and its place, and nothing is saved', async () => {
    const en = { subject: '{{ order.colour }}', opening: 'to {{ order.deliverTo }}', advice: '{% include "x" %}' };
    const refused = await put('assigned', { texts: { en } });
    assert.deepEqual([refused.status, refused.body.code], [422, 'TEMPLATE_UNSOUND']);
    const told = refused.body.errors.map(({ path, message }: any) => `${path}: ${message}`).join('\n');
    for (const mistake of [
      /^texts\.en\.subject: line 1, column 4: "order\.colour" is not a variable of stage assigned, which has: reader\.name/m,
      /^texts\.en\.opening: line 1, column 7: order\.deliverTo may be lacking/m,
      /^texts\.en\.advice: line 1, column 1: tag "include" not found/m,
      /^texts\.zh-CN: is missing; every language must be there: en, zh-CN$/m,
    ]) {
      assert.match(told, mistake);
    }
    assert.deepEqual((await house.api('GET', '/v1/notice-templates/assigned')).body.versions, []);
    for (const [stage, body] of [
      ['moon', { texts: texts('x') }],
      ['outage', { reasonType: 'STOCK_SHORT', texts: null }],
      ['assigned', { texts: { fr: own('x') } }],
      ['assigned', { texts: { en: { subject: 'x' } } }],
      ['assigned', {}],
      ['assigned', { reasonType: 'stock', texts: texts('x') }],
    ] as const) {
      assert.equal((await put(stage, body)).body.code, 'VALIDATION_FAILED', JSON.stringify(body));
    }
    assert.equal((await house.api('PUT', '/v1/notice-templates/assigned', { texts: texts('x') })).body.code, 'VALIDATION_FAILED');
    assert.equal((await put('moon', {})).body.errors[0].path, 'stage');
    assert.equal((await house.api('DELETE', '/v1/notice-templates/assigned')).status, 405);
  });

  it('A5: a preview shows every stage in both languages, without sending anything', async () => {
    for (const stage of NOTICE_STAGES) {
      for (const locale of ['en', 'zh-CN']) {
        const { status, body } = await preview({ stage, locale });
        assert.deepEqual([status, Object.keys(body)], [200, ['subject', 'text', 'html']]);
        assert.ok(body.html.includes(`lang="${locale}"`));
      }
    }
    const draft = { stage: 'first_failure', texts: { en: own('Draft') }, timeZone: 'Asia/Tokyo' };
    const { body } = await preview(draft);
    assert.equal(body.subject, 'Draft');
    assert.match(body.text, /Draft, until Jan 4, 2026, 5:00:00 PM GMT\+9\./);
    assert.equal((await preview({ ...draft, locale: 'zh-CN' })).body.code, 'TEMPLATE_UNSOUND');
    assert.equal((await preview({ ...draft, texts: { en: own('{{ x }}') } })).body.code, 'TEMPLATE_UNSOUND');
    assert.equal((await preview({ stage: 'first_failure', orderId: 'no-such' })).body.code, 'ORDER_UNKNOWN');
    assert.equal(await house.db.message.count(), 0);
  });

  it('A5: a preview of an order shows its facts and how its case stands', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId, { deliverTo: 'Kiruna' }), reason: { type: 'PRICE_SYNC', text: 'two lists' } });
    const held = await house.untilStatus(orderId, 'held');
    const { subject, text } = (await preview({ stage: 'first_failure', orderId, timeZone: 'UTC' })).body;
    assert.equal(subject, `Order ${orderId} failed review: prices not in step`);
    for (const part of ['Deliver to: Kiruna', 'Details: two lists', 'Falu Rödfärg', 'Liaison: Ingrid Larsson'])
      assert.ok(text.includes(part), part);
    const at = new Date(held.deadlineAt);
    assert.ok(text.includes(new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' }).format(at)));
  });

  it('D9: what is saved is what the next notice says', async () => {
    await put('first_failure', { reasonType: 'INTERFACE_TIMEOUT', texts: texts('Own words for {{ order.id }}') });
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'INTERFACE_TIMEOUT' } });
    const [mail] = await house.untilMailed(orderId, 1);
    assert.equal(mail.subject, `Own words for ${orderId}`);
    assert.ok(mail.text.includes('Call Johnssons byggvaror.') && mail.text.includes('Ordering user'));
  });
});
