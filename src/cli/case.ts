/** `holdpoint case`: one case, where it stands, what comes next, what happened, who was told. */
import type { AuditLine } from '../demo/stack-calls.js';
import { hasEnded, type CaseStatus } from '../domain/case-status.js';
import { openApi, type Api, type ApiOptions } from './api.js';
import { auditWords } from './audit-words.js';
import type { CaseAudit, CaseView, MessageView } from './case-views.js';
import { Failure, usage } from './failure.js';
import { aheadText, instantText } from './instants.js';
import { pages, type Page } from './paging.js';
import { plain, printJson, styleOf, type Shell } from './shell.js';
import { padded, tableOf, type Column } from './table.js';

export interface CaseOptions extends ApiOptions {
  round?: string;
  json?: boolean;
}

/** More than a case can have: 200 failure notices, and what they lead to. */
const WHOLE = 5000;

const TIMELINE: Column<AuditLine>[] = [
  { title: 'AT (UTC)', text: ({ caseAt }) => instantText(caseAt) },
  { title: 'WHO', text: ({ actor }) => actor },
];
const MESSAGES: Column<MessageView>[] = [
  { title: 'AT (UTC)', text: ({ caseAt }) => instantText(caseAt) },
  { title: 'TO', text: ({ counterpart, counterpartId, recipient }) => recipient ?? counterpartId ?? counterpart },
  { title: 'WHAT', text: messageWords },
  { title: 'STATE', text: ({ state, resends }) => (resends === 0 ? state : `${state} (sent again ${resends}×)`) },
  { title: 'ATTEMPTS', text: ({ attempts }) => String(attempts.length) },
];

/** JSON: `case`, `events` and `messages` as the API answers them, whole, oldest first. */
export async function showCase(shell: Shell, orderId: string, options: CaseOptions): Promise<void> {
  const round = roundOf(options.round);
  const api = await openApi(shell, options);
  const path = `/v1/review-cases/${encodeURIComponent(orderId)}`;
  const found = await caseAt(api, path, orderId, round);
  const query = { round: String(found.reviewRound) };
  const [{ items: events }, { items: newestFirst }] = await Promise.all([
    pages<CaseAudit>(api, `${path}/events`, query, WHOLE),
    pages<Page<MessageView>>(api, '/v1/messages', { caseId: found.caseId }, WHOLE),
  ]);
  const messages = newestFirst.toReversed();
  if (options.json) return printJson(shell, { case: found, events, messages });
  const lines = [...standing(shell, found), ...timeline(shell, events), ...told(shell, messages)];
  lines.forEach((line) => shell.print(line));
}

async function caseAt(api: Api, path: string, orderId: string, round: string | undefined): Promise<CaseView> {
  return api.get<CaseView>(path, { round }).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== 'CASE_NOT_FOUND') throw error;
    const hints = [`which there are: holdpoint cases${round === undefined ? '' : ` --order ${orderId}`}`];
    throw new Failure({ code: error.code, message: error.message, hints });
  });
}

export function roundOf(given: string | undefined): string | undefined {
  if (given === undefined || /^[1-9]\d{0,3}$/.test(given)) return given;
  throw usage(`--round "${given}" is not right`, 'expected: a whole number from 1 on');
}

