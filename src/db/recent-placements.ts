import type { Reach } from '../domain/access.js';
import type { Database } from './database.js';
import { Prisma, type Placement } from './generated/client.js';
import { orderWithin } from './reach.js';

/** Open placements and those that ended since an instant, newest first; undecided ones left out. */
export async function recentPlacements(
  db: Database,
  reach: Reach,
  vendorId: string | undefined,
  endedSince: Date,
  limit: number,
): Promise<Placement[]> {
  const ofVendor = vendorId === undefined ? Prisma.sql`TRUE` : Prisma.sql`p."vendorId" = ${vendorId}`;
  return db.$queryRaw<Placement[]>`
    SELECT p.* FROM "placement" p
    WHERE ${orderWithin(reach, Prisma.sql`p."orderId"`)} AND ${ofVendor} AND p."policyVersion" IS NOT NULL
      AND (p."endedAt" IS NULL OR p."endedAt" >= ${endedSince})
    ORDER BY p."openedAt" DESC, p."placementId" DESC LIMIT ${limit}`;
}
