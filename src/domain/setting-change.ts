/** Changes of settings, as the audit tells them: of what, what was done, and which of its members are otherwise than before. */
import type { Permission } from './access.js';

/** What can be changed, and what it takes to read it: nobody sees a change of what they may not see. */
export const SETTING_KINDS = {
  person: 'people.read',
  absence: 'people.read',
  routing: 'people.read',
  counterpart: 'counterparts.read',
  counterpart_secret: 'counterparts.read',
  vendor: 'counterparts.read',
  policy: 'policies.read',
  notice_template: 'templates.read',
  switch: 'switches.read',
  key: 'keys.read',
  subscription: 'subscriptions.read',
} as const satisfies Readonly<Record<string, Permission>>;
export type SettingKind = keyof typeof SETTING_KINDS;

export const SETTING_ACTIONS = [
  'created',
  'changed',
  'removed',
  'ended',
  'published',
  'saved',
  'taken_back',
  'turned_on',
  'turned_off',
  'rotated',
  'revoked',
] as const;
export type SettingAction = (typeof SETTING_ACTIONS)[number];

/** A member that is otherwise than before; null: it was not there, or is not any more. */
export interface MemberChange {
  member: string;
  before: unknown;
  after: unknown;
}

/** Says which one it is, or rises by itself: no change of it. */
const NOT_TOLD = new Set(['id', 'links', 'version', 'updatedAt', 'createdAt', 'createdBy']);

/** @returns the members that differ, as JSON has them */
export function changesBetween(before: object | null, after: object | null): MemberChange[] {
  const plain = (value: object | null): Record<string, unknown> => JSON.parse(JSON.stringify(value ?? {})) as Record<string, unknown>;
  const [was, is] = [plain(before), plain(after)];
  const members = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((member) => !NOT_TOLD.has(member));
  return members
    .map((member) => ({ member, before: was[member] ?? null, after: is[member] ?? null }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}
