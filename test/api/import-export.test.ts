/** Going live with what is open already: import of orders, export of cases. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CSV_COLUMNS, ordersFromCsv } from '../../src/import/csv-orders.js';
import { importOrder, readOrders, type ImportLine } from '../../src/import/import-orders.js';
import { orderFromUbl } from '../../src/import/ubl-order.js';
import { House, REVIEW_KEY } from '../support/house.js';

const fixture = (path: string): string => readFileSync(fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url)), 'utf8');
const HEADER = 'orderId,currency,buyerName,total,reasonType,lineItem,lineQuantity,lineUnitCode';

describe('import and export', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const importing = async (files: Record<string, string>, dryRun = false): Promise<ImportLine[]> => {
    const dir = await mkdtemp(join(tmpdir(), 'holdpoint-import-'));
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
    const options = { apiUrl: house.apiUrl, key: REVIEW_KEY, reasonType: 'PRICE_SYNC', dryRun };
    const lines: ImportLine[] = [];
    for (const found of await readOrders([dir])) lines.push(await importOrder(found, options));
    return lines;
  };

  it('a UBL 2.1 order is read with nothing lost that the wire has a name for', () => {
    assert.deepEqual(orderFromUbl(fixture('imports/order-2.1.xml')), JSON.parse(fixture('orders/UBL-Order-2.1-Example.json')));
  });

  it('what is not a UBL order is refused in words', () => {
    assert.throws(() => orderFromUbl('<Order><ID>1</Order>'), /not XML/);
    assert.throws(() => orderFromUbl('<Invoice/>'), /not a UBL Order/);
    assert.throws(() => orderFromUbl('<Order><ID>1</ID></Order>'), /ID or IssueDate is missing/);
  });

  it('rows of one order make one order; unknown and missing columns are named', () => {
    const [order, other] = ordersFromCsv(
      `${HEADER}\nA,EUR,Ltd,12.50,STOCK_SHORT,Paint,3,LTR\nA,,,,,Brush,1,C62\nB,EUR,Ltd,1,,Nail,9,C62\n`,
    );
    assert.deepEqual(
      ((order?.order['lines'] ?? []) as any[]).map(({ item, quantity }) => [item, quantity]),
      [
        ['Paint', '3'],
        ['Brush', '1'],
      ],
    );
    assert.deepEqual([order?.reasonType, other?.line, other?.reasonType], ['STOCK_SHORT', 4, undefined]);
    assert.throws(
      () => ordersFromCsv('orderId,colour\n1,red\n'),
      /unknown columns: colour; missing columns: currency\*, total\*, lineItem\*/,
    );
    assert.ok(CSV_COLUMNS.includes('total*'));
  });

  it('a dry run opens nothing and says what would be; the import opens, the second one skips', async () => {
    const orderId = house.newOrderId('CSV');
    const files = {
      'a.csv': `${HEADER}\n${orderId},EUR,Ltd,12.50,,Paint,3,LTR\n,EUR,Ltd,1,,Nail,9,C62\n`,
      'b.xml': '<Invoice/>',
      'c.txt': 'ignored',
    };
    const dry = await importing(files, true);
    assert.deepEqual(
      dry.map(({ result, source }) => [result, source]),
      [
        ['would open', 'a.csv:2'],
        ['refused', 'a.csv:3'],
        ['refused', 'b.xml'],
      ],
    );
    assert.match(dry[1]?.detail ?? '', /orderId/);
    assert.equal(await house.caseOf(orderId), null);
    assert.equal((await importing(files))[0]?.result, 'opened');
    const held = await house.untilStatus(orderId, 'held');
    assert.equal(held.reason.type, 'PRICE_SYNC');
    assert.match((await importing(files))[0]?.detail ?? '', /has a case already: held/);
  });

  it('cases are exported as CSV, formulas escaped, by the filters of the list', async () => {
    const orderId = house.newOrderId();
    const order = {
      orderId,
      currency: 'EUR',
      buyer: { id: 'csv', name: '=cmd()' },
      lines: [{ item: 'x' }],
      total: { value: '1', currency: 'EUR' },
    };
    await house.fail(orderId, { order });
    await house.untilStatus(orderId, 'held');
    const response = await fetch(`${house.apiUrl}/v1/review-cases.csv?buyerId=csv`, { headers: { authorization: `Bearer ${REVIEW_KEY}` } });
    assert.match(response.headers.get('content-type') ?? '', /^text\/csv/);
    const [header, row, rest] = (await response.text()).split('\r\n');
    assert.match(header ?? '', /caseId,orderId,reviewRound,status/);
    assert.ok(row?.startsWith(`${orderId}/1,${orderId},1,held,`) && row.includes("'=cmd()"), row);
    assert.equal(rest, '');
    assert.equal((await house.api('GET', '/v1/review-cases.csv?limit=1')).body.code, 'VALIDATION_FAILED');
  });
});
