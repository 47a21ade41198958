import type { Database } from './database.js';
import type { Event } from './generated/client.js';

/** A case's audit in the order in which things happened. @param after the number of the last one already seen */
export async function listCaseEvents(db: Database, caseId: string, after: number, limit: number): Promise<Event[]> {
  return db.event.findMany({ where: { caseId, number: { gt: after } }, orderBy: { number: 'asc' }, take: limit });
}
