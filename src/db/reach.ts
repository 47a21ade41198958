/** Reach as SQL, for rows that have no buyer and no liaison of their own: what belongs to an order. */
import type { Reach } from '../domain/access.js';
import type { Database, Transaction } from './database.js';
import { Prisma } from './generated/client.js';

/**
 * Whether a row's order is of the reach's buyers, and has a case of its liaisons. An order that is not known is of no buyer.
 * @param orderId the column with the order's id
 */
export function orderWithin({ buyers, liaisonIds }: Reach, orderId: Prisma.Sql): Prisma.Sql {
  const ofBuyers = Prisma.sql`EXISTS (SELECT 1 FROM "order" o WHERE o."orderId" = ${orderId}
    AND COALESCE(o."document"->'buyer'->>'id', o."document"->'buyer'->>'name') = ANY (${[...(buyers ?? [])]}::text[]))`;
  const ofLiaisons = Prisma.sql`EXISTS (SELECT 1 FROM "review_case" c WHERE c."orderId" = ${orderId}
    AND c."liaisonId" = ANY (${[...(liaisonIds ?? [])]}::text[]))`;
  return Prisma.join([...(buyers === null ? [] : [ofBuyers]), ...(liaisonIds === null ? [] : [ofLiaisons]), Prisma.sql`TRUE`], ' AND ');
}

/** Whether a case is of the reach's buyers and liaisons. @param t what stands for its row */
export function caseWithin({ buyers, liaisonIds }: Reach, t: Prisma.Sql = Prisma.sql`t`): Prisma.Sql {
  const itsBuyer = Prisma.sql`${t}."buyerId" = ANY (${[...(buyers ?? [])]}::text[])`;
  const itsLiaison = Prisma.sql`${t}."liaisonId" = ANY (${[...(liaisonIds ?? [])]}::text[])`;
  return Prisma.join([...(buyers === null ? [] : [itsBuyer]), ...(liaisonIds === null ? [] : [itsLiaison]), Prisma.sql`TRUE`], ' AND ');
}

/** @returns whether an order is within reach */
export async function isOrderWithin(db: Database | Transaction, reach: Reach, orderId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ within: boolean }[]>`SELECT ${orderWithin(reach, Prisma.sql`${orderId}::text`)} AS "within"`;
  return row?.within === true;
}

/** @returns the buyer of an order, as cases have it; null when the order is not known */
export async function buyerOfOrder(db: Database | Transaction, orderId: string): Promise<string | null> {
  const row = await db.order.findUnique({ where: { orderId }, select: { document: true } });
  const { id, name } = (row?.document as { buyer?: { id?: string; name?: string } } | undefined)?.buyer ?? {};
  return id ?? name ?? null;
}
