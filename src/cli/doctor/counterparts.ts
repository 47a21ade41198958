/** The other sides, when they are asked for: each is called as orders would, by calls that change nothing. */
import type { CommonConfig } from '../../config.js';
import { createCounterparts } from '../../counterparts/caller.js';
import { createNetworks } from '../../counterparts/networks.js';
import { createSealing } from '../../counterparts/sealing.js';
import { listCounterparts } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { failure, ok, warning, type Finding } from './finding.js';

/** Called by mail, or where each placement says: there is none to call. */
const NOT_CALLED = ['mail', 'customer'];

export async function counterpartFindings(db: Database, { webhookSecret, secretsKeys, allowedNetworks }: CommonConfig): Promise<Finding[]> {
  const networks = createNetworks({ allowed: allowedNetworks });
  const counterparts = createCounterparts({ db, sealing: createSealing(secretsKeys), networks, defaultWebhookSecret: webhookSecret });
  try {
    const all = (await listCounterparts(db)).filter(({ kind }) => !NOT_CALLED.includes(kind));
    const reports = await Promise.all(all.map((counterpart) => counterparts.check(counterpart)));
    return reports.map(({ counterpartId, verdict, words }) => {
      const check = `counterparts.${counterpartId}`;
      if (verdict === 'works') return ok(check, words);
      const advice = `GET /v1/counterparts/${counterpartId} shows how it is called; what calls may reach: HOLDPOINT_ALLOWED_NETWORKS`;
      return verdict === 'fails' ? failure(check, words, advice) : warning(check, words, advice);
    });
  } finally {
    await counterparts.close();
  }
}
