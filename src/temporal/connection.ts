import { Client, Connection, type ClientOptions } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { TemporalConfig } from './settings.js';
import { tracedCalls } from './trace-interceptors.js';

export type TemporalClient = { connection: Connection; client: Client; namespace: string };

/**
 * A client that connects at its first call and again whenever the connection was lost, so that a process can start and take
 * work while Temporal is unreachable. Never throws for an unreachable server; the calls do.
 *
 * @param options further client options, e.g. a data converter
 */
export function connectClient(config: TemporalConfig, options: Omit<ClientOptions, 'connection' | 'namespace'> = {}): TemporalClient {
  const { address, namespace, tls, apiKey, metadata } = config;
  const connection = Connection.lazy({ address, tls, apiKey, metadata });
  return { connection, namespace, client: new Client({ interceptors: { workflow: [tracedCalls] }, ...options, connection, namespace }) };
}

/**
 * A worker's connection: connects at once. The worker's native library is loaded here, so that programs that only call as clients
 * never do.
 *
 * @throws TransportError when the server cannot be reached, refuses our certificate or key
 */
export async function connectWorker(config: TemporalConfig): Promise<NativeConnection> {
  const { address, tls, apiKey, metadata } = config;
  const worker = await import('@temporalio/worker');
  return worker.NativeConnection.connect({ address, tls, apiKey, metadata });
}
