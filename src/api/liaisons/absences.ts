import { Router, type Request } from 'express';
import type { Absence } from '../../db/generated/client.js';
import { addAbsence, changeAbsence, findPerson, listAbsences, removeAbsence, type NewAbsence } from '../../db/people.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { requirePersonOf } from './person.js';
import { absenceIdSchema, absenceSchema } from './schema.js';

/** Far more than a person has coming up; older ones are history. */
const MOST_LISTED = 200;

/** Who is away when, and who gets their notices meanwhile (D6). */
export function absenceRoutes({ db }: ApiDependencies): Router {
  const router = Router();
  router.get('/liaisons/:id/absences', async (request, response) => {
    const { id } = await requirePersonOf(db, request.params.id);
    response.json({ items: (await listAbsences(db, id, MOST_LISTED)).map(absenceView) });
  });

  router.post('/liaisons/:id/absences', async (request, response) => {
    const view = absenceView(await addAbsence(db, await soundAbsence(request)));
    response.status(201).location(view.links.self).json(view);
  });
  router.all('/liaisons/:id/absences', onlyMethods('GET', 'HEAD', 'POST'));

  router.put('/liaisons/:id/absences/:absenceId', async (request, response) => {
    const absenceId = validated(absenceIdSchema, request.params.absenceId);
    const absence = await soundAbsence(request);
    const changed = await changeAbsence(db, absenceId, absence);
    if (changed === null) throw noAbsence(absence.liaisonId, absenceId);
    response.json(absenceView(changed));
  });
  router.delete('/liaisons/:id/absences/:absenceId', async (request, response) => {
    const absenceId = validated(absenceIdSchema, request.params.absenceId);
    const { id } = await requirePersonOf(db, request.params.id);
    if (!(await removeAbsence(db, id, absenceId))) throw noAbsence(id, absenceId);
    response.status(204).end();
  });
  router.all('/liaisons/:id/absences/:absenceId', onlyMethods('PUT', 'DELETE'));

  /** @throws Problem VALIDATION_FAILED, LIAISON_NOT_FOUND */
  const soundAbsence = async (request: Request): Promise<NewAbsence> => {
    const { from, to, delegateId, note, by } = validated(absenceSchema, request.body);
    const { id } = await requirePersonOf(db, request.params['id']);
    await refuseUnlessDelegate(id, delegateId);
    return { liaisonId: id, fromAt: new Date(from), toAt: new Date(to), delegateId, note: note ?? null, createdBy: by };
  };
  /** @throws Problem VALIDATION_FAILED */
  const refuseUnlessDelegate = async (id: string, delegateId: string): Promise<void> => {
    const delegate = await findPerson(db, delegateId);
    const message =
      delegateId === id
        ? 'must be somebody else'
        : delegate === null
          ? `there is no person "${delegateId}"`
          : delegate.active
            ? null
            : `"${delegateId}" is not active`;
    if (message !== null) throw new Problem('VALIDATION_FAILED', `delegateId: ${message}`, { errors: [{ path: 'delegateId', message }] });
  };
  return router;
}

function noAbsence(personId: string, absenceId: string): Problem {
  return new Problem('NOT_FOUND', `"${personId}" has no absence ${absenceId}; GET /v1/liaisons/${personId}/absences lists them.`);
}

function absenceView({ id, liaisonId, fromAt, toAt, delegateId, note, createdBy, createdAt }: Absence) {
  const links = { self: `/v1/liaisons/${liaisonId}/absences/${id}` };
  return { id, liaisonId, from: fromAt, to: toAt, delegateId, note, by: createdBy, createdAt, links };
}
