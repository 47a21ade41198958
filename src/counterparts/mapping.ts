/** Where a counterpart's JSON and paths differ from docs/wire.md: from ours to theirs, and back. */
import type { Counterpart, CounterpartKind, CounterpartMapping } from '../domain/counterpart.js';
import type { Mistake } from '../wire/mistakes.js';
import { MappingError, type Mapper } from './mapper.js';
import { SAMPLES, WIRE_FORMS, type InMessage, type OutMessage } from './wire-forms.js';

type Mapped = Pick<Counterpart, 'id' | 'mapping'>;

/** @returns our message as the counterpart takes it, JSON. @throws MappingError that names the expression */
export async function mappedOut(mapper: Mapper, { id, mapping }: Mapped, message: OutMessage, body: object): Promise<string> {
  const json = JSON.stringify(body);
  const expression = mapping?.out?.[message];
  return expression === undefined ? json : applied(mapper, `mapping.out of ${id} for ${message}`, expression, json);
}

/** @returns the counterpart's answer as we read it; null stays null: it is no JSON. @throws MappingError that names the expression */
export async function mappedIn(mapper: Mapper, { id, mapping }: Mapped, message: InMessage, body: unknown): Promise<unknown> {
  const expression = mapping?.in?.[message];
  if (expression === undefined || body === null) return body;
  return JSON.parse(await applied(mapper, `mapping.in of ${id} for ${message}`, expression, JSON.stringify(body)));
}

async function applied(mapper: Mapper, which: string, expression: string, json: string): Promise<string> {
  try {
    return await mapper.apply(expression, json);
  } catch (error) {
    throw error instanceof MappingError ? new MappingError(`${which} ${error.message}`) : error;
  }
}

/**
 * @param path ours, with its values percent-encoded
 * @returns theirs
 */
export function mappedPath(paths: Readonly<Record<string, string>> | undefined, path: string): string {
  for (const [ours, theirs] of Object.entries(paths ?? {})) {
    const values = valuesIn(ours, path);
    if (values !== null) return theirs.replaceAll(PLACEHOLDER, (whole, name: string) => values.get(name) ?? whole);
  }
  return path;
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** @returns the values of a pattern's `{names}` in a path; null when it is another path */
function valuesIn(pattern: string, path: string): Map<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const values = new Map<string, string>();
  for (const [i, part] of wanted.entries()) {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (name !== undefined) values.set(name, given[i] ?? '');
    else if (part !== given[i]) return null;
  }
  return values;
}

/** @returns everything that is wrong with a mapping, in words; each expression is parsed, and tried on samples of its message */
export async function mappingMistakes(mapper: Mapper, kind: CounterpartKind, mapping: CounterpartMapping): Promise<Mistake[]> {
  const form = WIRE_FORMS[kind];
  const paths = Object.entries(mapping.paths ?? {}).flatMap(([ours, theirs]) => pathMistakes(kind, ours, theirs));
  const unknown = (side: 'out' | 'in'): Mistake[] => {
    const names: readonly string[] = form[side];
    return Object.keys(mapping[side] ?? {})
      .filter((name) => !names.includes(name))
      .map((name) => ({ path: `mapping.${side}.${name}`, message: `is not mapped for ${kind} servers; ${oneOf(names)}` }));
  };
  const tried = [
    ...form.out.map((name) => [`mapping.out.${name}`, mapping.out?.[name], SAMPLES[name]] as const),
    ...form.in.map((name) => [`mapping.in.${name}`, mapping.in?.[name], null] as const),
  ];
  const wrong = await Promise.all(tried.map(async ([path, expression, samples]) => tryOut(mapper, path, expression, samples)));
  return [...paths, ...unknown('out'), ...unknown('in'), ...wrong.flat()];
}

/** Of an answer of theirs there is no sample: it must be an expression. */
async function tryOut(mapper: Mapper, path: string, expression: string | undefined, samples: readonly object[] | null): Promise<Mistake[]> {
  if (expression === undefined) return [];
  for (const json of samples === null ? [null] : samples.map((sample) => JSON.stringify(sample))) {
    const mistake = await mistakeOf(mapper.apply(expression, json));
    if (mistake !== null) return [{ path, message: `${mistake}${json === null ? '' : `; tried on ${json.slice(0, 200)}…`}` }];
  }
  return [];
}

async function mistakeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof MappingError) return error.message;
    throw error;
  }
}

function pathMistakes(kind: CounterpartKind, ours: string, theirs: string): Mistake[] {
  const { paths } = WIRE_FORMS[kind];
  const path = `mapping.paths.${ours}`;
  if (!paths.includes(ours)) return [{ path, message: `is not a path of ${kind} servers; ${oneOf(paths)}` }];
  if (!/^\/[^\s#]*$/.test(theirs)) return [{ path, message: 'must be a path that begins with a slash' }];
  const known = [...ours.matchAll(PLACEHOLDER)].map(([, name]) => name);
  const missing = [...theirs.matchAll(PLACEHOLDER)].map(([, name]) => name).filter((name) => !known.includes(name));
  if (missing.length > 0) return [{ path, message: `has {${missing.join('}, {')}}, which ${ours} does not have` }];
  return [];
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'there are none' : `one of: ${names.join(', ')}`;
}
