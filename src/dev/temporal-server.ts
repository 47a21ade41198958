import { connect } from 'node:net';
import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { connectClient } from '../temporal/connection.js';
import { ensureSearchAttributes } from '../temporal/register-search-attributes.js';
import type { ChildSpec } from './processes.js';

const HOST = '127.0.0.1';
/** How long ended cases stay readable in Temporal. */
const RETENTION_SECONDS = 30 * 24 * 60 * 60;

export type TemporalServerOptions = {
  binary: string;
  port: number;
  /** undefined: no Web UI. */
  uiPort?: number;
  /** Where everything is kept; undefined: in memory, lost at the end. */
  dbFile?: string;
  namespace?: string;
};

/** The dev server as a child process. Besides what its names say: time may be skipped, and tasks start without waiting for 50 ms ticks. */
export function temporalServer({ binary, port, uiPort, dbFile, namespace }: TemporalServerOptions): ChildSpec {
  const dynamic = [
    'frontend.WorkflowTimeSkippingEnabled=true',
    'history.transferProcessorMaxPollRPS=2000',
    'history.timerProcessorMaxPollRPS=2000',
  ];
  const args = [
    'server',
    'start-dev',
    ...flags({ '--ip': HOST, '--port': port, '--log-level': 'warn' }),
    '--ui-disable-news-fetch',
    ...(uiPort === undefined ? ['--headless'] : flags({ '--ui-port': uiPort })),
    ...flags({ '--db-filename': dbFile, '--namespace': namespace === 'default' ? undefined : namespace }),
    ...dynamic.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
  // It looks for free ports of its own, and ends where another program has taken one before it listens.
  return { name: 'temporal', command: binary, args, starts: 3 };
}

function flags(values: Record<string, string | number | undefined>): string[] {
  return Object.entries(values).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}

/**
 * Makes a running dev server's namespace ours: retention of 30 days, search attributes.
 *
 * @throws Error when the namespace does not keep what was set
 */
export async function prepareNamespace(port: number, namespace: string): Promise<void> {
  const { connection } = connectClient({ address: `${HOST}:${port}`, namespace });
  try {
    await Promise.all([setRetention(connection, namespace), ensureSearchAttributes(connection, namespace)]);
  } finally {
    await connection.close();
  }
}

async function setRetention(connection: Connection, namespace: string): Promise<void> {
  if ((await retentionSeconds(connection, namespace)) === RETENTION_SECONDS) return;
  const config = { workflowExecutionRetentionTtl: proto.google.protobuf.Duration.fromObject({ seconds: RETENTION_SECONDS }) };
  await connection.workflowService.updateNamespace({ namespace, config });
  const now = await retentionSeconds(connection, namespace);
  if (now !== RETENTION_SECONDS)
    throw new Error(`namespace "${namespace}" keeps ended cases for ${now} s, not the ${RETENTION_SECONDS} s it was told`);
}

async function retentionSeconds(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
}

/** True when the dev server answers for this namespace. */
export async function isTemporalReady(port: number, namespace: string): Promise<boolean> {
  if (!(await isListening(port))) return false; // a gRPC channel that failed once waits a second before it tries again
  const { connection } = connectClient({ address: `${HOST}:${port}`, namespace });
  try {
    return (await retentionSeconds(connection, namespace)) > 0;
  } finally {
    await connection.close();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    socket
      .once('error', () => resolve(false))
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      });
  });
}
