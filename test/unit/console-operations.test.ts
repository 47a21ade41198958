/** What the console's pages for operations put together by themselves: places of lists, spans, outages. */
import assert from 'node:assert/strict';
import { messagesHitBy, outagesOf } from '../../src/console/operations/outages.js';
import { flagOf, operationsSearch, placeOf, someOf, textsOf } from '../../src/console/operations/search.js';
import { daysIn, spanOf } from '../../src/console/operations/spans.js';

describe('the console: operations', () => {
  it('every list behind a figure has its place, with its filters', () => {
    assert.deepEqual(placeOf('/v1/review-cases?status=approved&attended=false&endedAfter=2026-11-16T23%3A00%3A00.000Z'), {
      to: '/operations/cases',
      search: { status: 'approved', attended: false, endedAfter: '2026-11-16T23:00:00.000Z' },
    });
    assert.deepEqual(placeOf('/v1/messages?state=dead&counterpartId=buyer-server')?.to, '/operations/messages');
    assert.deepEqual(placeOf('/v1/inbound-events?problem=any')?.search, { problem: 'any' });
    assert.deepEqual(placeOf('/v1/placements?unmapped=true&vendorStatus=HELD%20UP'), {
      to: '/placements',
      search: { unmapped: true, vendorStatus: 'HELD UP' },
    });
    assert.deepEqual(placeOf('/v1/review-cases/P-1%2F2/events?round=2'), { to: '/cases/P-1%2F2', search: { round: 2 } });
    assert.deepEqual(placeOf('/v1/placements/P-1/events'), { to: '/placements/P-1', search: {} });
    assert.equal(placeOf('/v1/keys'), null);
  });

  it('the address gives the filters back, and nothing else', () => {
    const search = operationsSearch({ state: 'dead,unknown,nonsense', attended: false, orderId: 10_001, days: 7, evil: 'x', kind: '' });
    assert.deepEqual(search, { state: 'dead,unknown,nonsense', attended: false, orderId: 10_001, days: 7 });
    assert.deepEqual(someOf(search, 'state', ['unknown', 'dead', 'sent']), ['unknown', 'dead']);
    assert.equal(someOf(search, 'status', ['held']), undefined);
    assert.equal(flagOf(search, 'attended'), false);
    assert.equal(flagOf(search, 'open'), undefined);
    assert.deepEqual(textsOf(search, ['orderId', 'kind']), { orderId: '10001' });
  });

  it('spans begin with whole hours and days of the reader', () => {
    const now = new Date(2026, 10, 23, 20, 30, 15);
    assert.deepEqual(spanOf(1, now), { from: new Date(2026, 10, 22, 21).toISOString(), every: 'hour' });
    assert.deepEqual(spanOf(7, now), { from: new Date(2026, 10, 17).toISOString(), every: 'day' });
    assert.equal(daysIn('30'), 30);
    assert.equal(daysIn('31'), 7);
  });

  it('pauses and resumptions of servers make outages, the newest first', () => {
    const at = (hour: number): string => new Date(Date.UTC(2026, 10, 22, hour)).toISOString();
    const event = (type: string, counterpartId: string, hour: number) => ({ type, timestamp: at(hour), data: { counterpartId } });
    const outages = outagesOf([
      event('counterpart.resumed', 'mail', 0),
      event('counterpart.paused', 'swift-post', 1),
      event('counterpart.paused', 'mail', 2),
      event('counterpart.paused', 'swift-post', 3),
      event('counterpart.resumed', 'swift-post', 4),
    ]);
    assert.deepEqual(outages, [
      { counterpartId: 'mail', from: at(2), to: null },
      { counterpartId: 'swift-post', from: at(1), to: at(4) },
    ]);
    const place = placeOf(messagesHitBy({ counterpartId: 'swift-post', from: at(1), to: at(4) }));
    assert.deepEqual(place, {
      to: '/operations/messages',
      search: { counterpartId: 'swift-post', state: 'all', from: '2026-11-22T00:45:00.000Z', to: '2026-11-22T04:15:00.000Z' },
    });
  });
});
