/** The example of every operation is as its schema wants it, and is answered with success by a running house. */
import assert from 'node:assert/strict';
import type { z } from 'zod';
import { EXAMPLE_KEY, takesKey } from '../../src/api/contract/idempotency.js';
import type { OperationSpec } from '../../src/api/contract/operation.js';
import { operations } from '../../src/api/contract/operations.js';
import { checked } from '../../src/wire/mistakes.js';
import { SEEDS, type Example } from '../support/example-seeds.js';
import { House, REVIEW_KEY } from '../support/house.js';

/** So many examples are prepared at the same time. */
const SIDE_BY_SIDE = 4;

describe('the examples of the contract', function () {
  this.timeout(300_000); // a busy machine prepares slowly; alone it is some ten seconds
  let house: House;
  const prepared = new Map<string, Example | Error>();

  before(async () => {
    house = await House.start();
    const queue = [...operations];
    const takeTurns = async (): Promise<void> => {
      for (let spec = queue.shift(); spec !== undefined; spec = queue.shift()) prepared.set(spec.id, await prepare(spec));
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, takeTurns));
  });
  after(async () => house.stop());

  const prepare = async ({ id, example }: OperationSpec): Promise<Example | Error> => {
    const seed = SEEDS[id];
    if (seed === undefined) return example;
    return seed(house, structuredClone(example)).catch((error: Error) => error);
  };

  const send = async (
    spec: OperationSpec,
    { params = {}, query = {}, headers = {}, body }: Example,
    once: Record<string, string> = {},
  ): Promise<Response> => {
    const path = spec.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const search = new URLSearchParams(query).toString();
    return fetch(`${house.apiUrl}/v1${path}${search === '' ? '' : `?${search}`}`, {
      method: spec.method.toUpperCase(),
      headers: {
        authorization: `Bearer ${REVIEW_KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...once,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };

  for (const spec of operations) {
    it(`${spec.id}: ${spec.summary}`, async () => {
      requireSound(spec);
      const example = prepared.get(spec.id);
      if (example === undefined || example instanceof Error) throw example ?? new Error('was not prepared');
      const once: Record<string, string> = takesKey(spec) ? { 'idempotency-key': EXAMPLE_KEY } : {};
      const answer = await send(spec, example, once);
      const text = await answer.text();
      const good = Object.keys(spec.answers).filter((status) => status.startsWith('2'));
      assert.ok(good.includes(String(answer.status)), `${answer.status}, not ${good.join(' or ')}: ${text}`);
      const { body, type = 'application/json' } = spec.answers[answer.status]!;
      if (body === undefined) assert.equal(text, '');
      else assert.equal(answer.headers.get('content-type')?.split(';')[0], type);
      if (!takesKey(spec)) return;
      const again = await send(spec, example, once);
      assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [answer.status, 'true']);
      assert.equal(await again.text(), text);
      assert.equal(again.headers.get('location'), answer.headers.get('location'));
    });
  }
});

/** Each part of the example is taken by its schema, and has nothing that no schema knows. */
function requireSound({ example, ...spec }: OperationSpec): void {
  for (const part of ['params', 'query', 'headers', 'body'] as const) {
    const schema: z.ZodType | undefined = spec[part];
    const value = example[part];
    if (schema === undefined) {
      assert.equal(value, undefined, `${part} has an example and no schema`);
      continue;
    }
    const result = checked(schema, value ?? (part === 'body' ? undefined : {}));
    assert.ok('data' in result, `${part}: ${JSON.stringify(result)}`);
    const known = Object.keys(result.data as object);
    assert.deepEqual(
      Object.keys(value ?? {}).filter((name) => !known.includes(name)),
      [],
      part,
    );
  }
}
