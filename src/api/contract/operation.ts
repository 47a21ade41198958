/** An operation of the API: said once, and from it what is checked, what is answered and what the contract shows. */
import { isDeepStrictEqual } from 'node:util';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { Permission, Reach } from '../../domain/access.js';
import { checked, listed } from '../../wire/mistakes.js';
import { withActor } from '../acting-person.js';
import type { AnswerStore } from '../../db/stored-answers.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { Problem, type ProblemCode } from '../problems.js';
import { allow, reachOf } from '../reach.js';
import { saysDeprecated, type Deprecated } from './deprecation.js';
import { preconditionOf, type Conditional, type Precondition } from './etag.js';
import { onceByKey, requireIdempotencyKey, takesKey, type Once } from './idempotency.js';
import type { Tag } from './tags.js';

export interface Answer {
  description: string;
  /** Nothing: no body. */
  body?: z.ZodType;
  /** Default: application/json. */
  type?: string;
  /** Other forms in which the same can be had, by media type. */
  alsoAs?: Readonly<Record<string, z.ZodType>>;
}

export interface OperationSpec {
  /** The operationId: a verb and what it is done to, unique. */
  id: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Under /v1, with parameters as OpenAPI writes them: `/review-cases/{orderId}`. */
  path: `/${string}`;
  tag: Tag;
  summary: string;
  description?: string;
  permission: Permission;
  /** Another system's event: under its own `eventId` it can come again as often as it likes, and it is shed last. */
  event?: true;
  /** A POST that only tells something: it may come as often as it likes. Every other, unless it is an event, wants an Idempotency-Key. */
  reads?: true;
  deprecated?: Deprecated;
  /** It is about something with an ETag. */
  conditional?: Conditional;
  /** Takes `Prefer: wait=N`; for a `read` alone. */
  waits?: true;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  answers: Readonly<Record<number, Answer>>;
  /** Beside those that every operation has. */
  problems?: readonly ProblemCode[];
  /** A request that is right, shown in the contract and sent by a test; what it refers to is in the sample data. */
  example: { params?: Record<string, string>; query?: Record<string, string>; headers?: Record<string, string>; body?: unknown };
}

type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined;
type PartOf<S extends OperationSpec, Part extends keyof OperationSpec> =
  S extends Record<Part, infer Schema> ? OutputOf<Schema> : undefined;

type OnceOf<S extends OperationSpec> = S extends { event: true } | { reads: true }
  ? undefined
  : S extends { method: 'post' }
    ? Once
    : undefined;

/** A request whose parts are as its operation wants them. */
export interface Call<S extends OperationSpec> {
  params: PartOf<S, 'params'>;
  query: PartOf<S, 'query'>;
  headers: PartOf<S, 'headers'>;
  body: PartOf<S, 'body'>;
  /** Of an operation that wants an Idempotency-Key. */
  once: OnceOf<S>;
  /** How far the caller sees and changes things by this operation. */
  reach: Reach;
  /** What If-Match and If-None-Match demand of what is changed; nothing where they were not sent. */
  precondition: Precondition;
  request: Request;
}

/** An operation and what does it. */
export interface Served {
  spec: OperationSpec;
  handler: (store: AnswerStore) => RequestHandler;
}

export function operation<const S extends OperationSpec>(spec: S): S {
  return spec;
}

/** @param handle called once the request is as the operation wants it; it answers by `response` */
export function serve<S extends OperationSpec>(spec: S, handle: (call: Call<S>, response: Response) => Promise<void>): Served {
  const handler =
    (store: AnswerStore): RequestHandler =>
    async (request, response) => {
      const part = (schema: z.ZodType | undefined, value: unknown): unknown =>
        schema === undefined ? undefined : validated(schema, value);
      const [params, query] = [part(spec.params, request.params), part(spec.query, request.query)];
      const key = takesKey(spec) ? requireIdempotencyKey(request) : null;
      const call = {
        params,
        query,
        headers: part(spec.headers, headersOf(spec, request)),
        body: part(spec.body, withActor(spec.body, request.body, response)),
        reach: reachOf(response),
        precondition: preconditionOf(spec, request),
        request,
      };
      const act = (once?: Once): Promise<void> => handle({ ...call, once } as Call<S>, response);
      await (key === null ? act() : onceByKey(store, { operation: spec.id, key }, request, response, act));
    };
  return { spec, handler };
}

