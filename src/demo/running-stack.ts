/** Finds the stack of `npm start` that runs on this installation's data. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMistake } from '../config-error.js';
import { loadDevSettings, type DevSettings } from '../dev/settings.js';
import { apiKeys, planStack, type StackPlan } from '../dev/stack.js';
import { fromRoot } from '../package-root.js';
import { connectClient, type TemporalClient } from '../temporal/connection.js';
import { readTemporalConfig } from '../temporal/settings.js';
import type { DemoStack } from './stack-calls.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A stack with a connection of its own to Temporal. */
export interface OpenStack extends DemoStack {
  close(): Promise<void>;
}

/** @returns the stack, or why there is none. @throws Error naming every mistake of the environment */
export async function findRunningStack(env: Env): Promise<OpenStack | { missing: string }> {
  const plan = planStack(env, fromRoot('.holdpoint'));
  if (!existsSync(join(plan.dataDir, 'settings.json'))) return { missing: `nothing has been started in ${plan.dataDir} yet` };
  if (!(await answers(`${plan.apiUrl}/readyz`))) return { missing: `no API answers at ${plan.apiUrl}` };
  const stack = openStack(plan, loadDevSettings(plan.dataDir), env);
  const problem = await strangeness(stack, plan);
  if (problem === null) return stack;
  await stack.close();
  return { missing: problem };
}

/** The stack of a plan, as its settings open it. */
export function openStack(plan: StackPlan, settings: DevSettings, env: Env): OpenStack {
  const keys = apiKeys(env['HOLDPOINT_API_KEYS'], settings);
  const { client, connection } = connectTemporal(plan, env);
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    apiUrl: plan.apiUrl,
    sandboxUrl: at(plan.ports.sandboxControl),
    liaisonUrl: at(plan.ports.sandboxLiaison),
    customerUrl: `${at(plan.ports.sandboxCustomer)}/webhook`,
    keys: {
      reviewServer: keys.get('review-server') ?? '',
      platform: keys.get('platform') ?? '',
      vendor: keys.get('vendor') ?? '',
      operations: keys.get('operations') ?? '',
    },
    client,
    close: () => connection.close(),
  };
}

function connectTemporal(plan: StackPlan, env: Env): TemporalClient {
  if (plan.externalTemporal === undefined) return connectClient({ address: `127.0.0.1:${plan.ports.temporal}`, namespace: plan.namespace });
  const mistakes: ConfigMistake[] = [];
  const config = readTemporalConfig(env, mistakes);
  if (config === undefined) throw new Error(mistakes.map(({ variable, problem }) => `${variable} ${problem}`).join('\n'));
  return connectClient(config);
}

/** @returns why what answers is not the stack of this installation, or null */
async function strangeness(stack: DemoStack, { apiUrl, dataDir }: StackPlan): Promise<string | null> {
  const known = await answers(`${apiUrl}/v1/review-cases?limit=1`, { authorization: `Bearer ${stack.keys.operations}` });
  if (!known) return `the API at ${apiUrl} does not take the key of ${dataDir}`;
  return (await answers(`${stack.sandboxUrl}/healthz`)) ? null : `no sandbox answers at ${stack.sandboxUrl}`;
}

async function answers(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