/** Where it stands and what comes next. */
function standing(shell: Shell, found: CaseView): string[] {
  const { bold, dim } = styleOf(shell);
  const ended = hasEnded(found.status as CaseStatus);
  const facts: [string, string | null][] = [
    ['why', reasonText(found)],
    ['buyer', [found.buyer.name, found.buyer.id].filter(Boolean).join(', ') || null],
    ['total', found.total && `${found.total.value} ${found.total.currency ?? ''}`.trim()],
    ['liaison', found.liaisonId],
    ['reviews', found.reviewAttempts === 0 ? 'none asked for yet' : `${found.reviewAttempts} asked for`],
    ['policy', found.policyVersion === null ? null : `version ${found.policyVersion}`],
    ['opened', instantText(found.openedAt)],
    ['ended', found.endedAt && instantText(found.endedAt)],
    ['deadline', !ended && found.deadlineAt !== null ? whenText(found.deadlineAt, found) : null],
    ['next', ended ? null : nextText(found)],
    ...later(found).map((text): [string, string] => ['then', text]),
    ['you can', found.actions.join(', ') || null],
    ['story', found.links.temporal ?? null],
    ['placed', found.links.placement === undefined ? null : `with a vendor: holdpoint explain ${found.orderId} --placement`],
  ];
  const there = facts.filter((fact): fact is [string, string] => fact[1] !== null);
  const title = `${found.orderId}${found.reviewRound === 1 ? '' : ` (round ${found.reviewRound})`}`;
  return [
    `${bold(plain(title))}  ${statusText(shell, found)}`,
    ...there.map(([name, text]) => `  ${dim(padded(name, 8))}  ${plain(text)}`),
  ];
}

function statusText(shell: Shell, { status, statusReason, ending, paused, shadow }: CaseView): string {
  const { green, red, bold } = styleOf(shell);
  const colour = status === 'approved' ? green : ['rejected', 'declined', 'expired', 'order_unknown'].includes(status) ? red : bold;
  const tags = [statusReason, ending && `to be ${ending}`, paused && 'paused', shadow && 'shadow: nobody is told'].filter(Boolean);
  return `${colour(status)}${tags.length > 0 ? ` (${tags.join(', ')})` : ''}`;
}

function reasonText({ reason: { type, code, text } }: CaseView): string | null {
  return type === null ? null : [type, code, text].filter(Boolean).join(', ');
}

function whenText(at: string, found: CaseView): string {
  return `${instantText(at)} (${aheadText(at, found)})`;
}

function nextText(found: CaseView): string {
  return found.nextAction === null ? 'something is under way' : `${found.nextAction.what}: ${whenText(found.nextAction.at, found)}`;
}

/** What is planned behind the next and before the deadline. */
function later({ planned, nextAction, deadlineAt }: CaseView): string[] {
  const between = planned.filter(({ at }) => nextAction !== null && at > nextAction.at && at !== deadlineAt);
  return between.map(({ what, at }) => `${what.replaceAll('_', ' ')}: ${instantText(at)}`);
}

function timeline(shell: Shell, events: readonly AuditLine[]): string[] {
  const rows = tableOf(TIMELINE, events, { ...shell, terminal: null });
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows.slice(1).map((row, i) => `  ${padded(row, width)}  ${plain(events[i] === undefined ? '' : auditWords(events[i]))}`);
  return ['', styleOf(shell).bold('Timeline'), ...(lines.length > 0 ? lines : ['  nothing yet'])];
}

function told(shell: Shell, messages: readonly MessageView[]): string[] {
  const { bold, dim } = styleOf(shell);
  if (messages.length === 0) return ['', bold('Messages'), '  none'];
  const [titles = '', ...rows] = tableOf(MESSAGES, messages, { ...shell, terminal: null });
  const lines = rows.flatMap((row, i) => [`  ${row}`, ...troubleOf(messages[i]).map((words) => `    ${words}`)]);
  return ['', bold('Messages'), `  ${dim(titles)}`, ...lines];
}

/** Why a message did not arrive, as far as it is known. */
function troubleOf(message: MessageView | undefined): string[] {
  const last = message?.attempts.at(-1);
  if (message === undefined || message.state === 'sent' || last === undefined || last.error === null) return [];
  return [plain(`attempt ${last.number}: ${last.outcome ?? 'no outcome yet'}, ${last.error}`)];
}

function messageWords({ kind, stage, provisional, supersedes }: MessageView): string {
  const tags = [provisional && 'provisional', supersedes && `supersedes ${supersedes.split('/').at(-1)}`].filter(Boolean);
  const what = stage === null || stage === kind ? kind : `${kind}, ${stage}`;
  return `${what}${tags.length > 0 ? ` (${tags.join(', ')})` : ''}`;
}
