import type { Database } from '../../db/database.js';
import { findPerson } from '../../db/people.js';
import type { Person } from '../../domain/people.js';
import { Problem } from '../problems.js';

/** @throws Problem LIAISON_NOT_FOUND */
export async function requirePersonOf(db: Database, id: unknown): Promise<Person> {
  const person = await findPerson(db, String(id));
  if (person === null) throw new Problem('LIAISON_NOT_FOUND', `There is no person "${String(id).slice(0, 100)}".`);
  return person;
}
