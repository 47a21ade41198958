/** Importing open orders: read, checked, and opened as cases over the API, with a report per order. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { checked, listed } from '../wire/mistakes.js';
import { orderDocumentSchema } from '../wire/order-document.js';
import { ordersFromCsv } from './csv-orders.js';
import { orderFromUbl } from './ubl-order.js';

/** Where an order was found, and what it is; `problem` when it could not be read. */
export interface FoundOrder {
  source: string;
  order: Record<string, unknown> | null;
  reasonType: string | undefined;
  reasonText: string | undefined;
  problem: string | null;
}

export interface ImportOptions {
  apiUrl: string;
  key: string;
  /** For orders that name no reason of their own. */
  reasonType: string;
  /** Only tell what would be done. */
  dryRun: boolean;
}

export interface ImportLine {
  source: string;
  orderId: string;
  result: 'would open' | 'opened' | 'skipped' | 'refused';
  detail: string;
}

/** @returns the orders of files and folders: JSON, UBL 2.x XML and CSV */
export async function readOrders(paths: string[]): Promise<FoundOrder[]> {
  const found: FoundOrder[] = [];
  for (const path of paths) {
    const names = (await stat(path)).isDirectory() ? (await readdir(path)).toSorted().map((name) => join(path, name)) : [path];
    for (const name of names.filter((file) => ['.json', '.xml', '.csv'].includes(extname(file).toLowerCase())))
      found.push(...(await readFileOrders(name)));
  }
  return found;
}

async function readFileOrders(path: string): Promise<FoundOrder[]> {
  const source = basename(path);
  const one = (order: Record<string, unknown>): FoundOrder => ({
    source,
    order,
    reasonType: undefined,
    reasonText: undefined,
    problem: null,
  });
  try {
    const content = await readFile(path, 'utf8');
    const kind = extname(path).toLowerCase();
    if (kind === '.xml') return [one(orderFromUbl(content))];
    if (kind === '.json') return [one(JSON.parse(content) as Record<string, unknown>)];
    return ordersFromCsv(content).map(({ line, ...order }) => ({ source: `${source}:${line}`, ...order, problem: null }));
  } catch (error) {
    return [
      {
        source,
        order: null,
        reasonType: undefined,
        reasonText: undefined,
        problem: error instanceof Error ? error.message : String(error),
      },
    ];
  }
}

/** Opens a case for an order, or tells why not. The same order twice is found as it was: its event has one ID. */
export async function importOrder(found: FoundOrder, options: ImportOptions): Promise<ImportLine> {
  const orderId = typeof found.order?.['orderId'] === 'string' ? found.order['orderId'] : '?';
  const line = (result: ImportLine['result'], detail: string): ImportLine => ({ source: found.source, orderId, result, detail });
  if (found.order === null) return line('refused', found.problem ?? 'could not be read');
  const order = checked(orderDocumentSchema, found.order);
  if ('mistakes' in order) return line('refused', listed(order.mistakes));
  const known = await call(options, 'GET', `/v1/review-cases/${encodeURIComponent(orderId)}`);
  if (known.status === 200) return line('skipped', `has a case already: ${known.caseStatus}`);
  if (known.status !== 404) return line('refused', known.detail);
  const reason = { type: found.reasonType ?? options.reasonType, text: found.reasonText ?? 'imported' };
  if (options.dryRun) return line('would open', reason.type);
  const answer = await call(options, 'POST', '/v1/review-failures', { eventId: `import/${orderId}`, orderId, reason, order: order.data });
  return answer.status === 202 ? line('opened', reason.type) : line('refused', answer.detail);
}

/** The parts of an answer that the report wants: a problem's detail, or a case's status. */
const answerSchema = z.object({ detail: z.string().optional(), status: z.union([z.string(), z.number()]).optional() });

async function call(
  { apiUrl, key }: ImportOptions,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; detail: string; caseStatus: string }> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const { detail, status } = answerSchema.parse(await response.json());
  return { status: response.status, detail: detail ?? `HTTP ${response.status}`, caseStatus: String(status ?? '') };
}
