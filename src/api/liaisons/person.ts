import type { Database } from '../../db/database.js';
import { findPerson } from '../../db/people.js';
import type { Person } from '../../domain/people.js';
import { Problem } from '../problems.js';

/** @throws Problem LIAISON_NOT_FOUND */
export async function requirePersonOf(db: Database, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (person === null) throw new Problem('LIAISON_NOT_FOUND', `There is no person "${id}".`);
  return person;
}
