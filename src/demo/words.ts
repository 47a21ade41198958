/** What audits and arrivals say, in words for a timeline. */
import type { Arrival } from '../sandbox/arrival-log.js';
import type { AuditLine } from './stack-calls.js';

/** @returns what a line of a case's audit says; null for what the arrivals tell better */
export function caseWords({ type, actor, data, before, after }: AuditLine): string | null {
  const reason = reasonText(data['reason']);
  switch (type) {
    case 'buyer_message_settled':
    case 'notice_settled':
    case 'reminded':
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
    case 'escalated':
      return `nobody has acknowledged it: escalated to ${shown(data['to'])}`;
    case 'notice_without_recipient':
      return `there is no ${shown(data['to'])} to tell`;
    case 'rule_deleted':
      return 'no request is left to make: the order waits for people';
    case 'ending':
      return `to be ${shown(data['as'])} (${actor}), after a last look`;
    default:
      return [type.replaceAll('_', ' '), ...(before === after ? [] : [`(${reason})`])].join(' ');
  }
}

/** @returns what reached a side, whatever it is about */
export function arrivalText({ side, method, path, body, headers }: Arrival): string {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (side === 'inbox') return `mail to ${shown(path)}: ${decodedSubject(headers['subject'])}`;
  if (path === '/refunds-due')
    return `a refund is due: ${shown(fields['amount'])} ${shown(fields['currency'])} (${shown(fields['reason'])})`;
  if (side === 'vendor') return method === 'GET' ? 'asked for the result' : vendorText(shown(path), shown(fields['placementNumber']));
  if (side === 'customer')
    return `told: ${[fields['status'], fields['reason'], fields['description']].filter(Boolean).map(shown).join(', ')}`;
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

function vendorText(path: string, placementNumber: string): string {
  return path.endsWith('/cancel') ? 'asked to cancel' : `gets order ${placementNumber}`;
}

function supersedesText(supersedes: unknown): string {
  return typeof supersedes === 'string' ? `supersedes message ${supersedes.split('/').at(-1)}` : '';
}

function reasonText(reason: unknown): string {
  return typeof reason === 'object' && reason !== null && 'type' in reason ? shown(reason.type) : shown(reason);
}

/** A field of an audit as text. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** A subject in plain letters; one with others is encoded (RFC 2047) and is shown by its kind alone. */
function decodedSubject(subject: string | string[] | undefined): string {
  const text = String(subject ?? 'no subject');
  return text.startsWith('=?') ? 'the notice' : text;
}

/** Month, day and time, UTC. */
export function clockOf(at: number): string {
  return new Date(at).toISOString().slice(5, 19).replace('T', ' ');
}
