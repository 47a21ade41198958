/** Keys and secrets: valid now, and for some time yet. */
import { UnsealableError, type Sealing } from '../../counterparts/sealing.js';
import { listKeys } from '../../db/api-keys.js';
import { SECRET_PURPOSES, listSecrets, validSecrets, type SecretView } from '../../db/counterpart-secrets.js';
import { listCounterparts } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { instantText } from '../instants.js';
import { failure, ok, warning, type Finding } from './finding.js';

/** Time enough to exchange one. */
const SOON_MS = 14 * 86_400_000;
const RECENT_MS = 14 * 86_400_000;

/** The API's keys that are kept in the database: those that are over though they were in use lately, and those that will be soon. */
export async function apiKeyFindings(db: Database, now = Date.now()): Promise<Finding[]> {
  const keys = (await listKeys(db)).filter(({ revokedAt }) => revokedAt === null);
  const found = keys.flatMap(({ name, expiresAt, secrets }) => {
    const until = expiresAt?.getTime();
    if (until === undefined || until > now + SOON_MS) return [];
    const lastUse = Math.max(0, ...secrets.map(({ lastUsedAt }) => lastUsedAt?.getTime() ?? 0));
    const advice = 'holdpoint keys create, under another name: an expiry does not move';
    if (until > now) return [warning('keys.api', `the key "${name}" expires at ${instantText(new Date(until).toISOString())} UTC`, advice)];
    const used = lastUse > now - RECENT_MS;
    return used
      ? [warning('keys.api', `the key "${name}" has expired, and was in use ${instantText(new Date(lastUse).toISOString())} UTC`, advice)]
      : [];
  });
  return found.length > 0
    ? found
    : [
        ok(
          'keys.api',
          keys.length === 0
            ? 'none in the database: those of the settings are used'
            : `${keys.length} in the database, none about to expire`,
        ),
      ];
}

/** What counterparts are called with: can it be opened, and does it last. */
export async function secretFindings(db: Database, sealing: Sealing, now = Date.now()): Promise<Finding[]> {
  const found: Finding[] = [];
  let count = 0;
  for (const { id } of await listCounterparts(db)) {
    const secrets = await listSecrets(db, id);
    count += secrets.length;
    for (const purpose of SECRET_PURPOSES) {
      const ofPurpose = secrets.filter((secret) => secret.purpose === purpose);
      found.push(...(await openable(db, sealing, id, purpose)), ...lasting(id, ofPurpose, now));
    }
  }
  return found.length > 0
    ? found
    : [
        ok(
          'keys.counterparts',
          count === 0 ? 'counterparts have no secrets of their own' : `${count} secrets of counterparts can be opened`,
        ),
      ];
}

async function openable(db: Database, sealing: Sealing, id: string, purpose: SecretView['purpose']): Promise<Finding[]> {
  try {
    await validSecrets(db, sealing, id, purpose);
    return [];
  } catch (error) {
    if (!(error instanceof UnsealableError)) throw error;
    return [failure('keys.counterparts', `${purpose} of ${id} cannot be opened`, error.message)];
  }
}

/** Those of one purpose, the newest first: it is the newest that lasts longest. */
function lasting(id: string, [newest]: readonly SecretView[], now: number): Finding[] {
  const until = newest?.expiresAt?.getTime();
  if (newest === undefined || until === undefined || until > now + SOON_MS) return [];
  const words = `${newest.purpose} of ${id} ${until > now ? 'ends' : 'ended'} at ${instantText(new Date(until).toISOString())} UTC, and no other follows`;
  return [warning('keys.counterparts', words, `add one: POST /v1/counterparts/${id}/secrets; fine where none is wanted any more`)];
}
