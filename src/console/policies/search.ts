/** What the pages about policies keep in their address. */
export const POLICY_TABS = ['versions', 'compare', 'edit', 'move'] as const;
export type PolicyTab = (typeof POLICY_TABS)[number];

export interface PolicySearch {
  tab?: PolicyTab | undefined;
  /** The version on the left, and on the right of a comparison. */
  left?: number | undefined;
  right?: number | undefined;
}

const version = (value: unknown): number | undefined => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
};

export function policySearch(given: Record<string, unknown>): PolicySearch {
  const search: PolicySearch = {
    tab: POLICY_TABS.find((one) => one === given['tab']),
    left: version(given['left']),
    right: version(given['right']),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
