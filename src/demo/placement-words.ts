/** What a placement's audit says, in words for a timeline. */
import type { AuditLine } from './stack-calls.js';
import { clockOf, shown } from './words.js';

/** @returns null for what the arrivals tell better */
export function placementWords({ type, actor, data, after }: AuditLine): string | null {
  const at = (): string => clockOf(Date.parse(shown(data['at'])));
  switch (type) {
    case 'order_sent':
    case 'vendor_asked':
    case 'customer_told':
    case 'refund_told':
      return null;
    case 'opened':
      return data['word'] === null ? 'order taken' : `taken up again (${actor})`;
    case 'vendor_reported':
      return `${reporter(actor)} ${shown(data['vendorStatus'])}${data['unmapped'] === true ? ' (a word that nobody has mapped)' : ''}`;
    case 'result_reported':
      return data['disposition'] === 'counted' ? null : `a push says ${shown(data['vendorStatus'])}: ${shown(data['disposition'])}`;
    case 'late_result':
      return `the poll's answer comes after the end: ${shown(data['vendorStatus'])}, recorded`;
    case 'vendor_answered':
      return data['result'] === 'not_found' ? notFound(data) : 'no answer';
    case 'order_unanswered':
      return 'no answer: nobody knows whether the vendor has it';
    case 'poll_planned':
      return `poll ${shown(data['poll'])} at ${at()}`;
    case 'verification_planned':
      return `to ask whether the vendor has it, at ${at()}`;
    case 'absence_confirmed':
      return 'the vendor surely does not have it: a new number';
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return [`${(after ?? type).toUpperCase()} (${shown(data['reason'])})`, ...(data['resolved'] === true ? [`says ${actor}`] : [])].join(
        ', ',
      );
    default:
      return type.replaceAll('_', ' ');
  }
}

function reporter(actor: string): string {
  return actor === 'vendor' ? 'the vendor says' : `${actor} says`;
}

function notFound(data: Record<string, unknown>): string {
  return data['counts'] === false ? 'the vendor knows no such order: too early to tell' : 'the vendor knows no such order';
}
