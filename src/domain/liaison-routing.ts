/** One row of the routing table; null matches anything. */
export interface LiaisonRoute {
  buyerId: string | null;
  reasonType: string | null;
  liaisonId: string;
}

/**
 * Who is responsible for getting this order through: the order's own liaison if known, else the most specific route
 * (buyer and reason, buyer, reason, default).
 * @returns null when neither the order nor the table names anyone
 */
export function routeLiaison(
  order: { liaisonId: string | null; buyerId: string },
  reasonType: string,
  routes: readonly LiaisonRoute[],
  knownLiaisons: ReadonlySet<string>,
): string | null {
  if (order.liaisonId !== null && knownLiaisons.has(order.liaisonId)) return order.liaisonId;
  const weight = (route: LiaisonRoute): number => (route.buyerId === null ? 0 : 2) + (route.reasonType === null ? 0 : 1);
  const fitting = routes.filter(
    (route) =>
      knownLiaisons.has(route.liaisonId) &&
      (route.buyerId === null || route.buyerId === order.buyerId) &&
      (route.reasonType === null || route.reasonType === reasonType),
  );
  return fitting.toSorted((a, b) => weight(b) - weight(a))[0]?.liaisonId ?? null;
}
