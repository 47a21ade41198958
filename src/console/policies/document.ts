/** A policy's document while it is read and written: members by path, what it says line by line, and what differs between two. */

export type Members = Record<string, unknown>;
export interface Rule {
  name: string;
  when: Members;
  then: Members;
}
export interface Draft {
  base: Members;
  rules: Rule[];
}
export type PolicyKind = 'review' | 'placement';

/** One thing that a policy says. */
export interface Line {
  /** Null: the base. */
  rule: string | null;
  part: 'base' | 'when' | 'then' | 'position';
  path: string;
  value: unknown;
}

/** The same line of two documents; undefined: not said. */
export interface LinePair extends Omit<Line, 'value'> {
  left: unknown;
  right: unknown;
  differs: boolean;
}

/** Read as one thing, although they have members. */
const WHOLE = new Set(['escalation.steps', 'amount']);

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param path members by dots; no member's own name has one. @returns undefined where there is none */
export function valueAt(members: Members, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isMembers(value) ? value[name] : undefined), members);
}

/** @returns other members; undefined removes one, and what is left empty by that */
export function withValue(members: Members, path: string, value: unknown): Members {
  const [name = '', ...rest] = path.split('.');
  const { [name]: before, ...others } = members;
  if (rest.length === 0) return value === undefined ? others : { ...members, [name]: value };
  const inner = withValue(isMembers(before) ? before : {}, rest.join('.'), value);
  return value === undefined && Object.keys(inner).length === 0 ? others : { ...members, [name]: inner };
}

/** @returns lines in the document's own order */
export function linesOf({ base, rules }: Draft): Line[] {
  const ofRules = rules.flatMap((rule, index) => [
    { rule: rule.name, part: 'position' as const, path: '', value: index + 1 },
    ...leaves(rule.when).map(([path, value]) => ({ rule: rule.name, part: 'when' as const, path, value })),
    ...leaves(rule.then).map(([path, value]) => ({ rule: rule.name, part: 'then' as const, path, value })),
  ]);
  return [...leaves(base).map(([path, value]) => ({ rule: null, part: 'base' as const, path, value })), ...ofRules];
}

function leaves(members: Members, before = ''): [path: string, value: unknown][] {
  return Object.entries(members).flatMap(([name, value]): [string, unknown][] => {
    const path = before === '' ? name : `${before}.${name}`;
    return isMembers(value) && !WHOLE.has(path) ? leaves(value, path) : [[path, value]];
  });
}

/** Line by line; what only the right one says stands at the end of its part. */
export function comparedLines(left: Draft, right: Draft): LinePair[] {
  const of = (lines: Line[]) => new Map(lines.map((line) => [keyOf(line), line]));
  const [before, after] = [of(linesOf(left)), of(linesOf(right))];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const pairs = keys.map((key): LinePair => {
    const [one, other] = [before.get(key), after.get(key)];
    const { rule, part, path } = (one ?? other) as Line;
    return { rule, part, path, left: one?.value, right: other?.value, differs: !isSame(one?.value, other?.value) };
  });
  const rules = [null, ...new Set(pairs.map(({ rule }) => rule).filter((rule) => rule !== null))];
  return rules.flatMap((rule) => pairs.filter((pair) => pair.rule === rule));
}

function keyOf({ rule, part, path }: Line): string {
  return JSON.stringify([rule, part, path]);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** A mistake as the API names it, with the member it is about. */
export interface Mistake {
  /** Null: the base, or the whole. */
  rule: number | null;
  /** Like `poll.capMs`; empty: of no member in particular. */
  path: string;
  message: string;
}

/** @param errors of a problem POLICY_UNSOUND, like `{ path: 'rules[1] "big"', message: 'capMs must not …' }` */
export function mistakesOf(errors: readonly { path: string; message: string }[]): Mistake[] {
  return errors.map(({ path: place, message }) => {
    const rule = /^rules\[(\d+)\]/.exec(place)?.[1];
    const [, path = ''] = /^([A-Za-z]+(?:\.[A-Za-z]+|\[\d+\])*)(?::? )/.exec(message) ?? [];
    const isMember = /^(?:[a-z]+[A-Z]\w*|[a-z]+\.|coefficient|jitter|escalation|calendar|send|verify|poll|when|then|name)/.test(path);
    return { rule: rule === undefined ? null : Number(rule), path: isMember ? path : '', message };
  });
}

/** @returns the mistakes of a member, and of what is in it */
export function mistakesAt(mistakes: readonly Mistake[], rule: number | null, path: string): Mistake[] {
  const isIn = (own: string): boolean => own === path || own.startsWith(`${path}.`) || own.startsWith(`${path}[`);
  return mistakes.filter((one) => one.rule === rule && isIn(one.path));
}
