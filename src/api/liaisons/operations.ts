import { listOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import { absenceAnswer, handoverAnswer, personAnswer, routeAnswer } from './answers.js';
import { absenceParams, absenceSchema, handoverSchema, peopleQuerySchema, personParams, personSchema, routesSchema } from './schema.js';

export const listPeople = operation({
  id: 'listPeople',
  method: 'get',
  path: '/liaisons',
  tag: 'People',
  summary: 'List people who are told of cases',
  permission: 'people.read',
  query: peopleQuerySchema,
  answers: { 200: { description: 'All of them, by id.', body: listOf(personAnswer) } },
  example: { query: { role: 'liaison', active: 'true' } },
});

export const getPerson = operation({
  id: 'getPerson',
  method: 'get',
  path: '/liaisons/{id}',
  tag: 'People',
  summary: 'Get a person',
  permission: 'people.read',
  conditional: 'read',
  params: personParams,
  answers: { 200: { description: 'The person.', body: personAnswer } },
  problems: ['LIAISON_NOT_FOUND'],
  example: { params: { id: 'l-1' } },
});

export const savePerson = operation({
  id: 'savePerson',
  method: 'put',
  path: '/liaisons/{id}',
  tag: 'People',
  summary: 'Add a person, or change one',
  description: 'The next notice goes by it. Nobody is taken away, as cases and messages name them: who has left is no longer `active`.',
  permission: 'people.write',
  conditional: 'put',
  params: personParams,
  body: personSchema,
  answers: {
    200: { description: 'Changed.', body: personAnswer },
    201: { description: 'Added.', body: personAnswer },
  },
  example: {
    params: { id: 'l-7' },
    body: { name: 'Erik Lund', email: 'erik.lund@liaison.example', timeZone: 'Europe/Stockholm', supervisorId: 's-1' },
  },
});

export const handOverCases = operation({
  id: 'handOverCases',
  method: 'post',
  path: '/liaisons/{id}/handover',
  tag: 'People',
  summary: 'Hand the open cases of a liaison over to another',
  description: 'Each through its own workflow, with an outcome of its own; at most 500 a call, the oldest first.',
  permission: 'cases.supervise',
  params: personParams,
  body: handoverSchema,
  answers: { 200: { description: 'What came, or would come, of each case.', body: handoverAnswer } },
  problems: ['LIAISON_NOT_FOUND', 'LIAISON_UNKNOWN'],
  example: { params: { id: 'l-1' }, body: { to: 'l-3', by: 'Sofia Nyström', note: 'Ingrid is on leave', preview: true } },
});

export const listAbsences = operation({
  id: 'listAbsences',
  method: 'get',
  path: '/liaisons/{id}/absences',
  tag: 'People',
  summary: 'List when a person is away',
  permission: 'people.read',
  params: personParams,
  answers: { 200: { description: 'The latest 200, the latest first.', body: listOf(absenceAnswer) } },
  problems: ['LIAISON_NOT_FOUND'],
  example: { params: { id: 'l-3' } },
});

export const addAbsence = operation({
  id: 'addAbsence',
  method: 'post',
  path: '/liaisons/{id}/absences',
  tag: 'People',
  summary: 'Say when a person is away, and who stands in',
  description: 'Where two overlap, the one that was written last holds.',
  permission: 'people.write',
  conditional: 'make',
  params: personParams,
  body: absenceSchema,
  answers: { 201: { description: 'Added.', body: absenceAnswer } },
  problems: ['LIAISON_NOT_FOUND'],
  example: {
    params: { id: 'l-3' },
    body: {
      from: '2026-07-01T00:00:00+08:00',
      to: '2026-07-15T00:00:00+08:00',
      delegateId: 'l-1',
      note: 'summer leave',
      by: 'Sofia Nyström',
    },
  },
});

export const getAbsence = operation({
  id: 'getAbsence',
  method: 'get',
  path: '/liaisons/{id}/absences/{absenceId}',
  tag: 'People',
  summary: 'Get an absence',
  permission: 'people.read',
  conditional: 'read',
  params: absenceParams,
  answers: { 200: { description: 'The absence.', body: absenceAnswer } },
  problems: ['LIAISON_NOT_FOUND', 'NOT_FOUND'],
  example: { params: { id: 'l-3', absenceId: '5f0c1f6e-6f0a-4d51-9d4e-3f8f3d1c2a10' } },
});

export const changeAbsence = operation({
  id: 'changeAbsence',
  method: 'put',
  path: '/liaisons/{id}/absences/{absenceId}',
  tag: 'People',
  summary: 'Change an absence',
  description: 'From now on; who was told meanwhile stays told. The change counts as written last where absences overlap.',
  permission: 'people.write',
  conditional: 'change',
  params: absenceParams,
  body: absenceSchema,
  answers: { 200: { description: 'As it is now.', body: absenceAnswer } },
  problems: ['LIAISON_NOT_FOUND', 'NOT_FOUND'],
  example: {
    params: { id: 'l-3', absenceId: '5f0c1f6e-6f0a-4d51-9d4e-3f8f3d1c2a10' },
    body: { from: '2026-08-03T00:00:00Z', to: '2026-08-17T00:00:00Z', delegateId: 'l-1', note: 'a week longer', by: 'Ingrid Larsson' },
  },
});

export const removeAbsence = operation({
  id: 'removeAbsence',
  method: 'delete',
  path: '/liaisons/{id}/absences/{absenceId}',
  tag: 'People',
  summary: 'Take an absence away',
  permission: 'people.write',
  conditional: 'change',
  params: absenceParams,
  answers: { 204: { description: 'Gone.' } },
  problems: ['LIAISON_NOT_FOUND', 'NOT_FOUND'],
  example: { params: { id: 'l-3', absenceId: '5f0c1f6e-6f0a-4d51-9d4e-3f8f3d1c2a10' } },
});

export const listLiaisonRoutes = operation({
  id: 'listLiaisonRoutes',
  method: 'get',
  path: '/liaison-routes',
  tag: 'People',
  summary: 'List who is responsible for which orders',
  permission: 'people.read',
  conditional: 'read',
  answers: { 200: { description: 'The whole table.', body: listOf(routeAnswer) } },
  example: {},
});

export const replaceLiaisonRoutes = operation({
  id: 'replaceLiaisonRoutes',
  method: 'put',
  path: '/liaison-routes',
  tag: 'People',
  summary: 'Replace the table of who is responsible for which orders',
  description:
    'For the next case. A liaison that the order names goes before it; else the most specific row: buyer and reason, buyer, reason, any.',
  permission: 'people.write',
  conditional: 'change',
  body: routesSchema,
  answers: { 200: { description: 'The whole table.', body: listOf(routeAnswer) } },
  example: { body: { items: [{ liaisonId: 'l-1' }, { buyerId: '7300070011115', reasonType: 'STOCK_SHORT', liaisonId: 'l-3' }] } },
});
