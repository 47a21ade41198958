/** Who may do what: one table for people's roles, scopes for servers' keys, and how far each reaches (docs/access.md shows the table). */

/** What callers may be allowed, each a resource and what is done with it; roles and keys are given some of them. */
export const PERMISSIONS = [
  'cases.read',
  'cases.act',
  'cases.supervise',
  'cases.cancel',
  'cases.report',
  'placements.read',
  'placements.create',
  'placements.act',
  'placements.report',
  'inbound-events.read',
  'inbound-events.settle',
  'messages.read',
  'messages.resend',
  'policies.read',
  'policies.write',
  'people.read',
  'people.write',
  'counterparts.read',
  'counterparts.write',
  'templates.read',
  'templates.write',
  'switches.read',
  'switches.write',
  'events.read',
  'subscriptions.read',
  'subscriptions.write',
  'keys.read',
  'keys.write',
  'audit.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What people are; one may be several, and may then do what any of them may. */
export const ROLES = ['liaison', 'supervisor', 'operations', 'policy_author', 'administrator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** `own`: cases of which one is the liaison, or stands in for the liaison now, and what belongs to their orders. */
export type Extent = 'all' | 'own' | 'none';

type Extents = readonly [
  liaison: Extent,
  supervisor: Extent,
  operations: Extent,
  policyAuthor: Extent,
  administrator: Extent,
  auditor: Extent,
];

/** Role × permission. Reports are what servers send: of people only operations may send one by hand. */
export const ACCESS: Readonly<Record<Permission, Extents>> = {
  //                        liaison supervisor operations policy_author administrator auditor
  'cases.read': ['own', 'all', 'all', 'all', 'all', 'all'],
  'cases.act': ['own', 'all', 'all', 'none', 'none', 'none'],
  'cases.supervise': ['none', 'all', 'all', 'none', 'none', 'none'],
  'cases.cancel': ['none', 'all', 'all', 'none', 'none', 'none'],
  'cases.report': ['none', 'none', 'all', 'none', 'none', 'none'],
  'placements.read': ['own', 'all', 'all', 'all', 'all', 'all'],
  'placements.create': ['none', 'none', 'all', 'none', 'none', 'none'],
  'placements.act': ['none', 'all', 'all', 'none', 'none', 'none'],
  'placements.report': ['none', 'none', 'all', 'none', 'none', 'none'],
  'inbound-events.read': ['own', 'all', 'all', 'none', 'all', 'all'],
  'inbound-events.settle': ['none', 'none', 'all', 'none', 'none', 'none'],
  'messages.read': ['own', 'all', 'all', 'none', 'all', 'all'],
  'messages.resend': ['none', 'all', 'all', 'none', 'none', 'none'],
  'policies.read': ['all', 'all', 'all', 'all', 'all', 'all'],
  'policies.write': ['none', 'none', 'none', 'all', 'none', 'none'],
  'people.read': ['all', 'all', 'all', 'all', 'all', 'all'],
  'people.write': ['none', 'all', 'none', 'none', 'all', 'none'],
  'counterparts.read': ['none', 'all', 'all', 'all', 'all', 'all'],
  'counterparts.write': ['none', 'none', 'none', 'none', 'all', 'none'],
  'templates.read': ['all', 'all', 'all', 'all', 'all', 'all'],
  'templates.write': ['none', 'none', 'none', 'all', 'none', 'none'],
  'switches.read': ['none', 'all', 'all', 'all', 'all', 'all'],
  'switches.write': ['none', 'none', 'all', 'none', 'none', 'none'],
  'events.read': ['own', 'all', 'all', 'none', 'all', 'all'],
  'subscriptions.read': ['none', 'none', 'all', 'none', 'all', 'all'],
  'subscriptions.write': ['none', 'none', 'none', 'none', 'all', 'none'],
  'keys.read': ['none', 'none', 'none', 'none', 'all', 'all'],
  'keys.write': ['none', 'none', 'none', 'none', 'all', 'none'],
  'audit.read': ['none', 'none', 'all', 'none', 'all', 'all'],
};

/**
 * What a caller who is bound to buyers may be allowed at all: what belongs to an order, and so to a buyer; of the rest what has no buyer in it.
 * Policies, counterparts and switches name buyers and are for all of them together.
 */
export const WITHIN_BUYERS: ReadonlySet<Permission> = new Set<Permission>([
  'cases.read',
  'cases.act',
  'cases.supervise',
  'cases.cancel',
  'cases.report',
  'placements.read',
  'placements.create',
  'placements.act',
  'placements.report',
  'inbound-events.read',
  'messages.read',
  'messages.resend',
  'templates.read',
  'events.read',
  'subscriptions.read',
  'subscriptions.write',
]);

/** Who calls, and what they may do. */
export interface Caller {
  kind: 'key' | 'person';
  /** Who it was, in the inbox and wherever the caller itself matters: the key's name, or `person:` and the issuer's id of the person. */
  sender: string;
  /** Who it was, for people: the key's or the person's name. */
  name: string;
  extents: Readonly<Record<Permission, Extent>>;
  /** Sees and does only what is of these; null: of all. */
  buyers: readonly string[] | null;
  /** Whose cases are the caller's own: themself, and those they stand in for now. */
  liaisonIds: readonly string[];
}

/** How far a query may see. Every query that shows or changes something for a caller takes one. */
export interface Reach {
  /** Null: all. */
  buyers: readonly string[] | null;
  /** Null: everybody's, and nobody's. */
  liaisonIds: readonly string[] | null;
}

/** For what the house does by itself. */
export const EVERYTHING: Reach = { buyers: null, liaisonIds: null };

const NOTHING: Reach = { buyers: [], liaisonIds: [] };
const RANK: Record<Extent, number> = { none: 0, own: 1, all: 2 };

/** @returns what somebody with these roles may do: of each permission the widest */
export function extentsOfRoles(roles: readonly Role[]): Record<Permission, Extent> {
  const widest = (extents: Extents): Extent =>
    roles.map((role) => extents[ROLES.indexOf(role)] ?? 'none').reduce((one, other) => (RANK[other] > RANK[one] ? other : one), 'none');
  return perPermission((permission) => widest(ACCESS[permission]));
}

/** @returns what a key with these scopes may do: all of each */
export function extentsOfScopes(scopes: readonly string[]): Record<Permission, Extent> {
  return perPermission((permission) => (scopes.includes(permission) ? 'all' : 'none'));
}

function perPermission(extentOf: (permission: Permission) => Extent): Record<Permission, Extent> {
  return Object.fromEntries(PERMISSIONS.map((permission) => [permission, extentOf(permission)])) as Record<Permission, Extent>;
}

/** @returns how far a caller's permission goes, their being bound to buyers counted in */
export function extentOf({ extents, buyers }: Caller, permission: Permission): Extent {
  return buyers !== null && !WITHIN_BUYERS.has(permission) ? 'none' : extents[permission];
}

/** @returns what a caller may see or change by a permission: nothing at all without it */
export function reachFor(caller: Caller, permission: Permission): Reach {
  const extent = extentOf(caller, permission);
  if (extent === 'none') return NOTHING;
  return { buyers: caller.buyers, liaisonIds: extent === 'own' ? caller.liaisonIds : null };
}

/** May do everything everywhere, as the keys in the settings may. */
export function isUnrestricted(caller: Caller): boolean {
  return PERMISSIONS.every((permission) => extentOf(caller, permission) === 'all');
}

export function isEverything({ buyers, liaisonIds }: Reach): boolean {
  return buyers === null && liaisonIds === null;
}

/** Whether a row is within reach; one whose buyer is not known yet is of no buyer. */
export function isWithin({ buyers, liaisonIds }: Reach, row: { buyerId: string | null; liaisonId?: string | null }): boolean {
  const has = (some: readonly string[] | null, one: string | null): boolean => some === null || (one !== null && some.includes(one));
  return has(buyers, row.buyerId) && has(liaisonIds, row.liaisonId ?? null);
}

/** @returns what it would take, in words */
export function whatItTakes(permission: Permission): string {
  const roles = ROLES.filter((_role, index) => ACCESS[permission][index] !== 'none');
  const bound = WITHIN_BUYERS.has(permission) ? '' : ', and not to be bound to buyers';
  return `It takes the role ${roles.join(', ').replace(/, ([^,]*)$/, ' or $1')}, or a key with the scope ${permission}${bound}.`;
}
