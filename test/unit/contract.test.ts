/** The contract and the code say the same: which operations there are, and how they fail. */
import assert from 'node:assert/strict';
import type { RequestHandler } from 'express';
import { createApp } from '../../src/api/app.js';
import { codesOf, contractDocument } from '../../src/api/contract/document.js';
import { linksOf } from '../../src/api/contract/links.js';
import { operations } from '../../src/api/contract/operations.js';
import { TAGS } from '../../src/api/contract/tags.js';
import type { ApiDependencies } from '../../src/api/dependencies.js';
import { PROBLEMS } from '../../src/api/problems.js';
import { PERMISSIONS } from '../../src/domain/access.js';
import { createLogger } from '../../src/log.js';

/** As much as is read here of a layer of Express 5's router. */
interface Layer {
  handle: RequestHandler & { stack?: Layer[] };
  route?: { path: string | string[]; methods: Record<string, boolean> };
  slash: boolean;
  match(path: string): boolean;
}

/** `GET /v1/switches` for each route below /v1 that an app takes, with parameters as OpenAPI writes them. */
function routesOf(app: ReturnType<typeof createApp>): string[] {
  const layers = (app as unknown as { router: { stack: Layer[] } }).router.stack;
  const mounted = layers.filter((layer) => layer.handle.stack !== undefined && !layer.slash && layer.match('/v1'));
  return mounted.flatMap(({ handle }) => (handle.stack ?? []).flatMap(routeNames));
}

/** Routers in routers are mounted without a path of their own. */
function routeNames({ route, handle }: Layer): string[] {
  if (route === undefined) return (handle.stack ?? []).flatMap(routeNames);
  const methods = Object.keys(route.methods).filter((method) => method !== '_all');
  const paths = [route.path].flat().map((path) => path.replaceAll(/:(\w+)/g, '{$1}'));
  return methods.flatMap((method) => paths.map((path) => `${method.toUpperCase()} /v1${path}`));
}

describe('the contract', () => {
  it('links an answer to what can be asked next, with every parameter of its path', () => {
    const byId = new Map(operations.map((spec) => [spec.id, spec]));
    for (const source of operations) {
      for (const [name, { operationId, parameters }] of Object.entries(linksOf(source, operations))) {
        const wanted =
          name === 'nextPage' ? ['query.cursor'] : Object.keys(byId.get(operationId)?.params?.shape ?? {}).map((of) => `path.${of}`);
        assert.deepEqual(Object.keys(parameters), wanted, `${source.id}: ${name}`);
      }
    }
    const linked = (id: string): object => linksOf(byId.get(id)!, operations);
    const orderId = { 'path.orderId': '$response.body#/orderId' };
    assert.deepEqual(linked('createPlacement'), {
      ...Object.fromEntries(
        ['cancel', 'explain', 'get', 'poll', 'resolve', 'retry'].map((verb) => [
          `${verb}Placement`,
          { operationId: `${verb}Placement`, parameters: orderId },
        ]),
      ),
      ...Object.fromEntries(
        ['listPlacementEvents', 'reportPayment', 'reportPlacementResult'].map((id) => [id, { operationId: id, parameters: orderId }]),
      ),
    });
    assert.deepEqual(linked('pauseCase'), { getCase: { operationId: 'getCase', parameters: { 'path.orderId': '$request.path.orderId' } } });
    const absence = { 'path.id': '$request.path.id', 'path.absenceId': '$response.body#/items/0/id' };
    assert.deepEqual(
      linked('listAbsences'),
      Object.fromEntries(
        ['get', 'change', 'remove'].map((verb) => [`${verb}Absence`, { operationId: `${verb}Absence`, parameters: absence }]),
      ),
    );
  });

  it('has every route that is served below /v1, and no other', () => {
    const app = createApp({ keys: [], log: createLogger('test', 'silent') } as unknown as ApiDependencies);
    const served = routesOf(app);
    const said = operations.map(({ method, path }) => `${method.toUpperCase()} /v1${path}`);
    assert.ok(served.length > 0);
    assert.deepEqual(
      said.filter((route) => !served.includes(route)),
      [],
      'said and not served',
    );
    assert.deepEqual(
      served.filter((route) => !said.includes(route)),
      [],
      'served and not said',
    );
  });

  it('has each operation once, by its ID and by its method and path', () => {
    const twice = (names: string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);
    assert.deepEqual(twice(operations.map(({ id }) => id)), []);
    assert.deepEqual(twice(operations.map(({ method, path }) => `${method} ${path}`)), []);
  });

  it('names problems, permissions and tags that there are', () => {
    const codes = operations.flatMap((spec) => codesOf(spec).filter((code) => !(code in PROBLEMS)));
    const permissions = operations.filter(({ permission }) => !PERMISSIONS.includes(permission));
    const tags = operations.filter(({ tag }) => !(tag in TAGS));
    assert.deepEqual([codes, permissions, tags], [[], [], []]);
  });

  it('has each parameter of a path in its schema', () => {
    const wrong = operations.filter(({ path, params }) => {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      return (
        named.toSorted().join() !==
        Object.keys(params?.shape ?? {})
          .toSorted()
          .join()
      );
    });
    assert.deepEqual(
      wrong.map(({ id }) => id),
      [],
    );
  });

  it('is plain JSON: nothing is lost on the wire', () => {
    const document = contractDocument();
    assert.deepEqual(JSON.parse(JSON.stringify(document)), document);
  });
});
