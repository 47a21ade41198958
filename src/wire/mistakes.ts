/** What is wrong with a value that came in, in words that say what would be right: for every schema, in one place. */
import { z } from 'zod';

export interface Mistake {
  /** Where, as `order.lines.0.quantity`; `(body)` for the value itself. */
  path: string;
  message: string;
}

/** A caller corrects a few at a time. */
const MAX_MISTAKES = 50;

/** @returns the value in its validated form, or every mistake */
export function checked<T>(schema: z.ZodType<T>, value: unknown): { data: T } | { mistakes: Mistake[] } {
  const result = schema.safeParse(value, { error: inWords });
  if (result.success) return { data: result.data };
  const mistakes = result.error.issues.slice(0, MAX_MISTAKES);
  return { mistakes: mistakes.map(({ path, message }) => ({ path: path.map(String).join('.') || '(body)', message })) };
}

/** Mistakes as one line. */
export function listed(mistakes: readonly Mistake[]): string {
  return mistakes.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

/** Where a schema has words of its own for a mistake, zod does not ask here. @returns undefined: zod's own words */
function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  const described = explained(issue.inst);
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = `must be ${withArticle(issue.inst instanceof z.ZodNumberFormat ? 'int' : issue.expected)}${described}`;
      if (issue.input === undefined) return `is missing; it ${wanted}`;
      return typeof issue.input === 'number' && issue.expected === 'int' ? wanted : `${wanted}, not ${withArticle(typeName(issue.input))}`;
    }
    case 'unrecognized_keys':
      return `has fields that are not known: ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (Number(issue.minimum) === 1 && issue.origin !== 'number' && issue.origin !== 'int') return 'must not be empty';
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return undefined;
  }
}

/** What `describe` says of a field. */
function explained(schema: unknown): string {
  const description = schema instanceof z.ZodType ? schema.description : undefined;
  return description === undefined ? '' : ` (${description})`;
}

const ARTICLES: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  undefined: 'missing',
};

function withArticle(type: string): string {
  return ARTICLES[type] ?? type;
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
}
