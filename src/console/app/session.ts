/** Who is signed in, by the session that the API keeps. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { CallFailed, type Failure } from './api.ts';

export type Extent = 'all' | 'own' | 'none';

export interface Session {
  person: { name: string; sub: string; personId: string | null };
  roles: string[];
  /** Permission → how far it reaches. */
  extents: Record<string, Extent>;
  buyers: string[] | null;
  expiresAt: string;
  /** The server's clock when it answered. */
  now: string;
  temporalUiUrl: string | null;
  /** There is a sandbox to play with. */
  sandbox: boolean;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session> => {
    const response = await fetch('/console/session', { signal, headers: { accept: 'application/json', 'x-holdpoint-console': '1' } });
    const body: unknown = await response.json().catch(() => ({}));
    if (!response.ok) throw new CallFailed(response.status, body as Failure);
    return body as Session;
  },
  staleTime: 60_000,
});

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whether the signed-in person may do something at all; what an order's state allows is said by the order. */
export function useMay(permission: string): boolean {
  return (useSession().extents[permission] ?? 'none') !== 'none';
}

/** Leaves for the issuer's page, and comes back to where one was. */
export function signIn(): void {
  const to = `${location.pathname}${location.search}`;
  location.assign(`/console/sign-in?to=${encodeURIComponent(to)}`);
}

/** @throws CallFailed, TypeError: still signed in */
export async function signOut(): Promise<void> {
  const response = await fetch('/console/sign-out', { method: 'POST', headers: { 'x-holdpoint-console': '1' } });
  if (!response.ok) throw new CallFailed(response.status, (await response.json().catch(() => ({}))) as Failure);
  const { location: next } = (await response.json().catch(() => ({}))) as { location?: string | null };
  location.assign(next ?? '/console/');
}
