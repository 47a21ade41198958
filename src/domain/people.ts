/** People who are told of cases: who is meant by a group, and who stands in for whom (D6). */
import type { Locale } from './locale.js';
import type { Channel, Recipient, RecipientGroup } from './notice.js';

export const PERSON_ROLES = ['liaison', 'supervisor', 'operations'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

export interface Person {
  id: string;
  name: string;
  email: string;
  locale: Locale;
  /** IANA, like `Europe/Stockholm`. */
  timeZone: string;
  role: PersonRole;
  /** Whom this person's cases are escalated to first; null: everyone whose role is supervisor. */
  supervisorId: string | null;
  /** Ways to reach them, the first that works. */
  channels: Channel[];
  /** Gets nothing any more, and no case. */
  active: boolean;
}

/** A time in which somebody else gets what a person would get; epoch ms, from ≤ now < to. */
export interface Absence {
  liaisonId: string;
  fromAt: number;
  toAt: number;
  delegateId: string;
}

/** Goes into keys, whose parts a slash divides. */
export const PERSON_ID = /^[A-Za-z0-9._~-]{1,64}$/;

/**
 * Who is told when a group is meant, each replaced by the delegate while absent, nobody twice. Supervisors are the liaison's own, else all;
 * a person of their own right goes before one for whom they stand in.
 * @param absences in the order of precedence, when several hold
 * @param at epoch ms
 */
export function recipientsOf(
  group: RecipientGroup,
  liaisonId: string | null,
  people: readonly Person[],
  absences: readonly Absence[],
  at: number,
): Recipient[] {
  const active = new Map(people.filter((person) => person.active).map((person) => [person.id, person]));
  const found = new Map<string, Recipient>();
  for (const person of meantBy(group, liaisonId, people, active)) {
    const present = standInFor(person, active, absences, at);
    const onBehalfOf = present.id === person.id ? null : person.id;
    const known = found.get(present.id);
    if (known === undefined) found.set(present.id, { personId: present.id, onBehalfOf, channels: present.channels });
    else if (onBehalfOf === null) known.onBehalfOf = null;
  }
  return [...found.values()];
}

function meantBy(
  group: RecipientGroup,
  liaisonId: string | null,
  people: readonly Person[],
  active: ReadonlyMap<string, Person>,
): Person[] {
  const liaison = liaisonId === null ? undefined : active.get(liaisonId);
  if (group === 'liaison') return liaison === undefined ? [] : [liaison];
  const ofRole = [...active.values()].filter(({ role }) => role === group);
  if (group === 'operations') return ofRole;
  // Also of a liaison who is no longer active: the case is escalated to those above.
  const supervisorId = people.find(({ id }) => id === liaisonId)?.supervisorId ?? null;
  const own = supervisorId === null ? undefined : active.get(supervisorId);
  return own === undefined ? ofRole : [own];
}

/** @returns whose cases are a person's to handle: their own, and those of people they stand in for; nobody's when they are not active */
export function representedBy(id: string, people: readonly Person[], absences: readonly Absence[], at: number): string[] {
  const active = new Map(people.filter(({ active: present }) => present).map((person) => [person.id, person]));
  return [...active.values()]
    .filter((person) => person.id === id || standInFor(person, active, absences, at).id === id)
    .map((person) => person.id);
}

/** Follows delegates to the first one who is there; where nobody is, as in a circle, it stays with the person. */
function standInFor(person: Person, active: ReadonlyMap<string, Person>, absences: readonly Absence[], at: number): Person {
  const seen = new Set<string>();
  for (let current = person; !seen.has(current.id);) {
    seen.add(current.id);
    const own = absences.filter(({ liaisonId, fromAt, toAt }) => liaisonId === current.id && fromAt <= at && at < toAt);
    if (own.length === 0) return current;
    const delegate = own.map(({ delegateId }) => active.get(delegateId)).find((one) => one !== undefined);
    if (delegate === undefined) return person;
    current = delegate;
  }
  return person;
}

/** @returns the ids from a person up to themself when giving them this supervisor would close a circle; else null */
export function supervisorCircle(
  id: string,
  supervisorId: string,
  people: readonly Pick<Person, 'id' | 'supervisorId'>[],
): string[] | null {
  const above = new Map(people.map((person) => [person.id, person.supervisorId]));
  const path = [id];
  for (let next: string | null | undefined = supervisorId; next !== null && next !== undefined; next = above.get(next)) {
    if (next === id) return [...path, id];
    if (path.includes(next)) return null;
    path.push(next);
  }
  return null;
}
