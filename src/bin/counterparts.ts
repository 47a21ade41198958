import type { CommonConfig } from '../config.js';
import { createCounterparts, type Counterparts } from '../counterparts/caller.js';
import { createNetworks } from '../counterparts/networks.js';
import { createSealing, type Sealing } from '../counterparts/sealing.js';
import type { Database } from '../db/database.js';

/** What a program calls other sides with. @param cacheMs see CounterpartsOptions */
export function openCounterparts(config: CommonConfig, db: Database, cacheMs?: number): { counterparts: Counterparts; sealing: Sealing } {
  const { webhookSecret, secretsKeys, allowedNetworks } = config;
  const sealing = createSealing(secretsKeys);
  const networks = createNetworks({ allowed: allowedNetworks });
  const common = { db, sealing, networks, defaultWebhookSecret: webhookSecret };
  return { sealing, counterparts: createCounterparts(cacheMs === undefined ? common : { ...common, cacheMs }) };
}
