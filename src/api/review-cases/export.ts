import { stringify } from 'csv-stringify/sync';
import type { ReviewCase } from '../../db/generated/client.js';

/** The most rows of one export; a longer one is cut with a filter. */
export const EXPORT_LIMIT = 10_000;

const COLUMNS = {
  caseId: 'caseId',
  orderId: 'orderId',
  reviewRound: 'reviewRound',
  status: 'status',
  statusReason: 'statusReason',
  reasonType: 'reasonType',
  reasonText: 'reasonText',
  buyerId: 'buyerId',
  buyerName: 'buyerName',
  buyerOrderNumber: 'buyerOrderNumber',
  totalValue: 'total',
  totalCurrency: 'currency',
  liaisonId: 'liaisonId',
  reviewAttempts: 'reviewAttempts',
  firstFailureAt: 'firstFailureAt',
  nextActionAt: 'nextActionAt',
  deadlineAt: 'deadlineAt',
  endedAt: 'endedAt',
  policyVersion: 'policyVersion',
  shadow: 'shadow',
} satisfies Partial<Record<keyof ReviewCase, string>>;

/** Cases as CSV (RFC 4180), instants ISO 8601. What a spreadsheet would take for a formula is escaped. */
export function casesAsCsv(rows: ReviewCase[]): string {
  return stringify(rows, {
    header: true,
    bom: true,
    columns: COLUMNS,
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { date: (date) => date.toISOString(), boolean: (value) => String(value) },
  });
}
