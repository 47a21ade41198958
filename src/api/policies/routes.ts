import { Router } from 'express';
import { addPolicy, databaseNow, listPolicies, PolicyMovedOn, PolicyUnsound, storedPolicy, versionInForce } from '../../db/policies.js';
import type { PolicyKind } from '../../domain/policy-kinds.js';
import { sendTagged } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { chosenPolicy, soundDocument, unknownVersion, unsound, type Chosen } from './chosen.js';
import { dryPlacements, dryPlacementSample, dryReviewCases, drySample, inputsOfNotice } from './dry-run.js';
import { migrateCases } from './migrate.js';
import * as operations from './operations.js';
import { previewPlacementPolicy, previewReviewPolicy } from './preview.js';
import { kindParams, policyCursorSchema, type Page, type Publication } from './schema.js';
import { policyView } from './view.js';

/** The rules as data (D2): versions that are published, tried and previewed, and to which running cases are moved. */
export function policyRoutes(dependencies: ApiDependencies): Router {
  return resource(dependencies, [...trials(dependencies), ...versions(dependencies)]);
}

/** Before the routes: a kind that there is not is named. */
export function policyKinds(): Router {
  return Router().use('/policies/:kind', (request, _response, next) => {
    validated(kindParams, request.params);
    next();
  });
}

/** Versions are never edited: no PUT, PATCH or DELETE. */
function versions({ db }: ApiDependencies) {
  const listed = async (kind: PolicyKind, { limit, cursor }: Page) => {
    const before = decodeCursor(policyCursorSchema, cursor)?.version;
    const [rows, inForce] = await Promise.all([listPolicies(db, kind, limit + 1, before), versionInForce(db, kind)]);
    const { items, nextCursor } = pageOf(rows, limit, ({ version }) => ({ version }));
    return { inForce, items: items.map((row) => policyView(kind, row, inForce)), nextCursor };
  };
  const found = async (kind: PolicyKind, version: number) => {
    const [stored, inForce] = await Promise.all([storedPolicy(db, kind, version), versionInForce(db, kind)]);
    if (stored === null) throw new Problem('NOT_FOUND', unknownVersion(kind, version).detail);
    return { ...policyView(kind, stored, inForce), content: stored.content };
  };
  const published = async (kind: PolicyKind, { content, effectiveFrom, basedOn, by, why }: Publication) => {
    const document = await soundDocument(db, kind, content);
    const from = effectiveFrom === null || effectiveFrom === undefined ? null : new Date(effectiveFrom);
    if (from !== null && from < (await databaseNow(db))) {
      throw new Problem('VALIDATION_FAILED', 'effectiveFrom: must not be in the past; left out, the version is in force at once', {
        errors: [{ path: 'effectiveFrom', message: 'must not be in the past' }],
      });
    }
    try {
      const stored = await addPolicy(db, kind, document, { who: by, why, effectiveFrom: from, basedOn: basedOn ?? null });
      return policyView(kind, stored, await versionInForce(db, kind));
    } catch (error) {
      if (error instanceof PolicyUnsound) throw unsound(error.mistakes);
      if (!(error instanceof PolicyMovedOn)) throw error;
      const detail = `Version ${error.newest} of the ${kind} policy has been added since version ${basedOn}: read it, and base the new one on it.`;
      throw new Problem('POLICY_MOVED_ON', detail, { newest: error.newest });
    }
  };
  return [
    serve(operations.listReviewPolicies, async ({ query }, response) => void response.json(await listed('review', query))),
    serve(operations.listPlacementPolicies, async ({ query }, response) => void response.json(await listed('placement', query))),
    serve(operations.publishReviewPolicy, async ({ body }, response) => {
      const view = await published('review', body);
      response.status(201).location(view.links.self).json(view);
    }),
    serve(operations.publishPlacementPolicy, async ({ body }, response) => {
      const view = await published('placement', body);
      response.status(201).location(view.links.self).json(view);
    }),
    serve(operations.getReviewPolicy, async ({ params: { version } }, response) => {
      sendTagged(response, await found('review', version));
    }),
    serve(operations.getPlacementPolicy, async ({ params: { version } }, response) => {
      sendTagged(response, await found('placement', version));
    }),
  ];
}

function trials({ db, client }: ApiDependencies) {
  return [
    serve(operations.migrateReviewCases, async ({ body: migration, once }, response) => {
      const chosen = await chosenPolicy(db, 'review', { version: migration.version });
      const { items, more } = await migrateCases({ db, client, reach: reachOf(response, 'cases.read') }, chosen, migration, once.id);
      const counts: Record<string, number> = {};
      for (const { result } of items) counts[result] = (counts[result] ?? 0) + 1;
      if (counts['outcome_unknown'] !== undefined) once.leaveOpen();
      response.json({ version: migration.version, dryRun: migration.dryRun, counts, more, items });
    }),
    serve(operations.dryRunReviewPolicy, async ({ body: { notice, receivedAt, cases, ...choice } }, response) => {
      const chosen = await chosenPolicy(db, 'review', choice);
      response.json({
        version: publishedNumber(chosen),
        notice: notice === undefined ? null : await drySample(chosen, notice, epochMs(receivedAt)),
        cases: cases === undefined ? null : await dryReviewCases(db, reachOf(response, 'cases.read'), chosen, cases),
      });
    }),
    serve(operations.dryRunPlacementPolicy, async ({ body: { notice, cases, ...choice } }, response) => {
      const chosen = await chosenPolicy(db, 'placement', choice);
      response.json({
        version: publishedNumber(chosen),
        notice: notice === undefined ? null : dryPlacementSample(chosen, notice),
        cases: cases === undefined ? null : await dryPlacements(db, reachOf(response, 'placements.read'), chosen, cases),
      });
    }),
    serve(operations.previewReviewPolicy, async ({ body: { notice, from, ...choice } }, response) => {
      const chosen = await chosenPolicy(db, 'review', choice);
      response.json(await previewReviewPolicy(chosen, notice === undefined ? null : inputsOfNotice(notice), epochMs(from)));
    }),
    serve(operations.previewPlacementPolicy, async ({ body: { notice, from, ...choice } }, response) => {
      const chosen = await chosenPolicy(db, 'placement', choice);
      const inputs = notice === undefined ? null : { vendorId: notice.vendorId, campaign: notice.campaign ?? null };
      response.json(previewPlacementPolicy(chosen, inputs, epochMs(from)));
    }),
  ];
}

function publishedNumber({ version }: Chosen<PolicyKind>): number | null {
  return version === 0 ? null : version;
}

function epochMs(instant: string | undefined): number {
  return instant === undefined ? Date.now() : Date.parse(instant);
}
