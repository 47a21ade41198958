/** Lists in any order, in pages that stay right while rows change, filtered and searched (Q7, Q8). */
import assert from 'node:assert/strict';
import { writePlacement } from '../../src/db/placements.js';
import { writeCase } from '../../src/db/review-cases.js';
import type { CaseRow } from '../../src/domain/case-record.js';
import type { PlacementRow } from '../../src/domain/placement-record.js';
import { House, REVIEW_KEY } from '../support/house.js';
import { caseRecord, placementRecord } from '../support/written-rows.js';

const T = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

describe('sorted and searched lists', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false })));
  after(async () => house.stop());

  const opened = async (orderId: string, hours: number, row: Partial<CaseRow> = {}): Promise<void> =>
    writeCase(house.db, caseRecord(orderId, T + hours * HOUR, row));
  const placed = async (orderId: string, hours: number, row: Partial<PlacementRow> = {}): Promise<void> =>
    writePlacement(house.db, placementRecord(orderId, T + hours * HOUR, row));
  const listed = async (path: string, query: Record<string, string>): Promise<any> => {
    const { status, body } = await house.api('GET', `/v1/${path}?${new URLSearchParams(query).toString()}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const namesIn = ({ items }: any): string[] => items.map(({ orderId }: any) => orderId);
  /** All pages. @param between what happens after each */
  async function paged(path: string, query: Record<string, string>, between?: (page: number) => Promise<void>): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 1; page === 1 || cursor !== null; page += 1) {
      assert.ok(page < 100, `no end: ${seen.join()}`);
      const body: any = await listed(path, { ...query, ...(cursor === null ? {} : { cursor }) });
      seen.push(...namesIn(body));
      cursor = body.nextCursor;
      await between?.(page);
    }
    return seen;
  }

  const CASES: [string, number, Partial<CaseRow>][] = [
    ['S-a', 1, { deadlineAt: T + 9 * HOUR, nextActionAt: null, firstFailureAt: T, totalValue: '100', totalCurrency: 'SEK' }],
    ['S-b', 2, { deadlineAt: T + 8 * HOUR, nextActionAt: T + 3 * HOUR, firstFailureAt: T + HOUR, totalValue: '9.5', totalCurrency: 'SEK' }],
    ['S-c', 3, { deadlineAt: null, nextActionAt: T + 3 * HOUR, firstFailureAt: T - HOUR, totalValue: '-3', totalCurrency: 'SEK' }],
    ['S-d', 4, { deadlineAt: T + 8 * HOUR, nextActionAt: T + HOUR, firstFailureAt: T, totalValue: '50.00000001', totalCurrency: 'EUR' }],
    ['S-e', 5, { deadlineAt: null, nextActionAt: null, firstFailureAt: T + 2 * HOUR, totalValue: null, totalCurrency: null }],
    ['S-f', 6, { deadlineAt: T + 7 * HOUR, nextActionAt: null, firstFailureAt: T, totalValue: '1000', totalCurrency: 'EUR' }],
  ];
  /** What has nothing there is last both ways; equal ones by their ids, in the direction of the sort. */
  const ORDERS: Record<string, string> = {
    openedAt: 'abcdef',
    '-openedAt': 'fedcba',
    deadlineAt: 'fbdace',
    '-deadlineAt': 'adbfec',
    nextActionAt: 'dbcaef',
    '-nextActionAt': 'cbdfea',
    firstFailureAt: 'cadfbe',
    '-firstFailureAt': 'ebfdac',
    total: 'dfcbae',
    '-total': 'abcfde',
  };

  it('Q7: cases in every order, nothing at the end both ways, equal ones by id; whole, in pages of any size', async () => {
    for (const [orderId, hours, row] of CASES) await opened(orderId, hours, { ...row, buyerId: 'sorted' });
    for (const [sort, letters] of Object.entries(ORDERS)) {
      const wanted = letters.split('').map((letter) => `S-${letter}`);
      for (const limit of ['1', '4', '200'])
        assert.deepEqual(await paged('review-cases', { buyerId: 'sorted', sort, limit }), wanted, `${sort}, ${limit} a page`);
    }
    assert.deepEqual(
      await paged('review-cases', { buyerId: 'sorted' }),
      await paged('review-cases', { buyerId: 'sorted', sort: '-openedAt' }),
    );
  });

  it('Q7: placements in every order', async () => {
    await placed('SP-a', 1, { campaign: 'sorted', deadlineAt: T + 2 * HOUR, nextActionAt: T });
    await placed('SP-b', 2, { campaign: 'sorted', deadlineAt: null, nextActionAt: T });
    await placed('SP-c', 3, { campaign: 'sorted', deadlineAt: T + HOUR, nextActionAt: null });
    const orders = {
      openedAt: 'abc',
      '-openedAt': 'cba',
      deadlineAt: 'cab',
      '-deadlineAt': 'acb',
      nextActionAt: 'abc',
      '-nextActionAt': 'bac',
    };
    for (const [sort, letters] of Object.entries(orders)) {
      const wanted = letters.split('').map((letter) => `SP-${letter}`);
      for (const limit of ['1', '2', '200']) assert.deepEqual(await paged('placements', { campaign: 'sorted', sort, limit }), wanted, sort);
    }
  });

  it('Q7: what does not change between pages is on exactly one of them, whatever changes around it', async () => {
    const sorts = ['nextActionAt', '-nextActionAt', 'deadlineAt', '-total', 'total'];
    for (const [number, sort] of sorts.entries()) {
      const buyerId = `moving-${number}`;
      const nameOf = (index: number): string => `M${number}-${String(index).padStart(2, '0')}`;
      const row = (index: number): Partial<CaseRow> => ({
        buyerId,
        // Equal ones side by side, and every fifth has nothing.
        nextActionAt: index % 5 === 0 ? null : T + Math.floor(index / 3) * HOUR,
        deadlineAt: index % 5 === 0 ? null : T + Math.floor(index / 4) * HOUR,
        totalValue: index % 5 === 0 ? null : String(Math.floor(index / 3)),
        totalCurrency: index % 5 === 0 ? null : ['EUR', 'SEK'][index % 2]!,
      });
      for (let index = 0; index < 30; index += 1) await opened(nameOf(index), index, row(index));
      const moved = new Set<string>();
      const seen = await paged('review-cases', { buyerId, sort, limit: '7' }, async (page) => {
        // To where has been, to where is to come, to nothing, and away from it; and new ones come.
        const [ahead, behind, gone, back] = [page, page + 8, page + 16, page % 2 === 0 ? 20 : 25].map(nameOf);
        const again = { historyLength: 10 + page, buyerId };
        await opened(ahead!, 0, {
          ...again,
          nextActionAt: T + 99 * HOUR,
          deadlineAt: T + 99 * HOUR,
          totalValue: '999',
          totalCurrency: 'SEK',
        });
        await opened(behind!, 0, { ...again, nextActionAt: T - HOUR, deadlineAt: T - HOUR, totalValue: '-1', totalCurrency: 'EUR' });
        await opened(gone!, 0, { ...again, nextActionAt: null, deadlineAt: null, totalValue: null, totalCurrency: null });
        await opened(back!, 0, { ...again, nextActionAt: T + HOUR, deadlineAt: T + HOUR, totalValue: '4', totalCurrency: 'EUR' });
        [ahead!, behind!, gone!, back!].forEach((name) => moved.add(name));
        await opened(`${nameOf(0)}-${page}`, page, row(page));
        moved.add(`${nameOf(0)}-${page}`);
      });
      const still = Array.from({ length: 30 }, (_, index) => nameOf(index)).filter((name) => !moved.has(name));
      assert.ok(still.length >= 10, String(still.length));
      for (const name of still) assert.equal(seen.filter((one) => one === name).length, 1, `${sort}: ${name} in ${seen.join()}`);
    }
  });

  it('Q7: a cursor goes on in its own order, and is refused in another', async () => {
    for (let index = 0; index < 5; index += 1) {
      const row = index % 2 === 0 ? {} : { deadlineAt: T + index * HOUR };
      await opened(`C-${index}`, index, { ...row, buyerId: 'cursors' });
      await placed(`CP-${index}`, index, { ...row, campaign: 'cursors' });
    }
    const ofCases = { path: 'review-cases', query: { buyerId: 'cursors', limit: '2' }, other: '-total' };
    const ofPlacements = { path: 'placements', query: { campaign: 'cursors', limit: '2' }, other: 'nextActionAt' };
    for (const { path, query, other } of [ofCases, ofPlacements]) {
      const whole = namesIn(await listed(path, { ...query, sort: 'deadlineAt', limit: '200' }));
      const first = await listed(path, { ...query, sort: 'deadlineAt' });
      const rest = await listed(path, { ...query, cursor: first.nextCursor });
      assert.deepEqual([...namesIn(first), ...namesIn(rest)], whole.slice(0, 4), 'without a sort: the cursor has it');
      for (const sort of ['-deadlineAt', '-openedAt', other]) {
        const { status, body } = await house.api('GET', `/v1/${path}?sort=${sort}&cursor=${first.nextCursor}`);
        assert.deepEqual([status, body.code, body.errors[0].path], [400, 'VALIDATION_FAILED', 'cursor']);
        assert.match(body.detail, new RegExp(`sorted by "${sort}"; this one is of "deadlineAt"`));
      }
    }
  });

  it('Q7: a cursor that was tampered with, and an order that there is not, are refused in words', async () => {
    const cursorOf = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url');
    const bad = [
      { sort: 'total', values: ['SEK', "1'; DROP"], id: 'x' },
      { sort: 'total', values: [new Date(T).toISOString()], id: 'x' },
      { sort: 'deadlineAt', values: ['yesterday'], id: 'x' },
      { sort: 'deadlineAt', values: [], id: 'x' },
      { sort: '-buyerId', values: ['b'], id: 'x' },
      { openedAt: new Date(T).toISOString(), caseId: 'x' },
    ];
    for (const place of bad) {
      const { status, body } = await house.api('GET', `/v1/review-cases?cursor=${cursorOf(place)}`);
      assert.deepEqual([status, body.code, body.errors[0].path], [400, 'VALIDATION_FAILED', 'cursor'], JSON.stringify(place));
    }
    const { status, body } = await house.api('GET', '/v1/review-cases?sort=buyerId');
    assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED']);
    assert.match(body.detail, /sort: must be one of: openedAt, -openedAt/);
  });

  it('Q8: a search finds parts of what a case is known by, in any case, and takes nothing else for a pattern', async () => {
    const row = { buyerId: 'B%7', buyerName: "O'Hara_Söhne\\GmbH", buyerOrderNumber: 'PO-77/100%' };
    await opened('Find-Me.1', 1, row);
    await opened('Find-Me.2', 2, { buyerId: 'B77', buyerName: 'OHaraXSohne', buyerOrderNumber: 'PO-77/1000' });
    const both = ['Find-Me.2', 'Find-Me.1'];
    const one = ['Find-Me.1'];
    const searches: [string, string[]][] = [
      ['find-me', both],
      ['ME.1', one],
      ['po-77/1', both],
      ['100%', one],
      ['b%7', one],
      ['%', one],
      ["O'HARA", one],
      ["'", one],
      ['A_S', one],
      ['_', one],
      ['söhne\\g', one],
      ['\\', one],
      ['SÖHNE', one],
      ["' OR '1'='1", []],
      ['Find-Me.1%', []],
    ];
    const among = { openedAfter: new Date(T).toISOString(), openedBefore: new Date(T + 3 * HOUR).toISOString() };
    const found = async (q: string): Promise<string[]> => {
      const body = await listed('review-cases', { q, ...among });
      assert.equal(
        Object.values<number>(body.counts).reduce((sum, count) => sum + count, 0),
        body.items.length,
        `counts of ${q}`,
      );
      return namesIn(body).filter((name) => name.startsWith('Find'));
    };
    for (const [q, wanted] of searches) assert.deepEqual(await found(q), wanted, q);
    const long = await house.api('GET', `/v1/review-cases?q=${'x'.repeat(101)}`);
    assert.deepEqual([long.status, long.body.code], [400, 'VALIDATION_FAILED']);
  });

  it('Q8: placements are found by their order, our number and the vendor’s', async () => {
    await placed('Seek-1', 1, { placementNumber: 'Seek-1-1', vendorOrderId: 'SP_100%' });
    await placed('Seek-2', 2, { placementNumber: 'other-9', vendorOrderId: 'SPX1000' });
    const found = async (q: string): Promise<string[]> =>
      namesIn(await listed('placements', { q })).filter((name) => name.startsWith('Seek'));
    assert.deepEqual(await found('seek'), ['Seek-2', 'Seek-1']);
    assert.deepEqual(await found('OTHER-9'), ['Seek-2']);
    assert.deepEqual(await found('sp_100%'), ['Seek-1']);
    assert.deepEqual(await found('PX1'), ['Seek-2']);
  });

  it('Q8: placements by several reasons, vendor, campaign, word and what is not mapped; counts go by the same', async () => {
    const failed = { status: 'failed', endedAt: T + 9 * HOUR, vendorId: 'reasons' } as const;
    await placed('W-1', 1, { ...failed, statusReason: 'OUTCOME_UNKNOWN' });
    await placed('W-2', 2, { ...failed, statusReason: 'DEADLINE_PASSED', campaign: 'spring' });
    await placed('W-3', 3, { ...failed, statusReason: 'OUT_OF_STOCK' });
    await placed('W-4', 4, {
      vendorId: 'reasons',
      status: 'placed',
      statusReason: 'STATUS_UNMAPPED',
      vendorStatus: 'BY_DRONE',
      unmapped: true,
    });
    await placed('W-5', 5, { status: 'failed', statusReason: 'OUTCOME_UNKNOWN', vendorId: 'another' });
    const filters: [Record<string, string>, string[]][] = [
      [{ statusReason: 'OUTCOME_UNKNOWN' }, ['W-1']],
      [{ statusReason: 'OUTCOME_UNKNOWN,DEADLINE_PASSED' }, ['W-2', 'W-1']],
      [{ statusReason: 'OUTCOME_UNKNOWN,DEADLINE_PASSED', campaign: 'spring' }, ['W-2']],
      [{ statusReason: 'STATUS_UNMAPPED', status: 'placed' }, ['W-4']],
      [{ statusReason: 'OUT_OF_STOCKS' }, []],
      [{ vendorStatus: 'BY_DRONE' }, ['W-4']],
      [{ unmapped: 'false', open: 'false' }, ['W-3', 'W-2', 'W-1']],
      [{}, ['W-4', 'W-3', 'W-2', 'W-1']],
    ];
    for (const [filter, wanted] of filters) {
      const { items, counts } = await listed('placements', { vendorId: 'reasons', ...filter });
      assert.deepEqual(namesIn({ items }), wanted, JSON.stringify(filter));
      const counted = Object.values<number>(counts).reduce((sum, count) => sum + count, 0);
      assert.equal(counted, wanted.length, JSON.stringify(counts));
    }
    for (const statusReason of ['no reason', 'OUTCOME_UNKNOWN,', 'outcome_unknown']) {
      const { status, body } = await house.api('GET', `/v1/placements?${new URLSearchParams({ statusReason }).toString()}`);
      assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED'], statusReason);
    }
  });

  it('Q8: open and ended, spans of opening and ending, nobody responsible; counts and export go by the same', async () => {
    const ended = { status: 'approved', endedAt: T + 10 * HOUR };
    await opened('F-1', 1, { buyerId: 'spans' });
    await opened('F-2', 2, { buyerId: 'spans', ...ended });
    await opened('F-3', 3, { buyerId: 'spans', ...ended, endedAt: T + 11 * HOUR });
    await opened('F-4', 4, { buyerId: 'spans', liaisonId: null });
    const at = (hours: number): string => new Date(T + hours * HOUR).toISOString();
    const filters: [Record<string, string>, string[]][] = [
      [{ open: 'true' }, ['F-4', 'F-1']],
      [{ open: 'false' }, ['F-3', 'F-2']],
      [{ openedAfter: at(2) }, ['F-4', 'F-3', 'F-2']],
      [{ openedBefore: at(2) }, ['F-1']],
      [{ endedAfter: at(11) }, ['F-3']],
      [{ endedBefore: at(11) }, ['F-2']],
      [{ endedAfter: '2026-01-01T11:00:00+01:00' }, ['F-3', 'F-2']],
      [{ unassigned: 'true' }, ['F-4']],
      [{ unassigned: 'false', open: 'true' }, ['F-1']],
      [{ openedAfter: at(9) }, []],
    ];
    for (const [filter, wanted] of filters) {
      const query = { buyerId: 'spans', ...filter };
      const body = await listed('review-cases', query);
      assert.deepEqual(namesIn(body), wanted, JSON.stringify(filter));
      assert.equal(
        Object.values<number>(body.counts).reduce((sum, count) => sum + count, 0),
        wanted.length,
        JSON.stringify(filter),
      );
      const csv = await fetch(`${house.apiUrl}/v1/review-cases.csv?${new URLSearchParams(query).toString()}`, {
        headers: { authorization: `Bearer ${REVIEW_KEY}` },
      });
      const lines = (await csv.text()).trim().split('\r\n').slice(1);
      assert.deepEqual(
        lines.map((line) => line.split(',')[1]),
        wanted,
        `exported: ${JSON.stringify(filter)}`,
      );
    }
    await placed('FP-1', 1, { campaign: 'spans' });
    await placed('FP-2', 2, { campaign: 'spans', status: 'failed', endedAt: T + 5 * HOUR });
    for (const [filter, wanted] of [
      [{ open: 'true' }, ['FP-1']],
      [{ endedAfter: at(5) }, ['FP-2']],
      [{ endedBefore: at(5) }, []],
      [{ openedBefore: at(2) }, ['FP-1']],
    ] as const)
      assert.deepEqual(namesIn(await listed('placements', { campaign: 'spans', ...filter })), wanted, JSON.stringify(filter));
    for (const query of ['open=yes', 'openedAfter=yesterday', 'endedBefore=2026-01-01T00:00:00', 'unassigned=1', 'attended=no', 'q=']) {
      const { status, body } = await house.api('GET', `/v1/review-cases?${query}`);
      assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED'], query);
    }
  });
});
