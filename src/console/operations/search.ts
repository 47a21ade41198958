/** What of the pages for operations stands in the address, and where the list behind a figure is. */

export const TABS = ['overview', 'messages', 'events', 'servers', 'words', 'switches'] as const;
/** `cases` is no tab: it is what figures over cases lead to. */
export type Tab = (typeof TABS)[number] | 'cases';

/** Filters of the API's lists under the API's own names, and a few of ours. */
const FIELDS = [
  'attended',
  'caseId',
  'counterpart',
  'counterpartId',
  'days',
  'disposition',
  'endedAfter',
  'endedBefore',
  'from',
  'kind',
  'liaisonId',
  'open',
  'openedAfter',
  'openedBefore',
  'orderId',
  'problem',
  'reasonType',
  'recipient',
  'sort',
  'state',
  'status',
  'to',
  'unassigned',
  'unmapped',
  'vendorId',
  'vendorStatus',
] as const;
export type Field = (typeof FIELDS)[number];
type Value = string | number | boolean;
export type OperationsSearch = Partial<Record<Field, Value | undefined>>;

const LONGEST = 500;

/** What is none of the fields is left out. */
export function operationsSearch(given: Record<string, unknown>): OperationsSearch {
  const isValue = (value: unknown): value is Value => ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
  const kept = FIELDS.flatMap((field): [Field, Value][] => {
    const value = given[field];
    return isValue(value) ? [[field, typeof value === 'string' ? value.slice(0, LONGEST) : value]] : [];
  });
  return Object.fromEntries(kept);
}

/** @returns a field as text */
export function textOf(search: OperationsSearch, field: Field): string | undefined {
  const value = search[field];
  return value === undefined ? undefined : String(value);
}

/** @returns of a field with commas those values that there are; undefined: none */
export function someOf<const One extends string>(search: OperationsSearch, field: Field, known: readonly One[]): One[] | undefined {
  const given = (textOf(search, field) ?? '').split(',');
  const found = known.filter((one) => given.includes(one));
  return found.length === 0 ? undefined : found;
}

/** @returns what is given of these fields, as text: a filter as the API takes it */
export function textsOf<const One extends Field>(search: OperationsSearch, fields: readonly One[]): Partial<Record<One, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = textOf(search, field);
      return text === undefined ? [] : [[field, text]];
    }),
  ) as Partial<Record<One, string>>;
}

/** @returns whether it is said, and what */
export function flagOf(search: OperationsSearch, field: Field): boolean | undefined {
  const text = textOf(search, field);
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

export interface Place {
  to: string;
  search: Record<string, Value>;
}

const PLACES: readonly [RegExp, (...parts: string[]) => string][] = [
  [/^\/v1\/review-cases$/, () => '/operations/cases'],
  [/^\/v1\/review-cases\/([^/]+)\/events$/, (orderId) => `/cases/${orderId}`],
  [/^\/v1\/messages$/, () => '/operations/messages'],
  [/^\/v1\/inbound-events$/, () => '/operations/events'],
  [/^\/v1\/counterparts$/, () => '/operations/servers'],
  [/^\/v1\/vendors$/, () => '/operations/words'],
  [/^\/v1\/placements$/, () => '/placements'],
  [/^\/v1\/placements\/([^/]+)\/events$/, (orderId) => `/placements/${orderId}`],
];

/**
 * Where this console shows a list of the API.
 * @param list its address, as a figure has it, like `/v1/review-cases?status=held`
 * @returns null: nowhere
 */
export function placeOf(list: string): Place | null {
  const { pathname, searchParams } = new URL(list, 'http://holdpoint.invalid');
  for (const [form, place] of PLACES) {
    const found = form.exec(pathname);
    if (found !== null) return { to: place(...found.slice(1)), search: Object.fromEntries([...searchParams].map(valueIn)) };
  }
  return null;
}

/** Plain words in the address: the router puts texts that look like something else in quotes. */
function valueIn([name, text]: [string, string]): [string, Value] {
  if (text === 'true' || text === 'false') return [name, text === 'true'];
  return [name, name === 'round' ? Number(text) : text];
}
