import type { Session } from './session.ts';

/** The pages of the menu, each for those who may read what it shows. */
const PAGES = [
  { to: '/desk', word: 'pages.desk', permission: 'cases.read' },
  { to: '/operations', word: 'pages.operations', permission: 'messages.read' },
  { to: '/policies', word: 'pages.policies', permission: 'policies.read' },
  { to: '/administration', word: 'pages.administration', permission: 'people.read' },
] as const;

export function pagesFor({ extents }: Session): readonly (typeof PAGES)[number][] {
  return PAGES.filter(({ permission }) => (extents[permission] ?? 'none') !== 'none');
}
