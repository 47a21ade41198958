/**
 * A policy as people write it (D2): a base, and rules that change it for some cases. The first rule that matches applies; what it says is
 * merged into the base as a JSON Merge Patch (RFC 7396: members replace members, objects merge, null removes, arrays replace).
 */

export interface PolicyRule<Base, When> {
  name: string;
  when: When;
  then: Patch<Base>;
}

/** Some members of a value, at any depth; null removes one. */
export type Patch<T> = {
  [K in keyof T]?: T[K] extends readonly unknown[] ? T[K] | null : T[K] extends object ? Patch<T[K]> | null : T[K] | null;
};

export interface PolicyDocument<Base, When> {
  base: Base;
  rules: PolicyRule<Base, When>[];
}

/** A mistake with its place in the document, like `rules[1] "big orders"`. */
export interface PolicyMistake {
  place: string;
  message: string;
}

/** @returns the policy for what `matches` says of each rule's conditions, and the rule's name; null: the base alone */
export function resolveDocument<Base, When>(
  { base, rules }: PolicyDocument<Base, When>,
  matches: (when: When) => boolean,
): { policy: Base; matchedRule: string | null } {
  const rule = rules.find(({ when }) => matches(when));
  return rule === undefined ? { policy: base, matchedRule: null } : { policy: mergePatch(base, rule.then), matchedRule: rule.name };
}

/** RFC 7396. @returns a new value; neither argument is changed */
export function mergePatch<T>(target: T, patch: unknown): T {
  if (!isObject(patch)) return patch as T;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged) as T;
}

export const BASE = 'base';

export function placeOfRule(index: number, name: unknown): string {
  return typeof name === 'string' ? `rules[${index}] "${name}"` : `rules[${index}]`;
}

/** The policies a document can come to: its base, and what each rule makes of it, each with its place. */
export function variantsOf<Base, When>({ base, rules }: PolicyDocument<Base, When>): { place: string; policy: Base }[] {
  const changed = rules.map(({ name, then }, index) => ({ place: placeOfRule(index, name), policy: mergePatch(base, then) }));
  return [{ place: BASE, policy: base }, ...changed];
}

/**
 * Every mistake of a document: those of its base, and of what each rule makes of it.
 * @param mistakesOf of a whole policy
 * @param mistakesOfWhen of a rule's conditions, beside the base they stand next to
 */
export function documentMistakes<Base, When>(
  { base, rules }: PolicyDocument<Base, When>,
  mistakesOf: (policy: Base) => string[],
  mistakesOfWhen: (when: When, base: Base) => string[],
): PolicyMistake[] {
  const inBase = mistakesOf(base);
  const mistakes = inBase.map((message) => ({ place: BASE, message }));
  rules.forEach(({ name, when, then }, index) => {
    const own = [
      ...(rules.findIndex((other) => other.name === name) < index ? ['another rule before has the same name'] : []),
      ...mistakesOfWhen(when, base),
      // What is wrong with the base is said once.
      ...mistakesOf(mergePatch(base, then)).filter((message) => !inBase.includes(message)),
    ];
    mistakes.push(...own.map((message) => ({ place: placeOfRule(index, name), message })));
  });
  return mistakes;
}

export function inWords({ place, message }: PolicyMistake): string {
  return `${place}: ${message}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
