/** Orders from CSV: a row an order line; rows of the same `orderId` make one order. */
import { parse } from 'csv-parse/sync';

/** The columns; those with * are required. `line…` columns tell of one line, the others of the order, repeated or empty on later rows. */
export const CSV_COLUMNS = [
  'orderId*',
  'buyerOrderNumber',
  'issuedAt',
  'currency*',
  'buyerId',
  'buyerName',
  'sellerName',
  'liaisonId',
  'orderingUserName',
  'orderingUserEmail',
  'orderingUserPhone',
  'deliverTo',
  'total*',
  'reasonType',
  'reasonText',
  'lineId',
  'lineItem*',
  'lineSellerItemId',
  'lineQuantity',
  'lineUnitCode',
  'linePrice',
  'lineTotal',
] as const;

const KNOWN = new Set<string>(CSV_COLUMNS.map((column) => column.replace('*', '')));

export interface CsvOrder {
  /** The line of the file on which the order begins, 1-based. */
  line: number;
  /** As the wire has it, not validated yet. */
  order: Record<string, unknown>;
  reasonType: string | undefined;
  reasonText: string | undefined;
}

type Row = Record<string, string | undefined>;

/** @throws Error in words: not CSV, unknown or missing columns */
export function ordersFromCsv(content: string): CsvOrder[] {
  const rows = parse<{ record: Row; info: { lines: number } }>(content, {
    columns: true,
    bom: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
  });
  checkColumns(Object.keys(rows[0]?.record ?? {}));
  const orders = new Map<string, { line: number; rows: Row[] }>();
  for (const { record, info } of rows) {
    const key = record['orderId'] ?? '';
    const known = orders.get(key);
    if (known === undefined) orders.set(key, { line: info.lines, rows: [record] });
    else known.rows.push(record);
  }
  return [...orders.values()].map(({ line, rows: own }) => ({ line, ...orderOf(own) }));
}

function checkColumns(names: string[]): void {
  const unknown = names.filter((name) => !KNOWN.has(name));
  const missing = CSV_COLUMNS.filter((column) => column.endsWith('*') && !names.includes(column.slice(0, -1)));
  if (unknown.length === 0 && missing.length === 0) return;
  const parts = [
    unknown.length > 0 ? `unknown columns: ${unknown.join(', ')}` : '',
    missing.length > 0 ? `missing columns: ${missing.join(', ')}` : '',
  ];
  throw new Error(`${parts.filter(Boolean).join('; ')}. The columns are: ${CSV_COLUMNS.join(', ')} (* required)`);
}

function orderOf(rows: Row[]): Omit<CsvOrder, 'line'> {
  const first = (name: string): string | undefined => rows.map((row) => row[name]).find((value) => value !== undefined && value !== '');
  const currency = first('currency');
  const money = (value: string | undefined) => (value === undefined || value === '' ? undefined : { value, currency });
  const given = <T extends object>(value: T): T | undefined => {
    const parts = Object.entries(value).filter(([, part]) => part !== undefined && part !== '');
    return parts.length === 0 ? undefined : (Object.fromEntries(parts) as T);
  };
  const lines = rows.map((row) =>
    given({
      id: row['lineId'],
      item: row['lineItem'],
      sellerItemId: row['lineSellerItemId'],
      quantity: row['lineQuantity'],
      unitCode: row['lineUnitCode'],
      price: money(row['linePrice']),
      lineTotal: money(row['lineTotal']),
    }),
  );
  const order = given({
    orderId: first('orderId'),
    revision: 1,
    buyerOrderNumber: first('buyerOrderNumber'),
    issuedAt: first('issuedAt'),
    currency,
    buyer: given({ id: first('buyerId'), name: first('buyerName') }),
    seller: given({ name: first('sellerName') }),
    orderingUser: given({ name: first('orderingUserName'), email: first('orderingUserEmail'), phone: first('orderingUserPhone') }),
    liaisonId: first('liaisonId'),
    deliverTo: first('deliverTo'),
    lines,
    total: money(first('total')),
  });
  return { order: order ?? {}, reasonType: first('reasonType'), reasonText: first('reasonText') };
}
