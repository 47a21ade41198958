/** Going live with what is open already: import of orders (L3), export of cases (L4). */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { CSV_COLUMNS, ordersFromCsv } from '../../src/import/csv-orders.js';
import { importOrder, readOrders, type ImportLine } from '../../src/import/import-orders.js';
import { orderFromUbl } from '../../src/import/ubl-order.js';
import { fromRoot } from '../../src/package-root.js';
import { House, REVIEW_KEY } from '../support/house.js';
import { runProgram } from '../support/programs.js';

const fixture = (path: string): string => readFileSync(fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url)), 'utf8');
const HEADER = 'orderId,currency,buyerName,total,reasonType,lineItem,lineQuantity,lineUnitCode';

describe('import and export', () => {
  let house: House;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdpoint-import-'));
    house = await House.start();
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await house.stop();
  });

  const folderOf = async (files: Record<string, string>): Promise<string> => {
    const dir = mkdtempSync(join(folder, 'import-'));
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
    return dir;
  };
  const importing = async (files: Record<string, string>, dryRun = false): Promise<ImportLine[]> => {
    const dir = await folderOf(files);
    const options = { apiUrl: house.apiUrl, key: REVIEW_KEY, reasonType: 'PRICE_SYNC', dryRun };
    const lines: ImportLine[] = [];
    for (const found of await readOrders([dir])) lines.push(await importOrder(found, options));
    return lines;
  };

  it('L3: a UBL 2.1 order is read with nothing lost that the wire has a name for', () => {
    assert.deepEqual(orderFromUbl(fixture('imports/order-2.1.xml')), JSON.parse(fixture('orders/UBL-Order-2.1-Example.json')));
  });

  it('L3: what is not a UBL order is refused in words', () => {
    assert.throws(() => orderFromUbl('<Order><ID>1</Order>'), /not XML/);
    assert.throws(() => orderFromUbl('<Invoice/>'), /not a UBL Order/);
    assert.throws(() => orderFromUbl('<Order><ID>1</ID></Order>'), /ID or IssueDate is missing/);
  });

  it('L3: rows of one order make one order; unknown and missing columns are named', () => {
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

  /** Two good orders with a bad one between them, a bad file, and one that is none. */
  const someFiles = (first: string, second: string): Record<string, string> => ({
    'a.csv': `${HEADER}\n${first},EUR,Ltd,12.50,,Paint,3,LTR\n,EUR,Ltd,1,,Nail,9,C62\n${second},EUR,Ltd,7,STOCK_SHORT,Brush,1,C62\n`,
    'b.xml': '<Invoice/>',
    'c.txt': 'ignored',
  });
  const inbox = async (orderId: string): Promise<any[]> => (await house.api('GET', `/v1/inbound-events?orderId=${orderId}`)).body.items;

  it('L3: a dry run sends nothing and says what would be', async () => {
    const [first, second] = [house.newOrderId('DRY'), house.newOrderId('DRY')];
    const dry = await importing(someFiles(first, second), true);
    assert.deepEqual(
      dry.map(({ result, source, detail }) => [result, source, result === 'would open' ? detail : '']),
      [
        ['would open', 'a.csv:2', 'PRICE_SYNC'],
        ['refused', 'a.csv:3', ''],
        ['would open', 'a.csv:4', 'STOCK_SHORT'],
        ['refused', 'b.xml', ''],
      ],
    );
    assert.match(dry[1]?.detail ?? '', /orderId/);
    assert.deepEqual([...(await inbox(first)), ...(await inbox(second))], []);
    assert.deepEqual([await house.caseOf(first), await house.caseOf(second)], [null, null]);
  });

  it('L3: what is bad is reported and the others go through; a second import skips what is open', async () => {
    const [first, second] = [house.newOrderId('CSV'), house.newOrderId('CSV')];
    const files = someFiles(first, second);
    const results = async () => (await importing(files)).map(({ result }) => result);
    assert.deepEqual(await results(), ['opened', 'refused', 'opened', 'refused']);
    assert.equal((await house.untilStatus(first, 'held')).reason.type, 'PRICE_SYNC');
    assert.equal((await house.untilStatus(second, 'held')).reason.type, 'STOCK_SHORT');
    assert.match((await importing(files))[0]?.detail ?? '', /has a case already: held/);
    assert.deepEqual(await results(), ['skipped', 'refused', 'skipped', 'refused']);
    assert.deepEqual([(await inbox(first)).length, (await inbox(second)).length], [1, 1]);
  });

  it('L3: the program reports each order and counts; its exit code tells of what was refused', async () => {
    const [first, second] = [house.newOrderId('RUN'), house.newOrderId('RUN')];
    const dir = await folderOf(someFiles(first, second));
    const run = (...args: string[]) =>
      runProgram(process.execPath, ['--import', 'tsx', fromRoot('src', 'bin', 'import.ts'), ...args], {
        cwd: fromRoot(),
        env: { ...process.env, HOLDPOINT_URL: house.apiUrl, HOLDPOINT_KEY: REVIEW_KEY },
      });
    const dry = await run(dir, '--dry-run');
    assert.match(dry.output, /\n2 would open, 2 refused\n$/);
    const { code, output } = await run(dir, '--reason', 'DEDUCTION_ERROR');
    assert.match(output, new RegExp(`^opened     ${first}  a\\.csv:2  DEDUCTION_ERROR\\nrefused    \\?  a\\.csv:3  .*orderId`));
    assert.match(output, /\n2 opened, 2 refused\n$/);
    assert.deepEqual([dry.code, code], [1, 1]);
    const good = await run(
      join(await folderOf({ 'good.csv': `${HEADER}\n${house.newOrderId('RUN')},EUR,Ltd,1,,Nail,9,C62\n` }), 'good.csv'),
    );
    assert.deepEqual([good.code, good.output.endsWith('\n1 opened\n')], [0, true], good.output);
    assert.equal((await run()).code, 2);
  });

  it('L4: cases are exported as CSV, formulas escaped, by the filters of the list', async () => {
    const [orderId, other] = [house.newOrderId(), house.newOrderId()];
    const order = (id: string, buyer: object) => ({
      orderId: id,
      currency: 'EUR',
      buyer,
      lines: [{ item: 'x' }],
      total: { value: '1', currency: 'EUR' },
    });
    await house.fail(orderId, { order: order(orderId, { id: 'csv', name: '=cmd()' }) });
    await house.fail(other, { order: order(other, { id: 'other', name: 'Åke, "the" buyer\n2nd line' }) });
    for (const id of [orderId, other]) await house.untilStatus(id, 'held');
    const get = async (buyerId: string): Promise<{ type: string; bytes: Buffer }> => {
      const answer = await fetch(`${house.apiUrl}/v1/review-cases.csv?buyerId=${buyerId}`, {
        headers: { authorization: `Bearer ${REVIEW_KEY}` },
      });
      return { type: answer.headers.get('content-type') ?? '', bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const { type, bytes } = await get('csv');
    assert.match(type, /^text\/csv/);
    assert.equal(bytes.subarray(0, 3).toString('hex'), 'efbbbf', 'spreadsheets need the mark of UTF-8');
    const [header, row, ...rest] = bytes.toString('utf8').slice(1).split('\r\n');
    assert.match(header ?? '', /^caseId,orderId,reviewRound,status,/);
    assert.ok(row?.startsWith(`${orderId}/1,${orderId},1,held,`) && row.includes("'=cmd()"), row);
    assert.deepEqual(rest, [''], 'the case of another buyer');
    const [read] = parse<Record<string, string>>((await get('other')).bytes, { columns: true, bom: true });
    const shown = await house.caseOf(other);
    assert.deepEqual(
      [read?.['buyerName'], read?.['firstFailureAt'], read?.['total'], read?.['currency'], read?.['shadow']],
      ['Åke, "the" buyer\n2nd line', shown.firstFailureAt, '1', 'EUR', 'false'],
    );
    assert.equal((await house.api('GET', '/v1/review-cases.csv?limit=1')).body.code, 'VALIDATION_FAILED');
  });
});
