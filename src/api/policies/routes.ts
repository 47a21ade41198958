import { Router, type Response } from 'express';
import { addPolicy, databaseNow, listPolicies, PolicyMovedOn, PolicyUnsound, storedPolicy, versionInForce } from '../../db/policies.js';
import type { PolicyKind } from '../../domain/policy-kinds.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { idempotencyKeySchema } from '../review-cases/schema.js';
import { chosenPolicy, soundDocument, unknownVersion, unsound } from './chosen.js';
import { dryPlacements, dryPlacementSample, dryReviewCases, drySample, inputsOfNotice } from './dry-run.js';
import { migrateCases } from './migrate.js';
import { previewPlacementPolicy, previewReviewPolicy } from './preview.js';
import {
  dryRunSchemas,
  kindSchema,
  migrateSchema,
  policyCursorSchema,
  policyListSchema,
  previewSchemas,
  publishSchema,
  versionSchema,
} from './schema.js';
import { policyView } from './view.js';

/** The rules as data (D2): versions that are published, tried and previewed, and to which running cases are moved. */
export function policyRoutes({ db, client }: ApiDependencies): Router {
  const router = Router();

  // Paths of one kind before those of all.
  router.post('/policies/review/migrate', async (request, response) => {
    const migration = validated(migrateSchema, request.body);
    const key = validated(idempotencyKeySchema, request.get('idempotency-key'));
    const chosen = await chosenPolicy(db, 'review', { version: migration.version });
    const { items, more } = await migrateCases({ db, client, reach: reachOf(response, 'cases.read') }, chosen, migration, key);
    const counts: Record<string, number> = {};
    for (const { result } of items) counts[result] = (counts[result] ?? 0) + 1;
    response.json({ version: migration.version, dryRun: migration.dryRun, counts, more, items });
  });
  router.all('/policies/review/migrate', onlyMethods('POST'));

  router.post('/policies/:kind/dry-run', async (request, response) => {
    const kind = validated(kindSchema, request.params.kind);
    response.json(await (kind === 'review' ? dryRunReview(request.body, response) : dryRunPlacement(request.body, response)));
  });
  router.post('/policies/:kind/schedule-preview', async (request, response) => {
    const kind = validated(kindSchema, request.params.kind);
    response.json(await (kind === 'review' ? previewReview(request.body) : previewPlacement(request.body)));
  });
  router.all(['/policies/:kind/dry-run', '/policies/:kind/schedule-preview'], onlyMethods('POST'));

  router.get('/policies/:kind', async (request, response) => {
    const kind = validated(kindSchema, request.params.kind);
    const { limit, cursor } = validated(policyListSchema, request.query);
    const before = decodeCursor(policyCursorSchema, cursor)?.version;
    const [rows, inForce] = await Promise.all([listPolicies(db, kind, limit + 1, before), versionInForce(db, kind)]);
    const { items, nextCursor } = pageOf(rows, limit, ({ version }) => ({ version }));
    response.json({ inForce, items: items.map((row) => policyView(kind, row, inForce)), nextCursor });
  });

  router.post('/policies/:kind', async (request, response) => {
    const kind = validated(kindSchema, request.params.kind);
    const view = await publish(kind, request.body);
    response.status(201).location(view.links.self).json(view);
  });
  router.all('/policies/:kind', onlyMethods('GET', 'HEAD', 'POST'));

  router.get('/policies/:kind/:version', async (request, response) => {
    const kind = validated(kindSchema, request.params.kind);
    const version = validated(versionSchema, request.params.version);
    const [stored, inForce] = await Promise.all([storedPolicy(db, kind, version), versionInForce(db, kind)]);
    if (stored === null) throw new Problem('NOT_FOUND', unknownVersion(kind, version).detail);
    response.json({ ...policyView(kind, stored, inForce), content: stored.content });
  });
  // A version is never edited: no PUT, PATCH or DELETE.
  router.all('/policies/:kind/:version', onlyMethods('GET', 'HEAD'));

  const publish = async (kind: PolicyKind, body: unknown) => {
    const { content, effectiveFrom, basedOn, by, why } = validated(publishSchema, body);
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

  const dryRunReview = async (body: unknown, response: Response) => {
    const { notice, receivedAt, cases, ...choice } = validated(dryRunSchemas.review, body);
    const chosen = await chosenPolicy(db, 'review', choice);
    return {
      version: chosen.version === 0 ? null : chosen.version,
      notice: notice === undefined ? null : await drySample(chosen, notice, epochMs(receivedAt)),
      cases: cases === undefined ? null : await dryReviewCases(db, reachOf(response, 'cases.read'), chosen, cases),
    };
  };

  const dryRunPlacement = async (body: unknown, response: Response) => {
    const { notice, cases, ...choice } = validated(dryRunSchemas.placement, body);
    const chosen = await chosenPolicy(db, 'placement', choice);
    return {
      version: chosen.version === 0 ? null : chosen.version,
      notice: notice === undefined ? null : dryPlacementSample(chosen, notice),
      cases: cases === undefined ? null : await dryPlacements(db, reachOf(response, 'placements.read'), chosen, cases),
    };
  };

  const previewReview = async (body: unknown) => {
    const { notice, from, ...choice } = validated(previewSchemas.review, body);
    const chosen = await chosenPolicy(db, 'review', choice);
    return previewReviewPolicy(chosen, notice === undefined ? null : inputsOfNotice(notice), epochMs(from));
  };

  const previewPlacement = async (body: unknown) => {
    const { notice, from, ...choice } = validated(previewSchemas.placement, body);
    const chosen = await chosenPolicy(db, 'placement', choice);
    const inputs = notice === undefined ? null : { vendorId: notice.vendorId, campaign: notice.campaign ?? null };
    return previewPlacementPolicy(chosen, inputs, epochMs(from));
  };
  return router;
}

function epochMs(instant: string | undefined): number {
  return instant === undefined ? Date.now() : Date.parse(instant);
}
