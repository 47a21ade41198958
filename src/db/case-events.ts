import type { Disposition } from '../domain/case-record.js';
import { contentHashOf } from './inbound-events.js';
import { asJson, type Database, type Transaction } from './database.js';
import type { Event, ReviewCase } from './generated/client.js';

/** A case's audit in the order in which it was written. @param after the id of the last one already seen */
export async function listCaseEvents(db: Database, caseId: string, after: bigint, limit: number): Promise<Event[]> {
  return db.event.findMany({ where: { caseId, id: { gt: after } }, orderBy: { id: 'asc' }, take: limit });
}

/** A person's note: a line of the audit that the case itself does not know. Its `caseAt` is the read model's. */
export async function addNote(db: Database, row: ReviewCase, by: string, note: string): Promise<Event> {
  const { caseId, orderId, status, caseAt } = row;
  return db.event.create({ data: { caseId, orderId, type: 'note', actor: by, before: status, after: status, caseAt, data: { note } } });
}

/** What a workflow writes down beside its row: a line of the audit, of a case or of a placement. */
export interface AuditLine {
  number: number;
  type: string;
  actor: string;
  /** The workflow's clock, epoch ms. */
  at: number;
  before: string;
  after: string;
  data: Record<string, unknown>;
}

/**
 * Writes the lines that come after the first `auditBefore` ones, in place of what a lost workflow task may have written there, and what
 * came of inbound events.
 * @returns whether there were lines in whose place they came
 */
export async function writeAudit(
  tx: Transaction,
  { caseId, orderId }: { caseId: string; orderId: string },
  { auditBefore, audit, dispositions }: { auditBefore: number; audit: readonly AuditLine[]; dispositions: readonly Disposition[] },
): Promise<boolean> {
  const lines = audit.map(({ at, data, ...line }) => ({ ...line, caseId, orderId, caseAt: new Date(at), data: asJson(data) }));
  const { count } = await tx.event.deleteMany({ where: { caseId, number: { gt: auditBefore } } });
  if (lines.length > 0) await tx.event.createMany({ data: lines });
  const found = audit.filter(isOwnFinding);
  if (found.length > 0)
    await tx.inboundEvent.createMany({ data: found.map((line) => ownFinding(caseId, orderId, line)), skipDuplicates: true });
  for (const { inboundId, disposition, problem } of dispositions) {
    await tx.inboundEvent.updateMany({ where: { id: inboundId }, data: { disposition, problem } });
  }
  return count > 0;
}

function isOwnFinding({ type, data }: AuditLine): boolean {
  if (data['inboundId'] !== undefined) return false;
  return type === 'contradiction' || (type === 'late_result' && typeof data['problem'] === 'string');
}

/** What an answer to a call of our own told too late (D5): on the list of operations beside those that notices bring. */
function ownFinding(caseId: string, orderId: string, { number, type, actor, data }: AuditLine) {
  const problem = typeof data['problem'] === 'string' ? data['problem'] : 'OUTCOME_CONTRADICTS';
  const payload = { number, actor, ...data };
  const event = { sender: 'holdpoint', eventId: `${caseId}/${number}`, kind: 'own_call' as const, orderId, reviewRound: 0, caseId };
  return {
    ...event,
    payload: asJson(payload),
    contentHash: contentHashOf({ ...event, payload }),
    state: 'settled',
    disposition: type === 'contradiction' ? 'contradiction' : 'late',
    problem,
  };
}
