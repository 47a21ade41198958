import type { Session } from './session.ts';

/** The pages of the menu, each for those who may read what it shows. */
const PAGES = [
  { to: '/desk', word: 'pages.desk', permission: 'cases.read' },
  { to: '/placements', word: 'pages.placements', permission: 'placements.read' },
] as const;

export function pagesFor({ extents }: Session): readonly (typeof PAGES)[number][] {
  return PAGES.filter(({ permission }) => (extents[permission] ?? 'none') !== 'none');
}
