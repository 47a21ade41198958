/** A notice as it would be, without sending it: of an order that is known, or of an invented one. */
import type { Reach } from '../../domain/access.js';
import type { Database } from '../../db/database.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { templateInForce } from '../../db/notice-templates.js';
import { findOrder } from '../../db/orders.js';
import { findPerson } from '../../db/people.js';
import { isOrderWithin } from '../../db/reach.js';
import { newestCase } from '../../db/review-cases.js';
import { actionsFor, type CaseStatus } from '../../domain/case-status.js';
import type { CaseNotice, OutageNotice } from '../../domain/notice-facts.js';
import { composeMail, type ComposedNotice } from '../../domain/notice-mail.js';
import { sampleNotice, sampleReader } from '../../domain/notice-variables.js';
import { renderNotice } from '../../templates/rendered-notice.js';
import { Problem } from '../problems.js';
import type { Preview } from './schema.js';

/** @throws Problem ORDER_UNKNOWN */
export async function previewOf(db: Database, reach: Reach, preview: Preview): Promise<ComposedNotice> {
  const { stage, reasonType, locale, timeZone, texts, orderId } = preview;
  const sample = sampleNotice(stage, reasonType ?? '');
  const notice = orderId === null || orderId === undefined ? sample : await ofOrder(db, reach, sample, orderId, reasonType ?? null);
  const ownType = notice.stage === 'outage' ? '' : notice.reason.type;
  const saved = texts ?? (await templateInForce(db, stage, ownType))?.texts ?? null;
  return composeMail(renderNotice(saved, notice, sampleReader(locale, timeZone)).document);
}

/** The order's own facts, and those of its newest case where there is one. */
async function ofOrder(
  db: Database,
  reach: Reach,
  sample: CaseNotice | OutageNotice,
  orderId: string,
  reasonType: string | null,
): Promise<CaseNotice | OutageNotice> {
  if (sample.stage === 'outage') return sample;
  const order = (await isOrderWithin(db, reach, orderId)) ? await findOrder(db, orderId) : null;
  if (order === null) throw new Problem('ORDER_UNKNOWN', `The order "${orderId}" is not known.`);
  const row = await newestCase(db, reach, orderId);
  const facts = { ...sample, ...(row === null ? {} : await caseFacts(db, row)), order };
  return reasonType === null ? facts : { ...facts, reason: { ...facts.reason, type: reasonType } };
}

async function caseFacts(db: Database, row: ReviewCase): Promise<Partial<CaseNotice>> {
  const status = row.status as CaseStatus;
  const liaison = row.liaisonId === null ? null : await findPerson(db, row.liaisonId);
  const { windowEndsAt, deadlineAt, nextAction, nextActionAt } = row;
  return {
    reason: { type: row.reasonType, code: row.reasonCode, text: row.reasonText },
    reviewRound: row.reviewRound,
    status,
    statusReason: row.statusReason,
    firstFailureAt: row.firstFailureAt.getTime(),
    ...(windowEndsAt === null ? {} : { windowEndsAt: windowEndsAt.getTime() }),
    ...(deadlineAt === null ? {} : { deadlineAt: deadlineAt.getTime() }),
    next: nextAction === null || nextActionAt === null ? null : { what: nextAction, at: nextActionAt.getTime() },
    actions: actionsFor({ status, ending: row.ending !== null, paused: row.paused }),
    liaisonName: liaison?.name ?? row.liaisonId,
  };
}
