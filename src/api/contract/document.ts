/** The contract: OpenAPI 3.1, from the schemas that check requests. */
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { PROBLEMS, type ProblemCode } from '../problems.js';
import { problemExamples, withExample } from './examples.js';
import { idempotencyHeaders, takesKey } from './idempotency.js';
import { CONDITIONAL_HEADERS, conditionalProblems } from './etag.js';
import { answerHeaders, notModified } from './answer-headers.js';
import { linksOf } from './links.js';
import type { Answer, OperationSpec } from './operation.js';
import { operations } from './operations.js';
import { TAGS } from './tags.js';
import { waitHeaders } from './waiting.js';

/** The version of the contract: of the API as a whole, by semantic versioning. */
export const CONTRACT_VERSION = '0.1.0';

const ALWAYS: readonly ProblemCode[] = [
  'VALIDATION_FAILED',
  'KEY_MISSING',
  'KEY_UNKNOWN',
  'KEY_EXPIRED',
  'TOKEN_INVALID',
  'FORBIDDEN',
  'NOT_ACCEPTABLE',
  'ADDRESS_TOO_LONG',
  'HEADERS_TOO_LARGE',
  'RATE_LIMITED',
  'INTERNAL',
  'OVERLOADED',
  'DATABASE_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
];
const BY_KEY: readonly ProblemCode[] = ['IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_IN_USE', 'IDEMPOTENCY_KEY_REUSED'];
const WITH_BODY: readonly ProblemCode[] = ['MALFORMED_JSON', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];
/** Of what changes something: a sender with a secret must sign it, once each. */
const SIGNED: readonly ProblemCode[] = ['SIGNATURE_MISSING', 'SIGNATURE_WRONG', 'SIGNATURE_EXPIRED', 'CALL_REPLAYED', 'WEBHOOK_ID_REUSED'];

const problemSchema = z
  .object({
    type: z.string().describe('a URI: `urn:holdpoint:problem:` and the code'),
    title: z.string().describe('what kind of problem it is, the same for each of its kind'),
    status: z.int().describe('the HTTP status'),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).describe('stable: for programs'),
    detail: z.string().describe('what was wrong and what would be right: for people'),
    requestId: z.string().optional().describe('the `X-Request-Id` of the answer: name it when you ask'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('every mistake and its place'),
  })
  .catchall(z.unknown())
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });

const DESCRIPTION = [
  'Orders that failed their review, and orders whose result must be asked for.',
  'Every body is JSON. Every instant is ISO 8601 in UTC. Errors are problem documents (RFC 9457) with stable codes.',
  'Answers may get more fields, and fields more values: go on without those that you do not know.',
].join(' ');

export type Contract = ReturnType<typeof createDocument>;

/** @returns the contract as a document of its own: plain JSON */
export function contractDocument(): Contract {
  const document = bareDocument();
  openReferences(document);
  for (const spec of operations) {
    const shown = document.paths?.[`/v1${spec.path}`]?.[spec.method];
    if (shown?.parameters !== undefined) shown.parameters = shown.parameters.map((parameter) => withExample(parameter, spec));
  }
  return document;
}

/** Beside a reference "no further fields" would forbid those of what it refers to. */
function openReferences(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('$ref' in node && 'additionalProperties' in node) delete node.additionalProperties;
  for (const part of Object.values(node)) openReferences(part);
}

function bareDocument(): Contract {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const spec of operations) (paths[`/v1${spec.path}`] ??= {})[spec.method] = operationObject(spec);
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Holdpoint',
        version: CONTRACT_VERSION,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        contact: { name: 'Holdpoint' },
      },
      servers: [{ url: '/', description: 'this installation' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      security: [{ bearer: [] }],
      paths,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API key of this installation, or the access token of a person.' },
        },
        examples: problemExamples(operations.flatMap(codesOf)),
      },
    },
    {
      override: ({ jsonSchema, io }) => {
        if (jsonSchema.prefixItems !== undefined) asTuple(jsonSchema);
        if (io === 'output') asPromised(jsonSchema);
      },
    },
  );
}

