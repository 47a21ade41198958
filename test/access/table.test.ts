/** The table of docs/access.md, walked over HTTP: every role and every scope at every operation. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { operations } from '../../src/api/contract/operations.js';
import type { OperationSpec } from '../../src/api/contract/operation.js';
import { inTurns } from '../../src/api/in-turns.js';
import { ACCESS, PERMISSIONS, ROLES, WITHIN_BUYERS } from '../../src/domain/access.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { House, type Answer } from '../support/house.js';

describe('who may do what', function () {
  this.timeout(180_000); // some thousands of calls; alone it is some ten seconds
  let house: House;
  let issuer: HandIssuer;
  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ worker: false, people: { config: issuer.config } });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  /** A request that is refused for its form, or for what it names, once it may be made: nothing comes of it. */
  async function call({ method, path }: OperationSpec, token: string): Promise<{ status: number; body: any }> {
    const reads = method === 'get';
    const response = await fetch(`${house.apiUrl}/v1${path.replaceAll(/\{\w+\}/g, 'no-such-thing')}`, {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID(), ...(!reads && { 'content-type': 'application/json' }) },
      ...(!reads && { body: JSON.stringify({ nothing: 'of this' }) }),
    });
    const text = await response.text();
    return { status: response.status, body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text };
  }

  /** Calls every operation, some at once. */
  async function walk(token: string, who: string, allowed: (spec: OperationSpec) => boolean): Promise<void> {
    await inTurns(operations, 8, async (spec) => {
      const { status, body } = await call(spec, token);
      const cell = `${who} at ${spec.id} (${spec.permission}): ${status} ${JSON.stringify(body)}`;
      assert.notEqual(status, 401, cell);
      assert.ok(status < 500, cell);
      assert.equal(status !== 403, allowed(spec), cell);
      if (status === 403) assert.deepEqual([body.code, body.permission], ['FORBIDDEN', spec.permission], cell);
    });
  }

  it('W2: each role may do what the table says, and nothing else', async () => {
    for (const [index, role] of ROLES.entries()) {
      const token = await issuer.token({ holdpoint_roles: [role], holdpoint_person: 'l-1' });
      await walk(token, role, ({ permission }) => ACCESS[permission][index] !== 'none');
    }
  });

  it('W2: bound to buyers each role has only what belongs to a buyer', async () => {
    for (const [index, role] of ROLES.entries()) {
      const token = await issuer.token({ holdpoint_roles: role, holdpoint_person: 'l-1', holdpoint_buyers: ['b-1'] });
      await walk(token, role, ({ permission }) => ACCESS[permission][index] !== 'none' && WITHIN_BUYERS.has(permission));
    }
  });

  it('W2: each scope of a key is for its operations alone', async () => {
    for (const scope of PERMISSIONS) {
      const name = `only-${scope.replace('.', '-')}`;
      const { body } = await house.api('POST', '/v1/keys', { name, scopes: [scope] });
      await walk(body.key, name, ({ permission }) => permission === scope);
    }
  });

  it('W2: who has several roles may do what any of them may; who has none may do nothing', async () => {
    const both = await issuer.token({ holdpoint_roles: ['auditor', 'policy_author'] });
    await walk(both, 'auditor and policy author', ({ permission }) => permission.endsWith('.read') || ACCESS[permission][3] === 'all');
    await walk(await issuer.token({ holdpoint_roles: [] }), 'nobody', () => false);
  });

  it('W2: an auditor reads everything and changes nothing', () => {
    const auditor = ROLES.indexOf('auditor');
    for (const permission of PERMISSIONS)
      assert.equal(ACCESS[permission][auditor], permission.endsWith('.read') ? 'all' : 'none', permission);
    for (const { id, method, permission } of operations) {
      if (method === 'get') assert.ok(permission.endsWith('.read'), `${id} reads and takes ${permission}`);
    }
  });

  it('W2: what is no operation is not there for a caller who may not do everything', async () => {
    const token = await issuer.token({ holdpoint_roles: ROLES });
    for (const path of ['/v1/no-such-thing', '/v1/switches/shadow/more', '/v1/']) {
      const { status } = await house.call('GET', `${house.apiUrl}${path}`, undefined, { authorization: `Bearer ${token}` });
      assert.equal(status, 404, path);
    }
  });

  it('W5: a person acts in their own name; a server says for whom it acts', async () => {
    const turn = async (body: object, token: string): Promise<Answer> =>
      house.call('PUT', `${house.apiUrl}/v1/switches/shadow`, { on: true, note: 'try', ...body }, { authorization: `Bearer ${token}` });
    const person = await issuer.token({ name: 'Ana Ruiz' });
    assert.equal((await turn({}, person)).body.by, 'Ana Ruiz');
    assert.equal((await turn({ by: 'Ana Ruiz' }, person)).body.by, 'Ana Ruiz');
    const before = await house.db.switchChange.count();
    const other = await turn({ by: 'Li Wei' }, person);
    assert.deepEqual([other.status, other.body.code], [400, 'VALIDATION_FAILED']);
    assert.match(other.body.detail, /by: must be left out, or be you: "Ana Ruiz"/);
    assert.equal(await house.db.switchChange.count(), before);
    const { body } = await house.api('POST', '/v1/keys', { name: 'console', scopes: ['switches.write'] });
    assert.equal((await turn({ by: 'Li Wei' }, body.key)).body.by, 'Li Wei');
    assert.equal((await turn({}, body.key)).status, 400);
  });
});
