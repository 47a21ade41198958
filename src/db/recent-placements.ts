import type { Database } from './database.js';
import type { Placement } from './generated/client.js';

/** Open placements and those that ended since an instant, newest first; undecided ones left out. */
export async function recentPlacements(db: Database, vendorId: string | undefined, endedSince: Date, limit: number): Promise<Placement[]> {
  return db.placement.findMany({
    where: {
      ...(vendorId === undefined ? {} : { vendorId }),
      policyVersion: { not: null },
      OR: [{ endedAt: null }, { endedAt: { gte: endedSince } }],
    },
    orderBy: [{ openedAt: 'desc' }, { placementId: 'desc' }],
    take: limit,
  });
}