/** A tuple is as long as it is. */
function asTuple(schema: { prefixItems?: unknown[]; items?: unknown; minItems?: number; maxItems?: number }): void {
  const length = schema.prefixItems?.length ?? 0;
  Object.assign(schema, { items: schema.prefixItems?.[0] ?? {}, minItems: length, maxItems: length });
}

/** What an answer promises, without what only its check needs: fields may be added later, and a format needs no pattern. */
function asPromised(schema: {
  additionalProperties?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
}): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function operationObject(spec: OperationSpec): ZodOpenApiOperationObject {
  const { id, tag, summary, params, query, body, permission, example } = spec;
  const headers = headersOf(spec);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: descriptionOf(spec),
    'x-permission': permission,
    ...(spec.deprecated === undefined ? {} : { deprecated: true, 'x-sunset': spec.deprecated.sunset }),
    ...(params || query || headers
      ? { requestParams: { ...(params && { path: params }), ...(query && { query }), ...(headers && { header: headers }) } }
      : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body, example: example.body } } } } : {}),
    responses: { ...answersOf(spec), ...problemsOf(spec) },
  };
}

/** It says why a POST needs no key where it needs none. */
function descriptionOf({ summary, description = summary, method, event, reads }: OperationSpec): string {
  if (method !== 'post') return description;
  const sentence = description.endsWith('.') ? description : `${description}.`;
  if (event) return `${sentence} It needs no Idempotency-Key: its \`eventId\` tells repetitions.`;
  return reads ? `${sentence} It needs no Idempotency-Key: it changes nothing.` : description;
}

/** Those that come of what the operation is, and those that it names. */
function headersOf(spec: OperationSpec): z.ZodObject | undefined {
  const byWhatItIs = {
    ...(takesKey(spec) && idempotencyHeaders.shape),
    ...(spec.conditional && CONDITIONAL_HEADERS[spec.conditional]),
    ...(spec.waits && waitHeaders),
  };
  if (Object.keys(byWhatItIs).length === 0) return spec.headers;
  return z.object(byWhatItIs).extend(spec.headers?.shape ?? {});
}

function answersOf(spec: OperationSpec): ZodOpenApiResponsesObject {
  const links = linksOf(spec, operations);
  const answers = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      ...answerHeaders(spec, answer.body),
      ...contentOf(answer),
      ...(Object.keys(links).length === 0 ? {} : { links }),
    },
  ]);
  return { ...(Object.fromEntries(answers) as ZodOpenApiResponsesObject), ...notModified(spec) };
}

function contentOf({ body, type = 'application/json', alsoAs = {} }: Answer): Pick<ZodOpenApiResponseObject, 'content'> {
  if (body === undefined) return {};
  const others = Object.entries(alsoAs).map(([form, schema]) => [form, { schema }]);
  return { content: { [type]: { schema: body }, ...Object.fromEntries(others) } };
}

/** @returns every problem that an operation can answer with */
export function codesOf(spec: OperationSpec): ProblemCode[] {
  const { method, body, conditional, problems = [] } = spec;
  const withBody = body === undefined ? [] : WITH_BODY;
  const byKey = takesKey(spec) ? BY_KEY : [];
  const signed = method === 'get' ? [] : SIGNED;
  return [...new Set([...ALWAYS, ...withBody, ...byKey, ...signed, ...conditionalProblems(conditional), ...problems])];
}

function problemsOf(spec: OperationSpec): ZodOpenApiResponsesObject {
  const codes = codesOf(spec);
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => PROBLEMS[code].status === status);
      const description = ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join('\n\n');
      const examples = Object.fromEntries(ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
      return [String(status), { description, content: { 'application/problem+json': { schema: problemSchema, examples } } }];
    }),
  );
}
