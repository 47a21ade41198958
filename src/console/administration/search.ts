/** What the pages of administration keep in their address. */
export const ADMINISTRATION_TABS = ['people', 'routing', 'counterparts', 'keys'] as const;
export type AdministrationTab = (typeof ADMINISTRATION_TABS)[number];

export interface AdministrationSearch {
  tab?: AdministrationTab | undefined;
}

export function administrationSearch(given: Record<string, unknown>): AdministrationSearch {
  const tab = ADMINISTRATION_TABS.find((one) => one === given['tab']);
  return tab === undefined ? {} : { tab };
}
