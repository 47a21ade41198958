/** What a case's audit says, each line in words. */
import { caseWords, shown } from '../demo/words.js';
import type { AuditLine } from '../demo/stack-calls.js';

/** @returns what happened, what it changed, and what somebody noted */
export function auditWords(line: AuditLine): string {
  const { data, before, after } = line;
  const note = typeof data['note'] === 'string' ? `: "${data['note']}"` : '';
  const change = before === after || before === '' ? '' : `; ${before} → ${after}`;
  return `${caseWords(line) ?? settledWords(line)}${note}${change}`;
}

/** What other sides were told or asked: the demo shows it by what arrived there. */
function settledWords({ type, data }: AuditLine): string {
  switch (type) {
    case 'buyer_message_settled':
      return `buyer message ${shown(data['kind'])}: ${shown(data['outcome'])}`;
    case 'notice_settled':
      return `notice: ${shown(data['outcome'] ?? data['state'] ?? 'settled')}`;
    case 'reminded':
      return 'the liaison is reminded';
    case 'review_requested':
      return `review request ${shown(data['attempt'])}`;
    case 'last_look':
      return `last look at the review server: ${shown(data['outcome'])}`;
    default:
      return type.replaceAll('_', ' ');
  }
}
