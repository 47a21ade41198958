/**
 * What can be asked next of what an answer names (OpenAPI's Link Objects), found from the operations themselves: from a list and from what
 * was made to all operations of the item, from what was done with an item to reading it, and from a page to the next one.
 */
import { z } from 'zod';
import type { OperationSpec } from './operation.js';

export interface Link {
  operationId: string;
  /** By the target's parameter, `<place>.<name>`: where its value stands, as OpenAPI's runtime expressions say it. */
  parameters: Record<string, string>;
}

/** @returns by the name of the target operation, or `nextPage` */
export function linksOf(source: OperationSpec, all: readonly OperationSpec[]): Record<string, Link> {
  const links: [string, Link][] = all.flatMap((target) => {
    const parameters = isNext(source, target) ? placesOf(source, target) : null;
    return parameters === null ? [] : [[target.id, { operationId: target.id, parameters }]];
  });
  return Object.fromEntries([...links, ...nextPage(source)]);
}

/** From a list, from what was made and from an event to the thing; and after something was done with one it is read, not acted upon at random. */
function isNext(source: OperationSpec, target: OperationSpec): boolean {
  const kindOf = ({ permission }: OperationSpec): string => permission.split('.')[0] ?? '';
  if (source === target || target.params === undefined || kindOf(source) !== kindOf(target)) return false;
  const ofParts = namesIn(source).length < namesIn(target).length;
  if (ofParts) return source.event === true || target.path.startsWith(`${source.path}/`);
  return source.method !== 'get' && target.method === 'get' && (source.path === target.path || source.path.startsWith(`${target.path}/`));
}

/** @returns where the answer, or the request, has each parameter of the target; null: not all of them */
function placesOf(source: OperationSpec, target: OperationSpec): Record<string, string> | null {
  const own = namesIn(source);
  const places = namesIn(target).map((name) => [
    `path.${name}`,
    isShared(source, target, name) && own.includes(name) ? `$request.path.${name}` : inAnswer(source, target, name),
  ]);
  return places.every(([, place]) => place !== null) ? (Object.fromEntries(places) as Record<string, string>) : null;
}

/** A parameter of one name is the same thing only in the same place of the path. */
function isShared(source: OperationSpec, target: OperationSpec, name: string): boolean {
  const upTo = ({ path }: OperationSpec): string => path.slice(0, path.indexOf(`{${name}}`));
  return upTo(source) === upTo(target);
}

function inAnswer({ answers, path }: OperationSpec, target: OperationSpec, name: string): string | null {
  const body = shapeOf(answers[statusOf(answers)]?.body);
  const items = body['items'];
  const field = fieldOf(path, target, name);
  if (field in body) return `$response.body#/${field}`;
  return items instanceof z.ZodArray && field in shapeOf(items.element) ? `$response.body#/items/0/${field}` : null;
}

/** `absenceId` of a path is the `id` of an absence. */
function fieldOf(path: string, target: OperationSpec, name: string): string {
  const isNested = target.path.startsWith(`${path}/{${name}}`) && namesIn(target).length > 1;
  return isNested ? 'id' : name;
}

function nextPage({ id, query, answers }: OperationSpec): [string, Link][] {
  const pages = query !== undefined && 'cursor' in query.shape && 'nextCursor' in shapeOf(answers[200]?.body);
  return pages ? [['nextPage', { operationId: id, parameters: { 'query.cursor': '$response.body#/nextCursor' } }]] : [];
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function statusOf(answers: OperationSpec['answers']): number {
  return Math.min(...Object.keys(answers).map(Number));
}

function namesIn({ path }: OperationSpec): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
