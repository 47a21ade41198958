import { z } from 'zod';
import { LOCALES } from '../../domain/locale.js';
import { PERSON_ROLES } from '../../domain/people.js';
import { countsBy, instant, linkTo } from '../contract/answers.js';
import { channelSchema } from './schema.js';

export const personAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    locale: z.enum(LOCALES).describe('the language of their notices'),
    timeZone: z.string().describe('an IANA name'),
    role: z.enum(PERSON_ROLES),
    supervisorId: z.string().nullable().describe('whom their cases are escalated to first; null: every supervisor'),
    channels: z.array(channelSchema).describe('ways to reach them, the first that works'),
    active: z.boolean().describe('false: gets nothing any more, and no case'),
    links: z.object({ self: linkTo('this person'), absences: linkTo('when they are away') }),
  })
  .meta({ id: 'Person', description: 'Someone who is told of cases.' });

export const absenceAnswer = z
  .object({
    id: z.uuid(),
    liaisonId: z.string().describe('who is away'),
    from: instant.describe('the first instant'),
    to: instant.describe('the end, which is no part of it'),
    delegateId: z.string().describe('who gets their notices meanwhile'),
    note: z.string().nullable(),
    by: z.string(),
    createdAt: instant,
    links: z.object({ self: linkTo('this absence') }),
  })
  .meta({ id: 'Absence', description: 'A time in which somebody else gets what a person would get.' });

export const routeAnswer = z
  .object({
    buyerId: z.string().nullable().describe('null: any buyer'),
    reasonType: z.string().nullable().describe('null: any reason'),
    liaisonId: z.string().describe('the liaison whose case it is'),
  })
  .meta({ id: 'LiaisonRoute', description: 'Who is responsible when the order does not say: the most specific row.' });

export const HANDOVER_OUTCOMES = ['reassigned', 'would_be_reassigned', 'refused', 'unknown'] as const;

/** `POST /v1/liaisons/{id}/handover` */
export const handoverAnswer = z
  .object({
    from: z.string(),
    to: z.string(),
    preview: z.boolean(),
    items: z.array(
      z.object({
        caseId: z.string(),
        orderId: z.string(),
        outcome: z.enum(HANDOVER_OUTCOMES).describe('`unknown`: no answer in time; the same call again under the same key finds out'),
        why: z.string().nullable().describe('of a refusal, or of an outcome that is not known'),
      }),
    ),
    counts: countsBy(HANDOVER_OUTCOMES),
    left: z.int().describe('cases that another call takes up'),
  })
  .meta({ id: 'Handover', description: 'What came of each case.' });
