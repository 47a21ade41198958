/** What in a contract would break those who call by the one before (OpenAPI 3.1): what was taken is refused, or what was answered is not. */
import { alternativesOf, valuesOf, type Root, type Schema } from './contract-schemas.js';

export interface ContractDocument extends Root {
  paths?: Record<string, Record<string, ContractOperation>>;
}

interface ContractOperation {
  operationId?: string;
  'x-permission'?: unknown;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Record<string, { content?: Content }>;
}

type Content = Record<string, { schema?: Schema }>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** A breaking change is a next major version's; before 1.0.0, a next minor one's (Semantic Versioning). */
export function mayBreak(released: string, now: string): boolean {
  const [a, b] = [released.split('.').map(Number), now.split('.').map(Number)];
  const place = a[0] === 0 ? 1 : 0;
  return (b[0] ?? 0) > (a[0] ?? 0) || (b[0] === a[0] && (b[place] ?? 0) > (a[place] ?? 0));
}

export function newerVersion(a: string | undefined, b: string): string {
  return a === undefined || a.localeCompare(b, 'en', { numeric: true }) < 0 ? b : a;
}

/** @returns a line for each change that breaks callers of `before`, with its place; none when `now` serves them all */
export function breakingChanges(before: ContractDocument, now: ContractDocument): string[] {
  const compare = new Comparison(before, now);
  return operationsOf(before).flatMap(([name, old]) => {
    const [method = '', path = ''] = name.split(' ');
    const kept = now.paths?.[path]?.[method.toLowerCase()];
    const found = kept === undefined ? ['is gone'] : compare.operation(old, kept);
    return found.map((line) => `${name}: ${line}`);
  });
}

function operationsOf({ paths = {} }: ContractDocument): [name: string, operation: ContractOperation][] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): [string, ContractOperation][] =>
      item[method] === undefined ? [] : [[`${method.toUpperCase()} ${path}`, item[method]]],
    ),
  );
}

/** In a request the new contract must take what the old one took; in an answer it may give only what the old one gave. */
type Direction = 'request' | 'answer';

class Comparison {
  constructor(
    readonly before: Root,
    readonly now: Root,
  ) {}

  operation(old: ContractOperation, kept: ContractOperation): string[] {
    return [
      ...(old.operationId === kept.operationId ? [] : [`its operationId was ${old.operationId}, of which clients make a function's name`]),
      ...(old['x-permission'] === kept['x-permission'] ? [] : [`wants another permission than ${String(old['x-permission'])}`]),
      ...(old.security?.length === 0 && kept.security?.length !== 0 ? ['wants a key'] : []),
      ...this.parameters(old, kept),
      ...this.body(old, kept),
      ...this.answers(old, kept),
    ];
  }

  private parameters({ parameters: old = [] }: ContractOperation, { parameters: kept = [] }: ContractOperation): string[] {
    const same = (a: { name: string; in: string }) => (b: { name: string; in: string }) => a.name === b.name && a.in === b.in;
    const gone = old.filter((parameter) => !kept.some(same(parameter))).map((p) => `${p.in} parameter ${p.name}: is gone`);
    const changed = kept.flatMap((parameter) => {
      const where = `${parameter.in} parameter ${parameter.name}`;
      const earlier = old.find(same(parameter));
      if (parameter.required && !earlier?.required) return [`${where}: must be given`];
      return earlier === undefined ? [] : this.schemas('request', earlier.schema, parameter.schema, where);
    });
    return [...gone, ...changed];
  }

  private body({ requestBody: old }: ContractOperation, { requestBody: kept }: ContractOperation): string[] {
    if (old === undefined) return kept?.required ? ['body: must be given'] : [];
    if (kept === undefined) return ['body: is taken no more'];
    const required = kept.required && !old.required ? ['body: must be given'] : [];
    return [...required, ...this.contents('request', old.content, kept.content, 'body')];
  }

  private answers({ responses: old = {} }: ContractOperation, { responses: kept = {} }: ContractOperation): string[] {
    const good = Object.keys(old).filter((status) => status.startsWith('2'));
    const added = Object.keys(kept).filter((status) => status.startsWith('2') && !good.includes(status));
    const changed = good.flatMap((status) => {
      const answer = kept[status];
      return answer === undefined
        ? [`answer ${status}: is gone`]
        : this.contents('answer', old[status]?.content, answer.content, `answer ${status}`);
    });
    return [...added.map((status) => `answer ${status}: is new, callers expect ${good.join(', ')}`), ...changed];
  }

  private contents(direction: Direction, old: Content = {}, kept: Content = {}, where: string): string[] {
    return Object.entries(old).flatMap(([type, { schema }]) => {
      const content = kept[type];
      return content === undefined ? [`${where}: ${type} is gone`] : this.schemas(direction, schema, content.schema, where);
    });
  }

