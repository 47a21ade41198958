/** Who changed what in the settings: what keeps its own history tells it from there, all else from `setting_change`. */
import { changesBetween, type MemberChange, type SettingAction, type SettingKind } from '../domain/setting-change.js';
import { asJson, type Database, type Transaction } from './database.js';
import { Prisma } from './generated/client.js';
import { column, holds, instantKey, isWithinSpan, pageInOrder, type SortedList } from './keyset.js';

export interface Recorded {
  what: Extract<SettingKind, 'person' | 'absence' | 'routing' | 'counterpart' | 'counterpart_secret' | 'vendor' | 'subscription'>;
  /** Which one. */
  name: string;
  by: string;
  /** As it was and as it is, with nothing secret in it; null: not there. */
  before: object | null;
  after: object | null;
  why?: string | null;
}

/** Tells of a change, or of nothing where nothing differs. @param tx in which it is made: neither is ever without the other */
export async function recordChange(tx: Transaction, { what, name, by, before, after, why = null }: Recorded): Promise<void> {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return;
  const action: SettingAction =
    before === null ? 'created' : after === null ? (what === 'counterpart_secret' ? 'ended' : 'removed') : 'changed';
  await tx.settingChange.create({ data: { what, name, action, changedBy: by, why, changes: asJson(changes) } });
}

export interface AuditLine {
  /** In the order of those of one instant. */
  id: string;
  at: Date;
  what: SettingKind;
  name: string;
  action: SettingAction;
  by: string;
  why: string | null;
  version: number | null;
  changes: MemberChange[];
}

export interface AuditFilter {
  /** Of nothing else. */
  what: readonly SettingKind[];
  /** Part of the name. */
  name?: string | undefined;
  /** Part of the name of who did it. */
  by?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const LINES = Prisma.sql`(
  SELECT 'setting:' || lpad("id"::text, 19, '0') AS "id", "changedAt" AS "at", "what", "name", "action", "changedBy" AS "by", "why",
    NULL::int AS "version", "changes"
  FROM "setting_change"
  UNION ALL
  SELECT 'policy:' || "kind" || ':' || lpad("version"::text, 9, '0'), "createdAt", 'policy', "kind", 'published', "createdBy", "why",
    "version", '[]'::jsonb
  FROM "policy"
  UNION ALL
  SELECT 'template:' || "stage" || ':' || "reasonType" || ':' || lpad("version"::text, 9, '0'), "createdAt", 'notice_template',
    "stage" || CASE "reasonType" WHEN '' THEN '' ELSE '/' || "reasonType" END,
    CASE WHEN "texts" IS NULL THEN 'taken_back' ELSE 'saved' END, "createdBy", "why", "version", '[]'::jsonb
  FROM "notice_template"
  UNION ALL
  SELECT 'switch:' || lpad("id"::text, 9, '0'), "changedAt", 'switch',
    "name" || CASE "buyerId" WHEN '' THEN '' ELSE '/' || "buyerId" END,
    CASE WHEN "on" THEN 'turned_on' ELSE 'turned_off' END, "changedBy", "why", NULL, '[]'::jsonb
  FROM "switch_change"
  UNION ALL
  SELECT 'key:' || lpad(c."id"::text, 9, '0'), c."changedAt", 'key', k."name", c."type", c."changedBy", c."data"->>'note', NULL, '[]'::jsonb
  FROM "api_key_change" c JOIN "api_key" k ON k."id" = c."keyId"
)`;

const LIST: SortedList<AuditLine, 'at'> = { table: LINES, id: 'id', keys: { at: instantKey('at', false) } };

export interface AuditPlace {
  /** ISO 8601. */
  at: string;
  id: string;
}

/** The newest first. @param after the place of the last one already seen */
export async function listAudit(db: Database, filter: AuditFilter, limit: number, after: AuditPlace | null): Promise<AuditLine[]> {
  if (filter.what.length === 0) return [];
  const place = after === null ? null : { sort: '-at', values: [after.at], id: after.id };
  const rows = await db.$queryRaw<(AuditLine & { part: number })[]>(pageInOrder(LIST, '-at', conditions(filter), place, limit));
  return rows.map(({ part: _part, ...line }) => line);
}

function conditions({ what, name, by, from, to }: AuditFilter): Prisma.Sql {
  const all = [
    Prisma.sql`${column('what')} IN (${Prisma.join([...what])})`,
    ...(name === undefined ? [] : [holds(name, [column('name')])]),
    ...(by === undefined ? [] : [holds(by, [column('by')])]),
    ...isWithinSpan(column('at'), { from, to }),
  ];
  return Prisma.join(all, ' AND ');
}
