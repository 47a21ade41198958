/** What the pages of administration keep in their address. */
export const ADMINISTRATION_TABS = ['people', 'routing', 'counterparts', 'keys', 'templates'] as const;
export type AdministrationTab = (typeof ADMINISTRATION_TABS)[number];

export interface AdministrationSearch {
  tab?: AdministrationTab | undefined;
  /** The notice template that is looked at; without a reason type the one for all that have none of their own. */
  stage?: string | undefined;
  reasonType?: string | undefined;
}

const WORD = /^\w{1,64}$/;

export function administrationSearch(given: Record<string, unknown>): AdministrationSearch {
  const tab = ADMINISTRATION_TABS.find((one) => one === given['tab']);
  if (tab === undefined) return {};
  const word = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' && WORD.test(value) ? value : undefined;
  };
  const [stage, reasonType] = [word('stage'), word('reasonType')];
  if (tab !== 'templates' || stage === undefined) return { tab };
  return { tab, stage, ...(reasonType === undefined ? {} : { reasonType }) };
}
