/** What a contract may not do to those who call by the one before. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { breakingChanges, mayBreak, newerVersion, type ContractDocument } from '../../scripts/breaking-changes.js';
import { fromRoot } from '../../src/package-root.js';

/** A contract with everything that can be broken. */
const contract = () => ({
  components: {
    schemas: {
      Order: {
        type: 'object',
        required: ['id', 'state'],
        properties: {
          id: { type: 'string' },
          state: { type: 'string', enum: ['held', 'approved'] },
          total: { type: 'integer', maximum: 100 },
          note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
          at: { type: 'string', format: 'date-time' },
        },
      } as any,
    },
  },
  paths: {
    '/v1/orders/{id}': {
      put: {
        operationId: 'putOrder',
        'x-permission': 'orders.write',
        security: [{ bearer: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 20 } },
          { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 200 } },
        ],
        requestBody: {
          required: false,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['by'],
                additionalProperties: false,
                properties: {
                  by: { type: 'string', maxLength: 200 },
                  kind: { type: 'string', enum: ['a', 'b'] },
                  amount: { type: 'number' },
                  note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
                  tags: { type: 'array', maxItems: 5, items: { type: 'string', pattern: '^[a-z]+$' } },
                  free: { type: 'object', properties: {} },
                },
              },
            },
          },
        },
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
          400: { content: {} },
        },
      } as any,
    },
    '/v1/orders': { get: { operationId: 'listOrders', responses: { 204: {} } } },
  } as any,
});
type Sample = ReturnType<typeof contract>;

const put = (it: Sample) => it.paths['/v1/orders/{id}'].put;
const body = (it: Sample) => put(it).requestBody.content['application/json'].schema;
const order = (it: Sample) => it.components.schemas.Order;

const BREAKS: [change: string, how: (it: Sample) => void, line: string][] = [
  ['an operation is gone', (it) => delete it.paths['/v1/orders'].get, 'GET /v1/orders: is gone'],
  ['a path is gone', (it) => delete it.paths['/v1/orders'], 'GET /v1/orders: is gone'],
  ['an operation is renamed', (it) => (put(it).operationId = 'setOrder'), 'its operationId was putOrder'],
  ['another permission is wanted', (it) => (put(it)['x-permission'] = 'orders.admin'), 'wants another permission than orders.write'],
  ['a parameter is gone', (it) => put(it).parameters.pop(), 'query parameter limit: is gone'],
  ['a parameter must be given', (it) => (put(it).parameters[1].required = true), 'query parameter limit: must be given'],
  [
    'a new parameter must be given',
    (it) => put(it).parameters.push({ name: 'x', in: 'header', required: true }),
    'header parameter x: must be',
  ],
  ['a parameter is shorter', (it) => (put(it).parameters[0].schema.maxLength = 10), 'id: maxLength is 10, was 20'],
  ['a parameter is larger at least', (it) => (put(it).parameters[1].schema.minimum = 5), 'limit: minimum is 5, was 1'],
  ['a body must be given', (it) => (put(it).requestBody.required = true), 'body: must be given'],
  ['a body is taken no more', (it) => delete put(it).requestBody, 'body: is taken no more'],
  ['a body has another type', (it) => (put(it).requestBody.content = { 'text/plain': {} }), 'body: application/json is gone'],
  ['a field of a request must be given', (it) => body(it).required.push('kind'), 'body.kind: must be given'],
  ['a field of a request is gone', (it) => delete body(it).properties.kind, 'body.kind: is gone'],
  ['a value of a request is gone', (it) => body(it).properties.kind.enum.pop(), 'body.kind: has the value "b" no more'],
  ['a field of a request names its values', (it) => (body(it).properties.by.enum = ['Ana']), 'body.by: must be one of certain values'],
  ['a field of a request has another type', (it) => (body(it).properties.by = { type: 'boolean' }), 'body.by: takes string no more'],
  ['a number of a request must be whole', (it) => (body(it).properties.amount.type = 'integer'), 'body.amount: is integer, was number'],
  ['null is taken no more', (it) => (body(it).properties.note = { type: 'string' }), 'body.note: takes null no more'],
  ['a list of a request is shorter', (it) => (body(it).properties.tags.maxItems = 4), 'body.tags: maxItems is 4, was 5'],
  ['items of a request have a form', (it) => (body(it).properties.tags.items.pattern = '^x$'), 'body.tags[]: pattern is ^x$, was'],
  ['a field of a request has a form', (it) => (body(it).properties.by.format = 'email'), 'body.by: format is email, was not set'],
  [
    'other fields are refused',
    (it) => (body(it).properties.free.additionalProperties = false),
    'body.free: takes no other fields any more',
  ],
  ['an answer is gone', (it) => delete put(it).responses[200], 'answer 200: is gone'],
  ['an answer has a new status', (it) => (put(it).responses[202] = {}), 'answer 202: is new'],
  [
    'an answer has another media type',
    (it) => (put(it).responses[200].content = { 'text/csv': {} }),
    'answer 200: application/json is gone',
  ],
  ['a field of an answer is gone', (it) => delete order(it).properties.total, 'answer 200.total: is gone'],
  ['a field of an answer may be missing', (it) => order(it).required.pop(), 'answer 200.state: may be missing now'],
  ['a field of an answer may be null', (it) => (order(it).properties.id.type = ['string', 'null']), 'answer 200.id: may be null now'],
  ['a field of an answer has another type', (it) => (order(it).properties.id = { type: 'number' }), 'answer 200.id: may be number now'],
  ['a value of an answer is gone', (it) => order(it).properties.state.enum.pop(), 'answer 200.state: has the value "approved" no more'],
  ['a field of an answer loses its values', (it) => delete order(it).properties.state.enum, 'answer 200.state: may be any value now'],
  ['a number of an answer may be a fraction', (it) => (order(it).properties.total.type = 'number'), 'total: is number, was integer'],
  ['a number of an answer is larger', (it) => (order(it).properties.total.maximum = 1000), 'total: maximum is 1000, was 100'],
  ['a field of an answer loses its form', (it) => delete order(it).properties.at.format, 'at: format is not set, was date-time'],
  ['items of an answer change', (it) => (order(it).properties.parts.items = { type: 'string' }), 'parts[]: may be string now'],
];

