import type { Router } from 'express';
import type { z } from 'zod';
import type { Database } from '../../db/database.js';
import type { Absence } from '../../db/generated/client.js';
import * as people from '../../db/people.js';
import { callerOf } from '../authentication.js';
import { sendChanged, sendTagged, tagged } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { addAbsence, changeAbsence, getAbsence, listAbsences, removeAbsence } from './operations.js';
import { requirePersonOf } from './person.js';
import type { absenceSchema } from './schema.js';

/** Far more than a person has coming up; older ones are history. */
const MOST_LISTED = 200;

/** Who is away when, and who gets their notices meanwhile (D6). */
export function absenceRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listAbsences, async ({ params }, response) => {
      const { id } = await requirePersonOf(db, params.id);
      response.json({ items: (await people.listAbsences(db, id, MOST_LISTED)).map(absenceView) });
    }),
    serve(addAbsence, async ({ params, body }, response) => {
      const view = absenceView(await people.addAbsence(db, await soundAbsence(db, params.id, body)));
      tagged(response, view).status(201).location(view.links.self).json(view);
    }),
    serve(getAbsence, async ({ params: { id, absenceId } }, response) => {
      await requirePersonOf(db, id);
      const absence = await people.findAbsence(db, id, absenceId);
      if (absence === null) throw noAbsence(id, absenceId);
      sendTagged(response, absenceView(absence));
    }),
    serve(changeAbsence, async ({ params: { id, absenceId }, body, precondition }, response) => {
      const absence = await soundAbsence(db, id, body);
      const changed = await people.changeAbsence(db, absenceId, absence, (now) => precondition(absenceView(now)));
      if (changed === null) throw noAbsence(id, absenceId);
      const view = absenceView(changed);
      sendChanged(response, view.links.self, view);
    }),
    serve(removeAbsence, async ({ params: { id, absenceId }, precondition }, response) => {
      await requirePersonOf(db, id);
      if (!(await people.removeAbsence(db, id, absenceId, callerOf(response).name, (now) => precondition(absenceView(now)))))
        throw noAbsence(id, absenceId);
      response.status(204).end();
    }),
  ]);
}

/** @throws Problem VALIDATION_FAILED, LIAISON_NOT_FOUND */
async function soundAbsence(db: Database, liaisonId: string, { from, to, delegateId, note, by }: z.output<typeof absenceSchema>) {
  await requirePersonOf(db, liaisonId);
  const delegate = await people.findPerson(db, delegateId);
  const message =
    delegateId === liaisonId
      ? 'must be somebody else'
      : delegate === null
        ? `there is no person "${delegateId}"`
        : delegate.active
          ? null
          : `"${delegateId}" is not active`;
  if (message !== null) throw new Problem('VALIDATION_FAILED', `delegateId: ${message}`, { errors: [{ path: 'delegateId', message }] });
  return { liaisonId, fromAt: new Date(from), toAt: new Date(to), delegateId, note: note ?? null, createdBy: by };
}

function noAbsence(personId: string, absenceId: string): Problem {
  return new Problem('NOT_FOUND', `"${personId}" has no absence ${absenceId}; GET /v1/liaisons/${personId}/absences lists them.`);
}

function absenceView({ id, liaisonId, fromAt, toAt, delegateId, note, createdBy, createdAt }: Absence) {
  const links = { self: `/v1/liaisons/${liaisonId}/absences/${id}` };
  return { id, liaisonId, from: fromAt, to: toAt, delegateId, note, by: createdBy, createdAt, links };
}
