/** What notices say, as people keep it: versions by stage and reason type, never edited in place. */
import type { TemplateTexts } from '../domain/notice-defaults.js';
import type { NoticeStage } from '../domain/notice.js';
import { asJson, lockInTransaction, type Database, type Transaction } from './database.js';
import { Prisma, type NoticeTemplate as TemplateRow } from './generated/client.js';

export interface StoredTemplate {
  stage: string;
  /** Empty: for every reason type that has none of its own. */
  reasonType: string;
  version: number;
  /** Null: from this version on the more general one applies again. An old version may lack a language. */
  texts: Partial<TemplateTexts> | null;
  createdBy: string;
  why: string;
  createdAt: Date;
}

/** The latest version for the reason type, else the one for all; null: the built-in one. @param reasonType empty: none in particular */
export async function templateInForce(db: Database | Transaction, stage: NoticeStage, reasonType: string): Promise<StoredTemplate | null> {
  const latest = (type: string): Promise<TemplateRow | null> =>
    db.noticeTemplate.findFirst({ where: { stage, reasonType: type }, orderBy: { version: 'desc' } });
  const [general, own] = await Promise.all([latest(''), reasonType === '' ? null : latest(reasonType)]);
  const row = [own, general].find((one) => one !== null && one.texts !== null) ?? null;
  return row === null ? null : toTemplate(row);
}

/** The latest version of each stage and reason type. */
export async function latestTemplates(db: Database): Promise<StoredTemplate[]> {
  const rows = await db.noticeTemplate.findMany({
    distinct: ['stage', 'reasonType'],
    orderBy: [{ stage: 'asc' }, { reasonType: 'asc' }, { version: 'desc' }],
  });
  return rows.map(toTemplate);
}

/** Newest first. @param before lists versions below this one */
export async function templateVersions(
  db: Database | Transaction,
  stage: NoticeStage,
  reasonType: string,
  limit: number,
  before?: number,
): Promise<StoredTemplate[]> {
  const below = before === undefined ? {} : { version: { lt: before } };
  const rows = await db.noticeTemplate.findMany({ where: { stage, reasonType, ...below }, orderBy: { version: 'desc' }, take: limit });
  return rows.map(toTemplate);
}

/** Nobody else adds a version of the stage before the transaction ends. */
export async function lockTemplates(tx: Transaction, stage: NoticeStage): Promise<void> {
  await lockInTransaction(tx, `notice-template/${stage}`);
}

/**
 * Adds a version; whether it is sound was looked at before.
 * @param tx holds the lock of the stage
 * @param template `texts` null: takes the template back
 */
export async function addTemplate(
  tx: Transaction,
  template: Pick<StoredTemplate, 'stage' | 'reasonType' | 'texts' | 'createdBy' | 'why'>,
): Promise<StoredTemplate> {
  const { stage, reasonType, texts } = template;
  const newest = (await tx.noticeTemplate.aggregate({ where: { stage, reasonType }, _max: { version: true } }))._max.version ?? 0;
  const data = { ...template, version: newest + 1, texts: texts === null ? Prisma.DbNull : asJson(texts) };
  return toTemplate(await tx.noticeTemplate.create({ data }));
}

function toTemplate({ texts, ...row }: TemplateRow): StoredTemplate {
  return { ...row, texts: texts as unknown as Partial<TemplateTexts> | null };
}
