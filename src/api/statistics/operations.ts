import { operation } from '../contract/operation.js';
import { caseStatisticsAnswer, healthAnswer } from './answers.js';
import { caseStatisticsSchema, healthSchema } from './schema.js';

const tag = 'Statistics';

export const getCaseStatistics = operation({
  id: 'getCaseStatistics',
  method: 'get',
  path: '/statistics/cases',
  tag,
  summary: 'Count how cases come in, stand and end',
  description:
    'Of the cases that you may see. Open ones by state and age; inflow and endings by hour or day; how many were saved alone: approved, ' +
    'and no person had done anything in them before (`attended=false`); times to resolve of those that were held. ' +
    'Each figure has the list behind it.',
  permission: 'cases.read',
  query: caseStatisticsSchema,
  answers: { 200: { description: 'The figures.', body: caseStatisticsAnswer } },
  example: { query: { every: 'day', timeZone: 'Europe/Stockholm' } },
});

export const getHealth = operation({
  id: 'getHealth',
  method: 'get',
  path: '/statistics/health',
  tag,
  summary: 'Count what stands still, and how late timers were',
  description:
    'Of what you may see; what takes a permission that you do not have is null: `counterparts.read` for breakers, `inbound-events.read`, ' +
    'and `placements.read` for words; timers of cases and placements are left out. All but `timers` is as of now.',
  permission: 'messages.read',
  query: healthSchema,
  answers: { 200: { description: 'The figures.', body: healthAnswer } },
  example: {},
});
