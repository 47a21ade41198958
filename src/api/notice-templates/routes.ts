import type { Router } from 'express';
import type { Database, Transaction } from '../../db/database.js';
import {
  addTemplate,
  latestTemplates,
  lockTemplates,
  templateInForce,
  templateVersions,
  type StoredTemplate,
} from '../../db/notice-templates.js';
import { LOCALES } from '../../domain/locale.js';
import { DEFAULT_TEMPLATES, type TemplateTexts } from '../../domain/notice-defaults.js';
import { NOTICE_STAGES, type NoticeStage } from '../../domain/notice.js';
import { variablesFor } from '../../domain/notice-variables.js';
import { FILTERS, TAGS } from '../../templates/liquid.js';
import { templateMistakes, type TemplateMistake } from '../../templates/soundness.js';
import { listed } from '../../wire/mistakes.js';
import { sendTagged, tagged } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { getNoticeTemplates, listNoticeTemplates, previewNotice, saveNoticeTemplate } from './operations.js';
import { previewOf } from './preview.js';
import { templateCursorSchema } from './schema.js';

/** What notices say, as data: versions by stage and reason type, checked when they are saved, with a preview. */
export function noticeTemplateRoutes(dependencies: ApiDependencies): Router {
  const { db } = dependencies;
  return resource(dependencies, [
    serve(listNoticeTemplates, async (_call, response) => {
      const saved = await latestTemplates(db);
      const items = NOTICE_STAGES.map((stage) => ({
        stage,
        saved: saved.filter((one) => one.stage === stage).map(templateView),
        variables: variablesFor(stage),
        links: { self: `/v1/notice-templates/${stage}` },
      }));
      response.json({ languages: LOCALES, tags: TAGS, filters: FILTERS, items });
    }),
    serve(previewNotice, async ({ body: preview }, response) => {
      refuseOutageReason(preview.stage, preview.reasonType);
      const { texts } = preview;
      // A draft may be previewed before all its languages are there.
      if (texts !== null && texts !== undefined) {
        const { locale } = preview;
        const judged = templateMistakes(preview.stage, texts);
        refuse(judged.filter(({ path }) => path.startsWith(`texts.${locale}`)));
      }
      response.json(await previewOf(db, reachOf(response, 'cases.read'), preview));
    }),
    serve(getNoticeTemplates, async ({ params: { stage }, query: { reasonType = '', limit, cursor } }, response) => {
      const before = decodeCursor(templateCursorSchema, cursor)?.version;
      // First, so that the ETag is never newer than what is shown.
      const now = await standOf(db, stage, reasonType);
      const rows = await templateVersions(db, stage, reasonType, limit + 1, before);
      const { items, nextCursor } = pageOf(rows, limit, ({ version }) => ({ version }));
      sendTagged(response, { ...now.view, versions: items.map(templateView), nextCursor }, () => now);
    }),
    serve(saveNoticeTemplate, async ({ params: { stage }, body: { reasonType, texts, by, why }, precondition }, response) => {
      refuseOutageReason(stage, reasonType);
      if (texts !== null) refuse(templateMistakes(stage, texts));
      const template = { stage, reasonType: reasonType ?? '', texts: texts as TemplateTexts | null, createdBy: by, why };
      const { stored, now } = await db.$transaction(async (tx) => {
        await lockTemplates(tx, stage);
        precondition(await standOf(tx, stage, template.reasonType));
        const added = await addTemplate(tx, template);
        return { stored: added, now: await standOf(tx, stage, template.reasonType) };
      });
      tagged(response, now).json({ ...now.view, saved: templateView(stored) });
    }),
  ]);
}

/** What is said now and which version is the newest: everything that a page of versions shows, whichever page it is, comes of it. */
async function standOf(db: Database | Transaction, stage: NoticeStage, reasonType: string) {
  const [newest] = await templateVersions(db, stage, reasonType, 1);
  return { view: await inForceView(db, stage, reasonType), newest: newest?.version ?? 0 };
}

/** What is said now: by the version of the reason type, by the one for all, or built in. */
async function inForceView(db: Database | Transaction, stage: NoticeStage, reasonType: string) {
  const saved = await templateInForce(db, stage, reasonType);
  const inForce =
    saved === null
      ? { builtIn: true, reasonType: null, version: null, texts: DEFAULT_TEMPLATES[stage] }
      : { builtIn: false, reasonType: emptyAsNull(saved.reasonType), version: saved.version, texts: saved.texts };
  return { stage, reasonType: emptyAsNull(reasonType), inForce, variables: variablesFor(stage) };
}

/** @throws Problem TEMPLATE_UNSOUND with every mistake, when there is one */
function refuse(mistakes: readonly TemplateMistake[]): void {
  if (mistakes.length > 0) throw new Problem('TEMPLATE_UNSOUND', listed(mistakes), { errors: mistakes });
}

/** @throws Problem VALIDATION_FAILED */
function refuseOutageReason(stage: NoticeStage, reasonType: string | null | undefined): void {
  if (stage !== 'outage' || reasonType === null || reasonType === undefined) return;
  const message = 'must not be given for stage outage, which is about no case';
  throw new Problem('VALIDATION_FAILED', `reasonType: ${message}`, { errors: [{ path: 'reasonType', message }] });
}

function templateView({ stage, reasonType, version, texts, createdBy, why, createdAt }: StoredTemplate) {
  return { stage, reasonType: emptyAsNull(reasonType), version, texts, by: createdBy, why, at: createdAt };
}

function emptyAsNull(text: string): string | null {
  return text === '' ? null : text;
}
