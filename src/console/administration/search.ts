/** What the pages of administration keep in their address. */
export const ADMINISTRATION_TABS = ['people', 'routing', 'counterparts', 'keys', 'templates', 'audit'] as const;
export type AdministrationTab = (typeof ADMINISTRATION_TABS)[number];

/** Of each tab what it keeps, with its form. */
const KEPT: Partial<Record<AdministrationTab, Record<string, RegExp>>> = {
  templates: { stage: /^\w{1,64}$/, reasonType: /^\w{1,64}$/ },
  audit: { what: /^\w{1,64}$/, name: /^.{1,300}$/, by: /^.{1,100}$/, from: /^\d{4}-\d\d-\d\d$/, to: /^\d{4}-\d\d-\d\d$/ },
};

export interface AdministrationSearch {
  tab?: AdministrationTab | undefined;
  /** The notice template that is looked at; without a reason type the one for all that have none of their own. */
  stage?: string | undefined;
  reasonType?: string | undefined;
  /** Filters of the audit; `from` and `to` are days of the reader, both included. */
  what?: string | undefined;
  name?: string | undefined;
  by?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export function administrationSearch(given: Record<string, unknown>): AdministrationSearch {
  const tab = ADMINISTRATION_TABS.find((one) => one === given['tab']);
  if (tab === undefined) return {};
  const kept = Object.entries(KEPT[tab] ?? {}).flatMap(([name, form]) => {
    const value = typeof given[name] === 'number' ? String(given[name]) : given[name];
    return typeof value === 'string' && form.test(value) ? [[name, value]] : [];
  });
  return { tab, ...Object.fromEntries(kept) };
}
