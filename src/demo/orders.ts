/** The order documents that the demo walks through their lives. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import type { OrderDocument } from '../domain/order.js';
import { orderFromUbl } from '../import/ubl-order.js';

/** A file of a folder: an order document, or why it is none. */
export type OrderFile = { file: string; document: OrderDocument } | { file: string; problem: string };

/** How each kind of file is read, by its ending. */
const READERS: Record<string, (text: string) => OrderDocument> = {
  '.json': (text) => JSON.parse(text) as OrderDocument,
  '.xml': (text) => orderFromUbl(text) as unknown as OrderDocument,
};

/** The order documents of a folder, by name; files of other kinds are passed over. @throws when there is no such folder */
export function readOrders(dir: string): OrderFile[] {
  return readdirSync(dir)
    .toSorted()
    .flatMap((file) => {
      const reader = READERS[extname(file).toLowerCase()];
      return reader === undefined ? [] : [readOrder(dir, file, reader)];
    });
}

function readOrder(dir: string, file: string, reader: (text: string) => OrderDocument): OrderFile {
  try {
    const document = reader(readFileSync(join(dir, file), 'utf8'));
    if (typeof document === 'object' && document !== null) return { file, document };
    return { file, problem: 'holds no order document' };
  } catch (error) {
    return { file, problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The order under an id that no earlier run has used; what it is built from stays readable in it. */
export function renamedOrder(document: OrderDocument, run: string, name: string, file = ''): OrderDocument {
  const before = typeof document.orderId === 'string' && document.orderId !== '' ? document.orderId : parse(file).name;
  const tail = `-${run}-${name}`.replace(/[^A-Za-z0-9._~-]/g, '-').slice(0, 60);
  const head = before.replace(/[^A-Za-z0-9._~-]/g, '-').slice(0, 128 - tail.length);
  return { ...document, orderId: `${head}${tail}` };
}
