import type { Session } from './session.ts';

/** The pages of the menu, each for those who may read what it shows. */
const PAGES = [
  { to: '/desk', word: 'pages.desk', permission: 'cases.read' },
  { to: '/placements', word: 'pages.placements', permission: 'placements.read' },
  { to: '/operations', word: 'pages.operations', permission: 'messages.read' },
  { to: '/policies', word: 'pages.policies', permission: 'policies.read' },
  { to: '/administration', word: 'pages.administration', permission: 'people.read' },
] as const;

/** The sandbox's control is for operations alone. */
const SANDBOX = { to: '/sandbox', word: 'pages.sandbox' } as const;

export function pagesFor({ extents, roles, sandbox }: Session): readonly ((typeof PAGES)[number] | typeof SANDBOX)[] {
  const pages = PAGES.filter(({ permission }) => (extents[permission] ?? 'none') !== 'none');
  return sandbox && roles.includes('operations') ? [...pages, SANDBOX] : pages;
}