const SERVES: [change: string, how: (it: Sample) => void][] = [
  ['nothing', () => undefined],
  ['a new operation', (it) => (it.paths['/v1/new'] = { get: { operationId: 'getNew', responses: {} } })],
  ['a new parameter that need not be given', (it) => put(it).parameters.push({ name: 'x', in: 'query', schema: { type: 'string' } })],
  ['a new field of a request that need not be given', (it) => (body(it).properties.extra = { type: 'string' })],
  ['a field of a request need not be given any more', (it) => (body(it).required = [])],
  ['a new value of a request', (it) => body(it).properties.kind.enum.push('c')],
  ['null in a request', (it) => (body(it).properties.kind.type = ['string', 'null'])],
  ['a longer field of a request', (it) => (body(it).properties.by.maxLength = 300)],
  ['a new field of an answer', (it) => (order(it).properties.more = { type: 'string' })],
  ['a field of an answer is always there now', (it) => order(it).required.push('at')],
  ['a new value of an answer', (it) => order(it).properties.state.enum.push('new')],
  ['an answer is never null any more', (it) => (order(it).properties.note = { type: 'string' })],
  ['another problem', (it) => (put(it).responses[409] = { content: {} })],
  ['a problem less', (it) => delete put(it).responses[400]],
  ['words', (it) => (put(it).summary = 'Put it')],
];

describe('breaking changes of the contract', () => {
  for (const [change, how, line] of BREAKS) {
    it(`noticed: ${change}`, () => {
      const now = contract();
      how(now);
      const found = breakingChanges(contract() as ContractDocument, now as ContractDocument);
      assert.ok(
        found.some((seen) => seen.includes(line)),
        `no "${line}" in ${JSON.stringify(found)}`,
      );
    });
  }

  for (const [change, how] of SERVES) {
    it(`let through: ${change}`, () => {
      const now = contract();
      how(now);
      assert.deepEqual(breakingChanges(contract() as ContractDocument, now as ContractDocument), []);
    });
  }

  it('our own contract does not break itself, and misses each operation that is taken away', () => {
    const read = (): any => JSON.parse(readFileSync(fromRoot('docs/openapi.json'), 'utf8'));
    assert.deepEqual(breakingChanges(read(), read()), []);
    for (const path of Object.keys(read().paths)) {
      const now = read();
      const methods = Object.keys(now.paths[path]).length;
      delete now.paths[path];
      assert.equal(breakingChanges(read(), now).length, methods, path);
    }
  });

  it('a next major version may break, before 1.0.0 a next minor one', () => {
    const allowed = [
      ['0.1.0', '0.2.0'],
      ['0.9.0', '1.0.0'],
      ['1.2.0', '2.0.0'],
    ] as const;
    const refused = [
      ['0.1.0', '0.1.1'],
      ['1.0.0', '1.1.0'],
      ['1.2.0', '1.2.9'],
      ['2.0.0', '1.9.0'],
    ] as const;
    assert.deepEqual(
      [...allowed, ...refused].map(([a, b]) => mayBreak(a, b)),
      [true, true, true, false, false, false, false],
    );
    assert.equal(['0.9.0', '0.10.0', '0.2.0'].reduce<string | undefined>(newerVersion, undefined), '0.10.0');
  });
});
