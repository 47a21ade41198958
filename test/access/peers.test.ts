/**
 * Object-level authorization, over the whole contract: every operation that names something of an order is asked for it by who has
 * nothing to do with that order, and answers exactly as for what does not exist; then by its owner, who gets it.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OperationSpec } from '../../src/api/contract/operation.js';
import { operations } from '../../src/api/contract/operations.js';
import { ACCESS, PERMISSIONS, WITHIN_BUYERS, type Permission } from '../../src/domain/access.js';
import { sendExample } from '../support/example-requests.js';
import { SEEDS, withOwnCase, type Example } from '../support/example-seeds.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { House, sampleOrder } from '../support/house.js';

/** Orders of the examples are of buyer b-1, and their cases of liaison l-1. */
const OWNED = { buyer: 'b-1', liaison: 'l-1' };
const OTHER = { buyer: 'b-2', liaison: 'l-3' };
/** So many operations are prepared at the same time. */
const SIDE_BY_SIDE = 4;

/** What belongs to an order, and so to a buyer and a liaison, or to a buyer as subscriptions do; everything else is for all who may see it at all. */
const OF_ORDERS = /^(cases|placements|inbound-events|messages|subscriptions)\./;

/** Two callers who may do the same, each with what is theirs. */
interface Pair {
  who: string;
  owner: string;
  peer: string;
  may: (permission: Permission) => boolean;
}

/** What names an order though its example in the contract does not, or does not have to. */
const NAMING: Readonly<Record<string, (orderId: string) => Example>> = {
  listCases: (orderId) => ({ query: { orderId } }),
  listPlacements: (orderId) => ({ query: { orderId } }),
  listInboundEvents: (orderId) => ({ query: { orderId } }),
  listMessages: (orderId) => ({ query: { orderId } }),
  countMessages: (orderId) => ({ query: { orderId } }),
  exportCases: (orderId) => ({ query: { orderId } }),
  previewNotice: (orderId) => ({ body: { stage: 'awaiting_liaison', locale: 'en', orderId } }),
  resendMessages: (orderId) => ({ body: { keys: [`${orderId}/1/1`], by: 'Ana Ruiz', note: 'is it there?', preview: true } }),
  createPlacement: (orderId) => ({
    body: {
      eventId: `pl-${orderId}`,
      orderId,
      vendorId: 'swift-post',
      customer: { id: 'c-1', name: 'Li Na', email: 'li.na@customer.example' },
    },
  }),
};
/** People are for all to see: in place of somebody who does not exist, who has no cases. */
const WITHOUT_CASES: Readonly<Record<string, string>> = { handOverCases: 's-1' };
const NUMBERS = ['"P-1001"', '"V-1001"'];

/** Operations that name something: in their path, or an order anywhere. */
const namers = operations.filter(
  ({ id, params, example }) => params !== undefined || id in NAMING || NUMBERS.some((number) => JSON.stringify(example).includes(number)),
);

