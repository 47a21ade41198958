/** Which operations want an Idempotency-Key: every POST but events, which have an `eventId`, and those that only tell something. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { contractDocument } from '../../src/api/contract/document.js';
import type { OperationSpec } from '../../src/api/contract/operation.js';
import { operations } from '../../src/api/contract/operations.js';
import { House, PLATFORM_KEY, REVIEW_KEY } from '../support/house.js';
import { everyRow } from '../support/every-row.js';

/** Said once more here, so that none is left out by mistake. */
const WITHOUT_KEY = [
  // Events
  'reportReviewFailure',
  'reportReviewSuccess',
  'reportCaseResolved',
  'createPlacement',
  'reportPayment',
  'reportPlacementResult',
  // What changes nothing
  'dryRunReviewPolicy',
  'dryRunPlacementPolicy',
  'previewReviewPolicy',
  'previewPlacementPolicy',
  'previewNotice',
  'checkCounterpart',
];

const keyed = operations.filter(({ method, id }) => method === 'post' && !WITHOUT_KEY.includes(id));

describe('the Idempotency-Key of every POST', () => {
  let house: House;
  before(async () => {
    house = await House.start({ worker: false });
  });
  after(async () => house.stop());

  const send = async ({ path, example }: OperationSpec, key: string | null, caller = REVIEW_KEY) => {
    const { params = {}, body } = example;
    const where = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const headers = { authorization: `Bearer ${caller}`, ...(key === null ? {} : { 'idempotency-key': key }) };
    return house.call('POST', `${house.apiUrl}/v1${where}`, body, headers);
  };
  const specOf = (id: string): OperationSpec => operations.find((spec) => spec.id === id)!;

  it('Q4: the contract asks for it on every POST but events and what changes nothing, and nowhere else', () => {
    const { paths = {} } = contractDocument();
    const asking = Object.values(paths).flatMap((methods) =>
      Object.entries(methods as Record<string, { operationId: string; parameters?: { name: string; required?: boolean }[] }>).flatMap(
        ([method, { operationId, parameters = [] }]) => {
          const key = parameters.find(({ name }) => name === 'Idempotency-Key');
          return key === undefined ? [] : [`${method} ${operationId} ${key.required}`];
        },
      ),
    );
    assert.deepEqual(asking.toSorted(), keyed.map(({ id }) => `post ${id} true`).toSorted());
    assert.deepEqual(
      WITHOUT_KEY.filter((id) => specOf(id)?.method !== 'post'),
      [],
    );
  });

  it('Q4: each of them without a key does nothing, and says what would be right', async () => {
    for (const spec of keyed) {
      const before = await everyRow(house.db);
      const { status, body } = await send(spec, null);
      assert.deepEqual([status, body.code], [400, 'IDEMPOTENCY_KEY_MISSING'], `${spec.id}: ${JSON.stringify(body)}`);
      assert.match(body.detail, /^Nothing was done\. Send the header "Idempotency-Key" with a fresh random value/);
      assert.deepEqual(await everyRow(house.db), before, spec.id);
    }
  });

  it('events and what changes nothing need none', async () => {
    for (const id of WITHOUT_KEY) {
      const { body } = await send(specOf(id), null);
      assert.ok(!String(body?.code).startsWith('IDEMPOTENCY_KEY'), `${id}: ${JSON.stringify(body)}`);
    }
  });

  it('Q4: a key is its client’s: another may use the same, and is told nothing of the first’s answer', async () => {
    const key = randomUUID();
    const secret = (caller?: string) => send(specOf('addCounterpartSecret'), key, caller);
    const [first, other] = [await secret(), await secret(PLATFORM_KEY)];
    assert.deepEqual([first.status, other.status], [201, 201]);
    assert.notEqual(first.body.secret, other.body.secret);
    assert.deepEqual((await secret()).body, first.body);
    assert.deepEqual((await secret(PLATFORM_KEY)).body, other.body);
  });

  it('Q4: a secret that an answer tells is not in the database as it is', async () => {
    const [created, added] = [await send(specOf('createKey'), randomUUID()), await send(specOf('addCounterpartSecret'), randomUUID())];
    assert.deepEqual([created.status, added.status], [201, 201]);
    const texts = [...(await everyRow(house.db)).values()];
    for (const secret of [created.body.key, added.body.secret]) assert.ok(!texts.some((text) => text.includes(secret)));
  });
});
