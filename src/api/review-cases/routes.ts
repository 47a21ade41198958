import type { Router } from 'express';
import { linksOfCase } from '../../db/action-links.js';
import * as audit from '../../db/case-events.js';
import * as cases from '../../db/case-list.js';
import { buyerMessages } from '../../db/ledger.js';
import { findDatedOrder } from '../../db/orders.js';
import { newestPlacement } from '../../db/placements.js';
import { newestCaseIds } from '../../db/review-cases.js';
import type { Reach } from '../../domain/access.js';
import { resource, serve } from '../contract/operation.js';
import type { Waiting } from '../contract/waiting.js';
import { decodeCursor, pageOf, sortedPlace } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { reachIfAllowed } from '../reach.js';
import { requireCase } from './case.js';
import { explanationOf } from './explanation.js';
import { casesAsCsv, EXPORT_LIMIT } from './export.js';
import { explainCase, exportCases, getCase, getCaseOrder, listCaseEvents, listCaseLinks, listCases } from './operations.js';
import { eventsCursorSchema, listCursorSchema } from './schema.js';
import { caseView, eventView, linkView } from './view.js';

/** Cases as they are read, from PostgreSQL alone. */
export function reviewCaseRoutes(dependencies: ApiDependencies, waiting: Waiting): Router {
  const { db, namespace, temporalUiUrl: uiUrl } = dependencies;
  const inFull = async (reach: Reach, orderId: string, round: number | undefined) => {
    const row = await requireCase(db, reach, orderId, round);
    const [placement, told, newest] = await Promise.all([
      newestPlacement(db, reach, row.orderId),
      buyerMessages(db, row.orderId, row.reviewRound),
      newestCaseIds(db, [row.orderId]),
    ]);
    return { ...caseView(row, { uiUrl, namespace }, { placed: placement !== null, newest: newest.has(row.caseId) }), told };
  };
  return resource(dependencies, [
    serve(listCases, async ({ reach, query: { limit, cursor, sort: wanted, ...filter } }, response) => {
      const { sort, after } = sortedPlace(listCursorSchema, { sort: wanted, cursor });
      const [rows, counts] = await Promise.all([
        cases.listCases(db, reach, filter, limit + 1, after, sort),
        cases.countCases(db, reach, filter),
      ]);
      const { items, nextCursor } = pageOf(rows, limit, (row) => cases.placeOfCase(sort, row));
      const newest = await newestCaseIds(
        db,
        items.map(({ orderId }) => orderId),
      );
      response.json({
        items: items.map((row) => caseView(row, { uiUrl, namespace }, { newest: newest.has(row.caseId) })),
        nextCursor,
        counts,
      });
    }),
    serve(exportCases, async ({ reach, query: filter }, response) => {
      const rows = await cases.listCases(db, reach, filter, EXPORT_LIMIT + 1, null);
      if (rows.length > EXPORT_LIMIT) throw new Problem('VALIDATION_FAILED', `More than ${EXPORT_LIMIT} cases: narrow the filter.`);
      response.type('text/csv').attachment('review-cases.csv').send(casesAsCsv(rows));
    }),
    serve(getCase, async ({ reach, params: { orderId }, query: { round, until } }, response) => {
      const isReached = until === undefined ? undefined : ({ status }: { status: string }) => until.some((state) => state === status);
      await waiting.send(response, { key: orderId, look: () => inFull(reach, orderId, round), isReached });
    }),
    serve(listCaseEvents, async ({ reach, params, query: { round, limit, cursor } }, response) => {
      const { caseId } = await requireCase(db, reach, params.orderId, round);
      const after = BigInt(decodeCursor(eventsCursorSchema, cursor)?.id ?? 0);
      const page = pageOf(await audit.listCaseEvents(db, caseId, after, limit + 1), limit, ({ id }) => ({ id: String(id) }));
      response.json({ caseId, items: page.items.map(eventView), nextCursor: page.nextCursor });
    }),
    serve(getCaseOrder, async ({ reach, params }, response) => {
      const { orderId } = await requireCase(db, reach, params.orderId, undefined);
      const found = await findDatedOrder(db, orderId);
      response.json({ orderId, order: found?.document ?? null, updatedAt: found?.updatedAt ?? null });
    }),
    // Links in notices (D4), without their tokens.
    serve(listCaseLinks, async ({ reach, params, query: { round } }, response) => {
      const { caseId } = await requireCase(db, reach, params.orderId, round);
      response.json({ caseId, items: (await linksOfCase(db, caseId)).map(linkView) });
    }),
    // Why the decision fell as it did (D2).
    serve(explainCase, async ({ reach, params, query: { round, lang } }, response) => {
      const withPolicy = reachIfAllowed(response, 'policies.read') !== null;
      response.json(await explanationOf(db, await requireCase(db, reach, params.orderId, round), lang, withPolicy));
    }),
  ]);
}
