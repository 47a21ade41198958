import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributeKeys } from './search-attributes.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;
type ValueType = (typeof IndexedValueType)[keyof typeof IndexedValueType];

/** The namespace lacks search attributes, or has one of another type, and we may not change that. */
export class SearchAttributesMissingError extends Error {}

/**
 * Registers the search attributes that a namespace lacks. Repeating it changes nothing.
 *
 * @returns the names added now
 * @throws SearchAttributesMissingError naming what is missing and how to add it, where the server does not let us (Temporal Cloud
 *   lets only its own tools), or naming an attribute that exists with another type
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const state = await searchAttributeState(connection, namespace);
  if (state === null) return [];
  if (state.wrong.length > 0)
    throw new SearchAttributesMissingError(`namespace "${namespace}" has search attributes of another type: ${state.wrong.join('; ')}`);
  const missing = wanted.filter(([name]) => state.missing.includes(name));
  if (missing.length > 0) await addAttributes(connection, namespace, missing);
  return state.missing;
}

/**
 * What a namespace lacks; looks, and changes nothing.
 *
 * @returns the names that are missing, and in words those of another type; null where the server does not let us look
 */
export async function searchAttributeState(
  connection: Connection,
  namespace: string,
): Promise<{ missing: string[]; wrong: string[] } | null> {
  const present = await listAttributes(connection, namespace);
  if (present === null) return null;
  const wrong = wanted.filter(([name, type]) => present.has(name) && present.get(name) !== type);
  return {
    missing: wanted.filter(([name]) => !present.has(name)).map(([name]) => name),
    wrong: wrong.map(([name, type]) => `${name} must be ${typeName(type)}, is ${typeName(present.get(name))}`),
  };
}

const wanted: [string, ValueType][] = searchAttributeKeys.map((key) => [
  key.name,
  key.type === 'DATETIME' ? IndexedValueType.INDEXED_VALUE_TYPE_DATETIME : IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
]);

/** @returns null where the server does not let us look: then they are taken to be there */
async function listAttributes(connection: Connection, namespace: string): Promise<Map<string, ValueType> | null> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return new Map(Object.entries(customAttributes ?? {}));
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

async function addAttributes(connection: Connection, namespace: string, missing: [string, ValueType][]): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
  } catch (error) {
    if (grpcCode(error) === ALREADY_EXISTS) return; // another process added them at the same moment
    throw isRefusal(error) ? refused(namespace, missing, error) : error;
  }
}

function refused(namespace: string, attributes: [string, ValueType][], error: unknown): SearchAttributesMissingError {
  const command = attributes.map(
    ([name, type]) => `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${typeName(type)}`,
  );
  return new SearchAttributesMissingError(
    `search attributes of namespace "${namespace}" are missing, and the server does not let us add them ` +
      `(${error instanceof Error ? error.message : String(error)}): ` +
      `${attributes.map(([name]) => name).join(', ')}. Add each once, on the namespace's page in Temporal Cloud or with:\n  ${command.join('\n  ')}`,
  );
}

const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;

function isRefusal(error: unknown): boolean {
  return [PERMISSION_DENIED, UNIMPLEMENTED].includes(grpcCode(error));
}

/** The gRPC status code of an error; -1 when it has none. */
function grpcCode(error: unknown): number {
  return typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : -1;
}

function typeName(type: ValueType | undefined): string {
  const names = new Map([
    [IndexedValueType.INDEXED_VALUE_TYPE_DATETIME, 'Datetime'],
    [IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD, 'Keyword'],
  ]);
  return (type !== undefined && names.get(type)) || `type ${type}`;
}
