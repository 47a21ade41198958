import type { Disposition } from '../domain/case-record.js';
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
 */
export async function writeAudit(
  tx: Transaction,
  { caseId, orderId }: { caseId: string; orderId: string },
  { auditBefore, audit, dispositions }: { auditBefore: number; audit: readonly AuditLine[]; dispositions: readonly Disposition[] },
): Promise<void> {
  const lines = audit.map(({ at, data, ...line }) => ({ ...line, caseId, orderId, caseAt: new Date(at), data: asJson(data) }));
  await tx.event.deleteMany({ where: { caseId, number: { gt: auditBefore } } });
  if (lines.length > 0) await tx.event.createMany({ data: lines });
  for (const { inboundId, disposition, problem } of dispositions) {
    await tx.inboundEvent.updateMany({ where: { id: inboundId }, data: { disposition, problem } });
  }
}
