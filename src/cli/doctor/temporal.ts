/** Temporal: reached, its namespace, what cases are searched by, who works for us, and its clock. */
import { randomUUID } from 'node:crypto';
import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { connectClient } from '../../temporal/connection.js';
import { hasGrpcCode } from '../../temporal/grpc-code.js';
import { searchAttributeState } from '../../temporal/register-search-attributes.js';
import type { TemporalConfig } from '../../temporal/settings.js';
import { clockFinding, failure, ok, warning, type Finding } from './finding.js';

const { TaskQueueType } = proto.temporal.api.enums.v1;

const CALL_LIMIT_MS = 5000;
/** Older ones have not been tried (docs/operations.md). */
const TESTED = [1, 32] as const;
const RETENTION_DAYS = 30;
const DAY_S = 86_400;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const REFUSED = [7, 16];

/** @param running whether workers should be at work */
export async function temporalFindings(config: TemporalConfig, taskQueue: string, running: boolean): Promise<Finding[]> {
  const { connection, namespace } = connectClient(config);
  const within = <T>(call: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + CALL_LIMIT_MS, call);
  try {
    const reach = await within(() => reachFinding(connection, config.address)).catch((error: unknown) => notReached(error, config.address));
    if (reach.state === 'failure') return [reach];
    const own = await within(() => namespaceFinding(connection, namespace)).catch((error: unknown) => namespaceTrouble(error, namespace));
    if (own.state === 'failure') return [reach, own];
    return [
      reach,
      own,
      await within(() => attributesFinding(connection, namespace)).catch(unseen('temporal.search-attributes')),
      await clockOf(connection, namespace).catch(unseen('temporal.clock')),
      ...(running ? [await within(() => workersFinding(connection, namespace, taskQueue)).catch(unseen('temporal.workers'))] : []),
    ];
  } finally {
    await connection.close();
  }
}

function unseen(check: string) {
  return (error: unknown): Finding =>
    warning(check, `it could not be looked at: ${(error as Error).message}`, 'call the doctor again; may the key look at it?');
}

async function reachFinding(connection: Connection, address: string): Promise<Finding> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  const words = `Temporal ${serverVersion} at ${address}`;
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  const old = major < TESTED[0] || (major === TESTED[0] && minor < TESTED[1]);
  return old
    ? warning('temporal.reach', words, `older than ${TESTED.join('.')}, on which it is tested: try it, or update`)
    : ok('temporal.reach', words);
}

function notReached(error: unknown, address: string): Finding {
  const { details, message } = error as { details?: string; message: string };
  const late = hasGrpcCode(error, (code) => code === DEADLINE_EXCEEDED);
  const why = late ? `no answer within ${CALL_LIMIT_MS / 1000} s` : (details ?? message);
  if (hasGrpcCode(error, (code) => REFUSED.includes(code))) {
    return failure('temporal.reach', `${address} does not let us in (${why})`, 'mend TEMPORAL_API_KEY, or the client certificate');
  }
  const advice = 'start Temporal, or mend TEMPORAL_ADDRESS and TEMPORAL_TLS; here: npm start';
  return failure('temporal.reach', `Temporal is not reached at ${address} (${why})`, advice);
}

async function namespaceFinding(connection: Connection, namespace: string): Promise<Finding> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_S;
  const words = `namespace "${namespace}" keeps ended cases for ${Math.floor(days)} days`;
  if (days >= RETENTION_DAYS) return ok('temporal.namespace', words);
  return warning('temporal.namespace', words, `temporal operator namespace update -n ${namespace} --retention ${RETENTION_DAYS}d`);
}

function namespaceTrouble(error: unknown, namespace: string): Finding {
  const check = 'temporal.namespace';
  if (!hasGrpcCode(error, (code) => code === NOT_FOUND)) return unseen(check)(error);
  const create = `temporal operator namespace create -n ${namespace} --retention ${RETENTION_DAYS}d`;
  return failure(check, `there is no namespace "${namespace}"`, `mend TEMPORAL_NAMESPACE, or ${create}`);
}

async function attributesFinding(connection: Connection, namespace: string): Promise<Finding> {
  const check = 'temporal.search-attributes';
  const state = await searchAttributeState(connection, namespace);
  if (state === null)
    return warning(check, 'the server does not let us see the search attributes', 'see that all of docs/operations.md are there');
  const { missing, wrong } = state;
  if (wrong.length > 0) return failure(check, `of another type: ${wrong.join('; ')}`, 'remove them, or use another namespace');
  if (missing.length > 0) {
    return warning(
      check,
      `missing: ${missing.join(', ')}`,
      'a worker adds them when it starts; in Temporal Cloud add them on the page of the namespace',
    );
  }
  return ok(check, 'all search attributes are there');
}

async function workersFinding(connection: Connection, namespace: string, taskQueue: string): Promise<Finding> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const workers = new Set(pollers?.map(({ identity }) => identity)).size;
  if (workers > 0) return ok('temporal.workers', `${workers} at work on task queue "${taskQueue}"`);
  const advice = 'start one: npm run worker, with the same TEMPORAL_NAMESPACE and HOLDPOINT_TASK_QUEUE';
  return failure('temporal.workers', `no worker is at work on task queue "${taskQueue}": cases stand still`, advice);
}

/**
 * No call tells Temporal's time. But it notes when a task queue was asked for work: we ask one that nobody else knows, and look when that was.
 * Nothing is started, and nothing is left behind.
 */
async function clockOf(connection: Connection, namespace: string): Promise<Finding> {
  const name = `holdpoint-doctor-${randomUUID()}`;
  const abort = new AbortController();
  const before = Date.now();
  const asking = connection.withAbortSignal(abort.signal, () =>
    connection.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name }, identity: name }),
  );
  asking.catch(() => undefined); // ended below
  try {
    for (;;) {
      const { at, after } = await askedAt(connection, namespace, name);
      if (at !== null) return clockFinding('temporal.clock', 'Temporal', at - (before + after) / 2, (after - before) / 2);
      if (after - before > CALL_LIMIT_MS) throw new Error('the server did not say when it was asked');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    abort.abort();
  }
}

async function askedAt(connection: Connection, namespace: string, name: string): Promise<{ at: number | null; after: number }> {
  const { pollers } = await connection.withDeadline(Date.now() + CALL_LIMIT_MS, () =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW }),
  );
  const { seconds, nanos } = pollers?.[0]?.lastAccessTime ?? {};
  return { at: seconds ? Number(seconds) * 1000 + (nanos ?? 0) / 1e6 : null, after: Date.now() };
}