/**
 * The routes of a resource, each for those who have its permission; what a path does not take is answered with what it
 * takes. Paths are taken in the order in which they come first.
 */
export function resource(dependencies: Pick<ApiDependencies, 'db' | 'sealing' | 'checkAnswers'>, served: readonly Served[]): Router {
  const { checkAnswers = false } = dependencies;
  const router = Router();
  const paths = new Map<string, Served[]>();
  for (const one of served) paths.set(one.spec.path, [...(paths.get(one.spec.path) ?? []), one]);
  for (const [path, ofPath] of paths) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const { spec, handler } of ofPath) {
      const before = [
        allow(spec.permission, spec.id),
        ...(spec.deprecated === undefined ? [] : [saysDeprecated(spec.deprecated)]),
        acceptable(spec),
        ...(checkAnswers ? [checkedAnswers(spec)] : []),
      ];
      route[spec.method](...before, handler(dependencies));
    }
    route.all(onlyMethods(ofPath.flatMap(({ spec }) => (spec.method === 'get' ? ['GET', 'HEAD'] : [spec.method.toUpperCase()]))));
  }
  return router;
}

/** Refuses who accepts none of the forms in which the operation answers. */
function acceptable({ answers }: OperationSpec): RequestHandler {
  const forms = [...new Set(Object.values(answers).flatMap(formsOf))];
  return (request, _response, next) => {
    if (forms.length === 0 || request.accepts([...forms, ...forms.map((form) => `${form}; charset=utf-8`)]) !== false) return next();
    throw new Problem('NOT_ACCEPTABLE', `The answer is ${forms.join(' or ')}, which the header "Accept" excludes.`);
  };
}

function formsOf({ body, type = 'application/json', alsoAs = {} }: Answer): string[] {
  return body === undefined ? [] : [type, ...Object.keys(alsoAs)];
}

function onlyMethods(taken: readonly string[]): RequestHandler {
  const allow = [...taken, 'OPTIONS'].join(', ');
  return (request, response) => {
    response.setHeader('Allow', allow);
    if (request.method === 'OPTIONS') return void response.status(204).end();
    throw new Problem('METHOD_NOT_ALLOWED', `${request.method} is not one of: ${allow}`);
  };
}

/** Headers that the operation names, those alone. */
function headersOf({ headers }: OperationSpec, request: Request): Record<string, unknown> {
  return Object.fromEntries(Object.keys(headers?.shape ?? {}).map((name) => [name, request.get(name)]));
}

function checkedAnswers(spec: OperationSpec): RequestHandler {
  return (_request, response, next) => {
    const send = response.json.bind(response);
    response.json = (body: unknown) => {
      if (response.statusCode < 400) requireAsSaid(spec, response.statusCode, JSON.parse(JSON.stringify(body)));
      if (response.statusCode < 400 && response.hasHeader('ETag') !== (spec.conditional !== undefined))
        throw new Problem('INTERNAL', `${spec.id} has an ETag in its contract or in its answer, and not in both`);
      return send(body);
    };
    next();
  };
}

function requireAsSaid({ id, answers }: OperationSpec, status: number, body: unknown): void {
  const schema = answers[status]?.body;
  if (schema === undefined) throw new Problem('INTERNAL', `${id} has no answer ${status} with a body in its contract`);
  const result = checked(schema, body);
  if ('mistakes' in result)
    throw new Problem('INTERNAL', `the answer ${status} of ${id} is not as its contract says: ${listed(result.mistakes)}`);
  if (!isDeepStrictEqual(result.data, body)) {
    throw new Problem('INTERNAL', `the answer ${status} of ${id} has more than its contract says: ${JSON.stringify(body)}`);
  }
}