describe('what is of one buyer or liaison, asked for by another', function () {
  this.timeout(300_000); // a busy machine prepares slowly; alone it is some ten seconds
  let house: House;
  let issuer: HandIssuer;
  let pairs: Pair[] = [];
  const prepared = new Map<string, Promise<Example | Error>>();
  const asItIs = async (_house: House, example: Example): Promise<Example> => example;

  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ people: { config: issuer.config } });
    pairs = [await keys(), await people(), await liaisons()];
  });
  after(async () => {
    await Promise.all(prepared.values());
    await house.stop();
    await issuer.stop();
  });

  async function keys(): Promise<Pair> {
    const scopes = PERMISSIONS.filter((permission) => WITHIN_BUYERS.has(permission));
    const create = async (name: string, buyer: string): Promise<string> => {
      const { status, body } = await house.api('POST', '/v1/keys', { name, scopes, buyers: [buyer] });
      assert.equal(status, 201, JSON.stringify(body));
      return body.key;
    };
    const [owner, peer] = [await create('owner-key', OWNED.buyer), await create('peer-key', OTHER.buyer)];
    return { who: 'keys of two buyers', owner, peer, may: (permission) => WITHIN_BUYERS.has(permission) };
  }

  async function people(): Promise<Pair> {
    const token = async (name: string, buyer: string): Promise<string> =>
      issuer.token({ sub: name, name, holdpoint_roles: ['operations'], holdpoint_buyers: [buyer] });
    const may = (permission: Permission): boolean => WITHIN_BUYERS.has(permission) && ACCESS[permission][2] !== 'none';
    return { who: 'people of two buyers', owner: await token('Owner', OWNED.buyer), peer: await token('Peer', OTHER.buyer), may };
  }

  async function liaisons(): Promise<Pair> {
    const token = async (name: string, liaison: string): Promise<string> =>
      issuer.token({ sub: name, name, holdpoint_roles: ['liaison'], holdpoint_person: liaison });
    const [owner, peer] = [await token('Owner', OWNED.liaison), await token('Peer', OTHER.liaison)];
    return { who: 'two liaisons', owner, peer, may: (permission) => ACCESS[permission][0] !== 'none' };
  }

  /** A request that would succeed, about an order of the owners' that no other request is about. */
  async function prepare({ id, example, permission }: OperationSpec): Promise<Example> {
    const naming = NAMING[id];
    if (naming === undefined) {
      const seeded = await (SEEDS[id] ?? (OF_ORDERS.test(permission) ? withOwnCase : asItIs))(house, structuredClone(example));
      const orderId = seeded.params?.['orderId'];
      if (permission.startsWith('placements.') && orderId !== undefined) await withCase(orderId);
      if (permission.startsWith('subscriptions.')) await ofOwner(seeded.params?.['id']);
      return seeded;
    }
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.messageOf(orderId, 'buyer', 'sent');
    if (id === 'listPlacements') await withPlacement(orderId);
    return naming(orderId);
  }
  /** A placement is a liaison's by a case of the same order. */
  async function withCase(orderId: string): Promise<void> {
    const [reviewRound, now] = [1, new Date()];
    const row = { caseId: `${orderId}/1`, orderId, reviewRound, status: 'held', reasonType: 'STOCK_SHORT', buyerId: OWNED.buyer };
    await house.db.reviewCase.create({ data: { ...row, liaisonId: OWNED.liaison, firstFailureAt: now, openedAt: now, caseAt: now } });
  }

  async function ofOwner(subscriptionId: string | undefined): Promise<void> {
    await house.db.subscription.updateMany({ where: { id: subscriptionId ?? '' }, data: { allBuyers: false, buyers: [OWNED.buyer] } });
  }

  async function withPlacement(orderId: string): Promise<void> {
    const now = new Date();
    const row = { placementId: `${orderId}/p`, orderId, vendorId: 'swift-post', status: 'placed', openedAt: now, caseAt: now };
    await house.db.placement.create({ data: row });
  }

  /** A person acts in their own name, and so leaves `by` out. */
  async function ask(spec: OperationSpec, example: Example, token: string): Promise<{ status: number; text: string }> {
    const { by: _by, ...body } = (example.body ?? {}) as Record<string, unknown>;
    const own = example.body === undefined || token.startsWith('hp_') ? example : { ...example, body };
    const response = await sendExample(house, spec, own, token);
    const text = (await response.text()).replaceAll(/"(?:requestId|by)":"[^"]*",?/g, '');
    return { status: response.status, text: namesOf(own).reduce((told, name) => told.replaceAll(name, 'NAME'), text) };
  }

  for (const [index, spec] of namers.entries()) {
    it(`W3: ${spec.id}: ${spec.summary}`, async () => {
      const ahead = namers.slice(index, index + SIDE_BY_SIDE).filter(({ id }) => !prepared.has(id));
      for (const next of ahead)
        prepared.set(
          next.id,
          prepare(next).catch((error: Error) => error),
        );
      const example = await prepared.get(spec.id)!;
      if (example instanceof Error) throw example;
      for (const { who, peer, may } of pairs) {
        if (may(spec.permission) && !isOfOrder(spec)) continue;
        const beyond = await ask(spec, example, peer);
        const none = await ask(spec, absent(spec, example), peer);
        assert.deepEqual(beyond, none, `${who}: it can be told from what does not exist`);
        if (!may(spec.permission)) assert.equal(beyond.status, 403, `${who}: ${beyond.text}`);
        else if (spec.id in WITHOUT_CASES) assert.equal(beyond.status, 200, `${who}: ${beyond.text}`);
        else if (spec.params !== undefined) assert.equal(beyond.status, 404, `${who}: ${beyond.text}`);
        else assert.notEqual(beyond.status, 400, `${who}: ${beyond.text}`);
      }
      const owners = pairs.filter(({ may }) => may(spec.permission));
      // What is done is done once.
      const asking = spec.method === 'get' ? owners : owners.slice(index % owners.length).slice(0, 1);
      for (const { who, owner } of asking) {
        const answer = await ask(spec, example, owner);
        assert.ok(answer.status < 300, `the owner, ${who}: ${answer.status} ${answer.text}`);
        if (spec.params === undefined || spec.id in WITHOUT_CASES)
          assert.notDeepEqual(answer, await ask(spec, absent(spec, example), owner), `the owner, ${who}: sees nothing`);
      }
    });
  }

  it('W3: nothing was done for those who have nothing to do with it', async () => {
    const { db } = house;
    const senders = ['peer-key', 'person:Peer'];
    assert.equal(await db.inboundEvent.count({ where: { OR: senders.map((sender) => ({ sender: { startsWith: sender } })) } }), 0);
    assert.equal(await db.event.count({ where: { actor: 'Peer' } }), 0);
  });
});

function isOfOrder({ id, permission }: OperationSpec): boolean {
  return OF_ORDERS.test(permission) || id in NAMING;
}

/** The same request, about what there is not. */
function absent({ id: operation }: OperationSpec, example: Example): Example {
  const orderId = orderOf(example);
  const text = JSON.stringify(example);
  const other: Example = orderId === null ? structuredClone(example) : JSON.parse(text.replaceAll(orderId, `absent-${randomUUID()}`));
  const id = example.params?.['id'];
  const otherId = (known: string): string => (/^[0-9a-f-]{36}$/.test(known) ? randomUUID() : absentMessage(known));
  if (id !== undefined) other.params = { ...other.params, id: WITHOUT_CASES[operation] ?? otherId(id) };
  return other;
}

function absentMessage(id: string): string {
  return Buffer.from(`absent-${Buffer.from(id, 'base64url').toString()}`).toString('base64url');
}

/** The order that a request names, by whichever part. */
function orderOf({ params, query, body }: Example): string | null {
  const { orderId, keys } = (body ?? {}) as { orderId?: string; keys?: string[] };
  return params?.['orderId'] ?? query?.['orderId'] ?? orderId ?? keys?.[0]?.split('/')[0] ?? null;
}

function namesOf(example: Example): string[] {
  return [orderOf(example), example.params?.['id']].filter((name) => name !== null && name !== undefined);
}
