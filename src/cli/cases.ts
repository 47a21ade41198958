/** `holdpoint cases`: the list of cases. */
import { CASE_STATUSES } from '../domain/case-status.js';
import { openApi, type ApiOptions } from './api.js';
import type { CaseList, CaseView } from './case-views.js';
import { usage } from './failure.js';
import { aheadText, instantText } from './instants.js';
import { pages } from './paging.js';
import { printJson, styleOf, type Shell } from './shell.js';
import { tableOf, type Column } from './table.js';

export interface CasesOptions extends ApiOptions {
  status?: string[];
  buyer?: string;
  liaison?: string;
  reason?: string;
  order?: string;
  limit: string;
  json?: boolean;
}

const MOST = 10_000;

const COLUMNS: Column<CaseView>[] = [
  { title: 'ORDER', text: ({ orderId, reviewRound }) => (reviewRound === 1 ? orderId : `${orderId} (round ${reviewRound})`) },
  { title: 'STATUS', text: ({ status, paused }) => (paused ? `${status} (paused)` : status) },
  { title: 'REASON', text: ({ reason }) => reason.type },
  { title: 'BUYER', text: ({ buyer }) => buyer.name ?? buyer.id },
  { title: 'LIAISON', text: ({ liaisonId }) => liaisonId },
  { title: 'NEXT', text: (row) => row.nextAction && `${row.nextAction.what} ${aheadText(row.nextAction.at, row)}` },
  { title: 'OPENED (UTC)', text: ({ openedAt }) => instantText(openedAt) },
];

/** JSON: the list as the API answers it (`items`, `nextCursor`, `counts`), with as many items as were asked for. */
export async function listCases(shell: Shell, options: CasesOptions): Promise<void> {
  const { buyer: buyerId, liaison: liaisonId, reason: reasonType, order: orderId } = options;
  const query = { status: statusesOf(options.status), buyerId, liaisonId, reasonType, orderId };
  const limit = countOf(options.limit);
  const list = await pages<CaseList>(await openApi(shell, options), '/v1/review-cases', query, limit);
  if (options.json) return printJson(shell, list);
  const style = styleOf(shell);
  const [titles = '', ...lines] = tableOf(COLUMNS, list.items, shell);
  if (list.items.length > 0) [style.bold(titles), ...lines, ''].forEach((line) => shell.print(line));
  shell.print(style.dim(summary(list)));
}

function statusesOf(given: string[] | undefined): string | undefined {
  const statuses = given?.flatMap((value) => value.split(','));
  const unknown = statuses?.filter((value) => !(CASE_STATUSES as readonly string[]).includes(value)) ?? [];
  if (unknown.length > 0) throw usage(`no state of a case: ${unknown.join(', ')}`, `the states are: ${CASE_STATUSES.join(', ')}`);
  return statuses?.join(',');
}

function countOf(given: string): number {
  const count = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (count < 1 || count > MOST) throw usage(`--limit "${given}" is not right`, `expected: a whole number from 1 to ${MOST}`);
  return count;
}

function summary({ items, nextCursor, counts }: CaseList): string {
  const inStates = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  const all = `in all states: ${inStates.join(', ') || 'none'}`;
  if (items.length === 0) return `no cases (${all})`;
  return `${items.length} shown${nextCursor === null ? '' : ', there are more: --limit'} (${all})`;
}