  /** @param open pairs that are being compared already: schemas may contain themselves */
  private schemas(direction: Direction, old: Schema | undefined, kept: Schema | undefined, where: string, open: string[] = []): string[] {
    if (old === undefined || kept === undefined) return [];
    const pair = `${old.$ref} ${kept.$ref}`;
    if (old.$ref !== undefined && open.includes(pair)) return [];
    const [a, b] = [alternativesOf(this.before, old), alternativesOf(this.now, kept)];
    const one = (x: Schema, y: Schema) => this.one(direction, x, y, where, [...open, pair]);
    const request = direction === 'request';
    return (request ? a : b).flatMap((needed) => {
      const alike = (request ? b : a).filter((candidate) => typeOf(candidate) === typeOf(needed) || typeOf(candidate) === 'any');
      const found = alike.map((candidate) => (request ? one(needed, candidate) : one(candidate, needed)));
      const best = found.toSorted((x, y) => x.length - y.length)[0];
      return best ?? [`${where}: ${request ? `takes ${typeOf(needed)} no more` : `may be ${typeOf(needed)} now`}`];
    });
  }

  /** Of two schemas without alternatives. */
  private one(direction: Direction, old: Schema, kept: Schema, where: string, open: string[]): string[] {
    return [
      ...valuesGone(old, kept).map((value) => `${where}: has the value ${value} no more`),
      ...limits(direction, old, kept).map((line) => `${where}: ${line}`),
      ...this.properties(direction, old, kept, where, open),
      ...this.schemas(direction, old.items, kept.items, `${where}[]`, open),
      ...this.others(direction, old, kept, where, open),
    ];
  }

  private properties(direction: Direction, old: Schema, kept: Schema, where: string, open: string[]): string[] {
    const before = old.properties ?? {};
    const now = kept.properties ?? {};
    const isRequired = (schema: Schema, name: string): boolean => schema.required?.includes(name) ?? false;
    const demanded = Object.keys(now).filter((name) => isRequired(kept, name) && !isRequired(old, name));
    const changed = Object.entries(before).flatMap(([name, schema]) => {
      const place = `${where}.${name}`;
      if (!(name in now)) return [`${place}: is gone`];
      const optional = direction === 'answer' && isRequired(old, name) && !isRequired(kept, name) ? [`${place}: may be missing now`] : [];
      return [...optional, ...this.schemas(direction, schema, now[name], place, open)];
    });
    return [...(direction === 'request' ? demanded.map((name) => `${where}.${name}: must be given`) : []), ...changed];
  }

  /** Of what has no name in the schema. */
  private others(direction: Direction, old: Schema, kept: Schema, where: string, open: string[]): string[] {
    const [before, now] = [old.additionalProperties, kept.additionalProperties];
    if (direction === 'request' && now === false && before !== false && typeOf(old) === 'object')
      return [`${where}: takes no other fields any more`];
    if (typeof before !== 'object' || typeof now !== 'object') return [];
    return this.schemas(direction, before, now, `${where}.*`, open);
  }
}

function typeOf({ type, enum: values, const: value }: Schema): string {
  if (typeof type === 'string') return type === 'integer' ? 'number' : type;
  const sample = values?.[0] ?? value;
  if (values === undefined && value === undefined) return 'any';
  return sample === null ? 'null' : typeof sample;
}

/** Values that were there and are not; readers and senders have them in their code. */
function valuesGone(old: Schema, kept: Schema): string[] {
  const before = valuesOf(old);
  const now = valuesOf(kept);
  if (before === undefined || now === undefined) return [];
  return before.filter((value) => !now.includes(value)).map((value) => JSON.stringify(value));
}

const LOWER = ['minLength', 'minItems', 'minProperties', 'minimum', 'exclusiveMinimum'] as const;
const UPPER = ['maxLength', 'maxItems', 'maxProperties', 'maximum', 'exclusiveMaximum'] as const;
const EQUAL = ['pattern', 'format', 'multipleOf', 'uniqueItems'] as const;

/** How `kept` takes less than `old`; of an answer, how it may be more. New values of an answer are no such way: readers expect values that they do not know. */
function limits(direction: Direction, old: Schema, kept: Schema): string[] {
  const [wide, narrow] = direction === 'request' ? [old, kept] : [kept, old];
  const named = valuesOf(wide) === undefined && valuesOf(narrow) !== undefined && typeOf(wide) !== 'any';
  const changed = [
    ...LOWER.filter((name) => (narrow[name] ?? -Infinity) > (wide[name] ?? -Infinity)),
    ...UPPER.filter((name) => (narrow[name] ?? Infinity) < (wide[name] ?? Infinity)),
    ...EQUAL.filter((name) => narrow[name] !== undefined && narrow[name] !== wide[name]),
  ];
  return [
    ...(wide.type === 'number' && narrow.type === 'integer' ? [`is ${String(kept.type)}, was ${String(old.type)}`] : []),
    ...(named ? [direction === 'request' ? 'must be one of certain values' : 'may be any value now'] : []),
    ...changed.map((name) => `${name} is ${String(kept[name] ?? 'not set')}, was ${String(old[name] ?? 'not set')}`),
  ];
}
