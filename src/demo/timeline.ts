/** A life as people read it: what the case wrote down and what every side received, in the order of the case's own clock. */
import type { Arrival } from '../sandbox/arrival-log.js';
import type { LifeReport } from './life.js';
import type { AuditLine } from './stack-calls.js';
import type { Style } from './style.js';

interface Entry {
  /** The case's clock, epoch ms. */
  at: number;
  who: string;
  what: string;
}

const SIDES: Record<Arrival['side'], string> = {
  buyer: 'buyer server',
  review: 'review server',
  liaison: 'liaison server',
  inbox: 'mailbox',
  vendor: 'vendor',
  customer: 'customer',
};

/** @returns the lines of a life: its timeline, its link, and whether it was as it must be */
export function timelineOf(report: LifeReport, number: number, style: Style): string[] {
  const entries = entriesOf(report);
  const start = entries[0]?.at ?? 0;
  const good = report.mistakes.length === 0;
  const seconds = `${report.seconds.toFixed(1)} s`;
  const lasted = elapsed((entries.at(-1)?.at ?? start) - start).slice(1);
  return [
    '',
    `${style.bold(`${number}. ${report.title}`)}   ${style.dim(report.orderId)}`,
    ...entries.map(({ at, who, what }) => `   ${clockOf(at)}  ${style.dim(elapsed(at - start))}  ${who.padEnd(14)}  ${what}`),
    ...(report.link === undefined ? [] : [`   ${style.dim(report.link)}`]),
    ...report.mistakes.map((mistake) => `   ${style.red('✗')} ${mistake}`),
    good
      ? `   ${style.green('✓')} as it must be: ${report.status}; ${lasted} of the case's time in ${seconds}`
      : `   ${style.red(`✗ not as it must be (${seconds})`)}`,
  ];
}

function entriesOf({ audits, arrivals, notes, clock }: LifeReport): Entry[] {
  const skewAt = (wallAt: number): number => clock.skips.findLast((skip) => skip.wallAt <= wallAt)?.aheadMs ?? 0;
  const onCaseClock = (wallAt: number): number => wallAt + skewAt(wallAt);
  const done = notes.map(({ wallAt, text }) => ({ at: onCaseClock(wallAt), who: 'this demo', what: text }));
  const heard = arrivals.map((arrival) => ({
    at: onCaseClock(Date.parse(arrival.at)),
    who: SIDES[arrival.side],
    what: arrivalText(arrival),
  }));
  return [...done, ...together(audits), ...heard].toSorted((a, b) => a.at - b.at);
}

/** What the case wrote down at one instant reads as one line. */
function together(audits: AuditLine[]): Entry[] {
  const entries: Entry[] = [];
  for (const line of audits) {
    const what = auditText(line);
    const at = Date.parse(line.caseAt);
    const last = entries.at(-1);
    if (what === null) continue;
    if (last?.at === at) last.what += `; ${what}`;
    else entries.push({ at, who: 'the case', what });
  }
  return entries;
}

/** @returns null for what the arrivals tell better */
function auditText({ type, actor, data, before, after }: AuditLine): string | null {
  const reason = reasonText(data['reason']);
  switch (type) {
    case 'buyer_message_settled':
    case 'liaison_notice_settled':
    case 'review_requested':
    case 'last_look':
      return null;
    case 'review_failed':
      return data['disposition'] === 'recorded' ? 'another failure notice, recorded' : `review failed: ${reason}`;
    case 'review_succeeded':
      return `review succeeded (${actor})`;
    case 'decided':
      return data['preset'] === true ? `a preset reason, liaison ${shown(data['liaisonId'])}` : 'the reason is not preset';
    case 'review_planned':
      return `request ${shown(data['attempt'])} at ${clockOf(Date.parse(shown(data['at'])))}`;
    case 'review_accepted':
      return 'the outcome will come';
    case 'rule_deleted':
      return 'no request is left to make: the order waits for people';
    case 'ending':
      return `to be ${shown(data['as'])} (${actor}), after a last look`;
    default:
      return [type.replaceAll('_', ' '), ...(before === after ? [] : [`(${reason})`])].join(' ');
  }
}

function arrivalText({ side, method, path, body, headers }: Arrival): string {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (side === 'inbox') return `mail to ${shown(path)}: ${decodedSubject(headers['subject'])}`;
  if (side === 'buyer') {
    const tags = [fields['provisional'] === true ? 'provisional' : '', shown(fields['ending'] ?? ''), supersedesText(fields['supersedes'])];
    const told = shown(fields['kind']).replace('review_', 'review ').toUpperCase();
    return `message ${shown(fields['sequence'])}: ${told}  ${tags.filter(Boolean).join(', ')}`.trimEnd();
  }
  if (path === '/review-requests') return `review request ${shown(fields['attempt'])}`;
  if (side === 'review' && method === 'GET') return path?.startsWith('/orders/') ? 'asked for the order' : 'asked for the result';
  if (side === 'liaison') return `${shown(fields['liaisonId'])} resolves: ${shown(fields['note'])}`;
  return `${shown(method)} ${shown(path)}`;
}

function supersedesText(supersedes: unknown): string {
  return typeof supersedes === 'string' ? `supersedes message ${supersedes.split('/').at(-1)}` : '';
}

function reasonText(reason: unknown): string {
  return typeof reason === 'object' && reason !== null && 'type' in reason ? shown(reason.type) : shown(reason);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** A subject in plain letters; one with others is encoded (RFC 2047) and is shown by its kind alone. */
function decodedSubject(subject: string | string[] | undefined): string {
  const text = String(subject ?? 'no subject');
  return text.startsWith('=?') ? 'the notice' : text;
}

function clockOf(at: number): string {
  return new Date(at).toISOString().slice(5, 19).replace('T', ' ');
}

/** `+1d 02:03:04`. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `+${Math.floor(seconds / 86_400)}d ${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
