import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadApiConfig, type Environment } from '../../src/config.js';
import { connectClient, connectWorker } from '../../src/temporal/connection.js';
import { makeCertificate } from '../support/certificates.js';
import { startGrpcProxy } from '../support/grpc-proxy.js';
import { startTemporal } from '../support/servers.js';

const API_KEY = 'the-right-key';
const UNAUTHENTICATED = 16;
const DEADLINE_MS = 1500;

describe('Temporal behind TLS, a client certificate and an API key', function () {
  this.timeout(30_000);
  let dir: string;
  let proxy: Awaited<ReturnType<typeof startGrpcProxy>>;
  let temporal: { address: string; stop(): Promise<void> };
  let right: Environment;

  before(async () => {
    const given = process.env['TEST_TEMPORAL_ADDRESS'];
    temporal = given ? { address: given, stop: async () => {} } : await startTemporal();
    dir = mkdtempSync(join(tmpdir(), 'holdpoint-tls-'));
    const authority = makeCertificate('Test authority', { purpose: 'authority' });
    const server = makeCertificate('localhost', { issuer: authority, purpose: 'server' });
    const client = makeCertificate('holdpoint', { issuer: authority, purpose: 'client' });
    proxy = await startGrpcProxy({ target: temporal.address, authority, server, apiKey: API_KEY });
    right = {
      DATABASE_URL: 'postgresql://db/holdpoint',
      HOLDPOINT_API_KEYS: 'operations:0123456789abcdef',
      HOLDPOINT_LINK_KEY: 'a link key of tests, 32 characters',
      HOLDPOINT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
      HOLDPOINT_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
      TEMPORAL_ADDRESS: proxy.address,
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_API_KEY: API_KEY,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca.pem', authority.certificatePem),
      TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem', client.certificatePem),
      TEMPORAL_TLS_CLIENT_KEY_PATH: file('client.key', client.keyPem),
    };
  });
  after(async () => {
    await proxy.stop();
    await temporal.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function file(name: string, text: string): string {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  }

  /** One call as a client; the error it fails with, or undefined. */
  async function callAsClient(env: Environment): Promise<unknown> {
    const { connection, namespace } = connectClient(loadApiConfig(env).temporal);
    try {
      const described = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      assert.equal(described.namespaceInfo?.name, 'default');
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await connection.close();
    }
  }

  async function connectAsWorker(env: Environment): Promise<unknown> {
    try {
      const connection = await connectWorker(loadApiConfig(env).temporal);
      await connection.close();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it('lets client and worker through with the right settings, each call with the key', async () => {
    assert.equal(await callAsClient(right), undefined);
    const afterClient = proxy.counts.passed;
    assert.ok(afterClient > 0, 'the call went through the proxy');
    assert.equal(await connectAsWorker(right), undefined);
    assert.ok(proxy.counts.passed > afterClient, "the worker's calls too");
    assert.equal(proxy.counts.refused, 0);
  });

  it('refuses both with a wrong key, and they say so', async () => {
    const wrong = { ...right, TEMPORAL_API_KEY: 'another-key' };
    const passed = proxy.counts.passed;
    const error = await callAsClient(wrong);
    assert.ok(error instanceof Error);
    assert.equal((error as { code?: number }).code, UNAUTHENTICATED, String(error));
    assert.match(error.message, /unknown API key/);
    assert.match(String(await connectAsWorker(wrong)), /unknown API key|Unauthenticated/i);
    assert.equal(proxy.counts.passed, passed);
  });

  const without = (...names: string[]): Environment => Object.fromEntries(Object.entries(right).filter(([name]) => !names.includes(name)));
  const clientPair = ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH'];
  for (const [what, env] of [
    ['without TLS', () => ({ ...without(...clientPair, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH'), TEMPORAL_TLS: 'false' })],
    ['without a client certificate', () => without(...clientPair)],
    ['when it does not trust the authority', () => without('TEMPORAL_TLS_SERVER_CA_CERT_PATH')],
  ] as const) {
    it(`fails within seconds ${what}`, async () => {
      const { passed, refused } = proxy.counts;
      assert.ok((await callAsClient(env())) instanceof Error, 'the client');
      assert.ok((await connectAsWorker(env())) instanceof Error, 'the worker');
      assert.deepEqual(proxy.counts, { passed, refused }, 'nothing reached the other side of TLS');
    });
  }

  it('starts a client while Temporal is unreachable; only its calls fail', async () => {
    const error = await callAsClient({ ...right, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.ok(error instanceof Error);
  });
});
