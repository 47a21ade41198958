/** The examples that the contract shows. */
import { PROBLEMS, type ProblemCode } from '../problems.js';
import { TYPE_BASE } from '../errors.js';
import type { OperationSpec } from './operation.js';

/** As much of a parameter of the contract as is read here. */
interface Parameter {
  name: string;
  in: string;
  schema?: { type?: unknown; examples?: unknown[] };
  example?: unknown;
}

/** An example of each of the problems, for `components`. */
export function problemExamples(codes: readonly ProblemCode[]): Record<string, { summary: string; value: object }> {
  return Object.fromEntries(
    codes.map((code) => {
      const { status, title } = PROBLEMS[code];
      const detail = 'What exactly was wrong here, and what would be right.';
      return [code, { summary: title, value: { type: TYPE_BASE + code, title, status, code, detail } }];
    }),
  );
}

/** @returns the parameter with what the operation's example has for it, in its schema's type, else its schema's own; without, when there is none */
export function withExample<P extends object>(parameter: P, { example: request }: OperationSpec): P {
  const { name, in: place, schema } = parameter as unknown as Parameter;
  const texts = { path: request.params, query: request.query, header: request.headers }[place];
  const text = texts?.[name];
  const example = text === undefined ? schema?.examples?.[0] : inType(schema, text);
  return example === undefined ? parameter : { ...parameter, example };
}

/** A parameter is text in the address, and a number, a truth or a list in the contract where its schema says so. */
function inType(schema: { type?: unknown } | undefined, text: string): unknown {
  const type = schema?.type;
  if (type === 'integer' || type === 'number') return Number(text);
  if (type === 'array') return text.split(',');
  return type === 'boolean' ? text === 'true' : text;
}
