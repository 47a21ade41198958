import type { Database } from './database.js';
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
