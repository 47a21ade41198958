import type { Router } from 'express';
import { evenIntervals } from '../../calendar/even-intervals.js';
import { caseStatistics } from '../../db/case-statistics.js';
import { healthStatistics } from '../../db/health-statistics.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { reachIfAllowed } from '../reach.js';
import { agesAt, caseStatisticsView } from './cases.js';
import { healthView } from './health.js';
import { getCaseStatistics, getHealth } from './operations.js';
import { CASES_DAYS, HEALTH_DAYS, MOST_INTERVALS, spanOf, type Span } from './schema.js';

/** Of reason types, liaisons and words. */
const MOST_GROUPS = 100;

/** Figures, each counted in one statement and leading to the list behind it. */
export function statisticsRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(getCaseStatistics, async ({ reach, query: { every, timeZone, ...given } }, response) => {
      const now = Date.now();
      const bounds = evenIntervals(requireSpan(given, CASES_DAYS, now), every, timeZone, MOST_INTERVALS);
      if (bounds === null) throw wrong('every', `must be "day" here: there would be more than ${MOST_INTERVALS} intervals`);
      const found = await caseStatistics(db, reach, { bounds, ages: agesAt(now), mostGroups: MOST_GROUPS });
      response.json(caseStatisticsView(found, { bounds, every, timeZone, now }));
    }),
    serve(getHealth, async ({ reach, query }, response) => {
      const now = Date.now();
      const span = requireSpan(query, HEALTH_DAYS, now);
      const found = await healthStatistics(db, {
        ...span,
        messages: reach,
        inboundEvents: reachIfAllowed(response, 'inbound-events.read'),
        cases: reachIfAllowed(response, 'cases.read'),
        placements: reachIfAllowed(response, 'placements.read'),
        counterparts: reachIfAllowed(response, 'counterparts.read') !== null,
        mostGroups: MOST_GROUPS,
      });
      response.json(healthView(found, { ...span, now }));
    }),
  ]);
}

/** @throws Problem VALIDATION_FAILED */
function requireSpan(given: { from?: string | undefined; to?: string | undefined }, days: number, now: number): Span {
  const span = spanOf(given, days, now);
  if ('path' in span) throw wrong(span.path, span.message);
  return span;
}

function wrong(path: string, message: string): Problem {
  return new Problem('VALIDATION_FAILED', `${path}: ${message}`, { errors: [{ path, message }] });
}
