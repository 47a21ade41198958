import type { LoggedDelivery } from '../../db/subscription-deliveries.js';
import type { SubscriptionRow } from '../../db/subscriptions.js';
import { eventIdAt } from '../../db/feed.js';
import type { Database } from '../../db/database.js';
import type { SubscriptionAttempt } from '../../db/generated/client.js';
import { cursorOf } from '../events/cursor.js';

/** What people edit of a subscription: what its ETag is of. */
export function editable({ name, url, types, allBuyers, buyers, status }: SubscriptionRow) {
  return { name, url, types, buyers: allBuyers ? null : buyers, status };
}

export async function subscriptionView(db: Database, row: SubscriptionRow) {
  const { id, disabledReason: reason, disabledAt: at, failingSince, createdBy, createdAt, place } = row;
  const now = Date.now();
  const valid = row.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > now);
  return {
    id,
    ...editable(row),
    disabled: at === null ? null : { reason, at },
    failingSince,
    cursor: cursorOf({ position: place, id: (await eventIdAt(db, place)) ?? '' }),
    createdBy,
    createdAt,
    secrets: valid.map((secret) => ({ fingerprint: secret.fingerprint, createdAt: secret.createdAt, expiresAt: secret.expiresAt })),
  };
}

export function deliveryView({ eventId, type, state, attempts, nextAttemptAt, deliveredAt, tries }: LoggedDelivery) {
  const [last] = tries;
  const lastStatus = last?.httpStatus ?? null;
  return { eventId, type, state, attempts, nextAttemptAt, deliveredAt, lastStatus, lastError: last?.error ?? null };
}

export function deliveryHistoryView(delivery: LoggedDelivery) {
  return { ...deliveryView(delivery), tries: delivery.tries.map(tryView) };
}

function tryView({ startedAt, finishedAt, httpStatus, error }: SubscriptionAttempt) {
  return { startedAt, finishedAt, status: httpStatus, error };
}
