import { z } from 'zod';
import { SETTING_ACTIONS, SETTING_KINDS, type SettingKind } from '../../domain/setting-change.js';
import { instant, pageOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import { pageQuery } from '../cursor.js';
import { searchFor, severalOf } from '../filters.js';
import { instantSchema } from '../review-notices/schema.js';

const KINDS = Object.keys(SETTING_KINDS) as SettingKind[];

const lineSchema = z
  .object({
    id: z.string(),
    at: instant,
    what: z.enum(KINDS),
    name: z.string().describe('which one: an id or name; with `/` what of it, like `reminder/STOCK_SHORT` or `shadow/B-1`'),
    action: z.enum(SETTING_ACTIONS),
    by: z.string(),
    why: z.string().nullable().describe('null: nothing was said'),
    version: z.int().nullable().describe('of a policy or a notice template; null: it has none'),
    changes: z
      .array(z.object({ member: z.string(), before: z.unknown(), after: z.unknown() }))
      .describe('members that are otherwise than before; null: not there. Empty where the action or the version says it all'),
  })
  .meta({ id: 'SettingChange', description: 'A change of the settings.' });

export const listSettingChanges = operation({
  id: 'listSettingChanges',
  method: 'get',
  path: '/audit',
  tag: 'Audit',
  summary: 'List who changed what in the settings, the newest first',
  description:
    'People, absences, routing, counterparts with their secrets, vendors, policies, notice templates, switches and keys: of each what the ' +
    'caller may read. Nothing secret is in it. What happened to orders is in the audit of their cases and placements.',
  permission: 'audit.read',
  query: z.strictObject({
    what: severalOf(KINDS, 'only changes of this'),
    name: searchFor('the `name` of what was changed'),
    by: searchFor('the name of who did it'),
    from: instantSchema.optional().describe('at this instant or later'),
    to: instantSchema.optional().describe('before this instant'),
    ...pageQuery,
  }),
  answers: { 200: { description: 'A page of changes.', body: pageOf(lineSchema) } },
  example: { query: { what: 'person,switch', by: 'Ruiz', limit: '20' } },
});
