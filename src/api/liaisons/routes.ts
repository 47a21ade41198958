import type { Router } from 'express';
import { recordChange } from '../../db/audit.js';
import { findCounterpart } from '../../db/counterparts.js';
import { lockInTransaction, type Database, type Transaction } from '../../db/database.js';
import { listPeople as allPeople, savePerson as keepPerson } from '../../db/people.js';
import { listRoutes, replaceRoutes } from '../../db/reference-data.js';
import type { LiaisonRoute } from '../../domain/liaison-routing.js';
import { supervisorCircle, type Person } from '../../domain/people.js';
import { listed, type Mistake } from '../../wire/mistakes.js';
import { callerOf } from '../authentication.js';
import { sendChanged, sendTagged, type Precondition } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { getPerson, listLiaisonRoutes, listPeople, replaceLiaisonRoutes, savePerson } from './operations.js';
import { requirePersonOf } from './person.js';

/** People who are told of cases (D6), and whose case is whose. */
export function liaisonRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listPeople, async ({ query: { role, active } }, response) => {
      const people = (await allPeople(db)).filter(
        (person) => (role === undefined || person.role === role) && (active === undefined || person.active === active),
      );
      response.json({ items: people.map(personView) });
    }),
    serve(getPerson, async ({ params: { id } }, response) => {
      sendTagged(response, personView(await requirePersonOf(db, id)));
    }),
    serve(savePerson, async ({ params: { id }, body, precondition }, response) => {
      const { person, isNew } = await saved(db, { id, ...body }, precondition, callerOf(response).name);
      const view = personView(person);
      sendChanged(response.status(isNew ? 201 : 200), view.links.self, view);
    }),
    serve(listLiaisonRoutes, async (_call, response) => {
      sendTagged(response, { items: await listRoutes(db) });
    }),
    serve(replaceLiaisonRoutes, async ({ body: { items: given }, precondition }, response) => {
      refuse(routeMistakes(given, await allPeople(db)));
      const items = await replaceRoutes(db, given, callerOf(response).name, (now) => precondition({ items: now }));
      sendChanged(response, '/v1/liaison-routes', { items });
    }),
  ]);
}

/** One at a time: two changes together could close a circle that neither closes alone. @returns the person as kept, and whether they are new */
async function saved(db: Database, person: Person, precondition: Precondition, by: string): Promise<{ person: Person; isNew: boolean }> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'people');
    const people = await allPeople(tx);
    const before = people.find(({ id }) => id === person.id);
    precondition(before === undefined ? null : personView(before));
    refuse([...supervisorMistakes(person, people), ...(await channelMistakes(tx, person))]);
    const after = await keepPerson(tx, person);
    await recordChange(tx, { what: 'person', name: person.id, by, before: before ?? null, after });
    return { person: after, isNew: before === undefined };
  });
}

function supervisorMistakes({ id, supervisorId }: Person, people: readonly Person[]): Mistake[] {
  if (supervisorId === null) return [];
  const path = 'supervisorId';
  if (supervisorId === id) return [{ path, message: 'must be somebody else' }];
  if (!people.some((person) => person.id === supervisorId)) return [{ path, message: `there is no person "${supervisorId}"` }];
  const circle = supervisorCircle(id, supervisorId, people);
  return circle === null ? [] : [{ path, message: `would close a circle: ${circle.join(' → ')}` }];
}

async function channelMistakes(tx: Transaction, { channels }: Person): Promise<Mistake[]> {
  const mistakes = await Promise.all(
    channels.map(async (channel, index): Promise<Mistake[]> => {
      if (channel.type === 'email') return [];
      const counterpart = await findCounterpart(tx, channel.counterpartId);
      const path = `channels.${index}.counterpartId`;
      if (counterpart === null) return [{ path, message: `there is no counterpart "${channel.counterpartId}"` }];
      if (counterpart.kind === 'liaison') return [];
      return [{ path, message: `must be a counterpart of kind liaison; "${channel.counterpartId}" is of kind ${counterpart.kind}` }];
    }),
  );
  return mistakes.flat();
}

function routeMistakes(routes: readonly LiaisonRoute[], people: readonly Person[]): Mistake[] {
  const known = new Map(people.map((person) => [person.id, person]));
  const seen = new Map<string, number>();
  return routes.flatMap(({ buyerId, reasonType, liaisonId }, index): Mistake[] => {
    const person = known.get(liaisonId);
    const place = JSON.stringify([buyerId, reasonType]);
    const earlier = seen.get(place);
    seen.set(place, earlier ?? index);
    const path = `items.${index}`;
    return [
      ...(person === undefined ? [{ path: `${path}.liaisonId`, message: `there is no person "${liaisonId}"` }] : []),
      ...(person?.active === false ? [{ path: `${path}.liaisonId`, message: `"${liaisonId}" is not active` }] : []),
      ...(earlier === undefined ? [] : [{ path, message: `is for the same buyer and reason type as items.${earlier}` }]),
    ];
  });
}

/** @throws Problem VALIDATION_FAILED with every mistake, when there is one */
function refuse(mistakes: readonly Mistake[]): void {
  if (mistakes.length > 0) throw new Problem('VALIDATION_FAILED', listed(mistakes), { errors: mistakes });
}

function personView(person: Person) {
  const { id, name, email, locale, timeZone, role, supervisorId, channels, active } = person;
  const links = { self: `/v1/liaisons/${id}`, absences: `/v1/liaisons/${id}/absences` };
  return { id, name, email, locale, timeZone, role, supervisorId, channels, active, links };
}
