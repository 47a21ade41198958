/** Whether a caller may do what an operation does, and how far it reaches for them. */
import type { RequestHandler, Response } from 'express';
import { EVERYTHING, extentOf, isUnrestricted, reachFor, whatItTakes, type Caller, type Permission, type Reach } from '../domain/access.js';
import type { Database } from '../db/database.js';
import { buyerOfOrder } from '../db/reach.js';
import { callerOf } from './authentication.js';
import { Problem } from './problems.js';

/** Lets a caller go on who has a permission, whatever the request is about: before anything of it is looked at. */
export function allow(permission: Permission, id: string): RequestHandler {
  return (_request, response, next) => {
    if (extentOf(callerOf(response), permission) === 'none') throw forbidden(id, permission);
    response.locals['permission'] = permission;
    next();
  };
}

function forbidden(id: string, permission: Permission): Problem {
  return new Problem('FORBIDDEN', `You may not call ${id}. ${whatItTakes(permission)}`, { permission });
}

/** @returns how far the caller may see or change things by the operation's permission, or by another that it needs beside it */
export function reachOf(response: Response, permission = response.locals['permission'] as Permission | undefined): Reach {
  const caller = callerOf(response);
  if (permission !== undefined) return reachFor(caller, permission);
  if (isUnrestricted(caller)) return EVERYTHING;
  throw unsaid();
}

/** @returns how far the caller sees things by a permission that the operation does without; null: not at all */
export function reachIfAllowed(response: Response, permission: Permission): Reach | null {
  const caller = callerOf(response);
  return extentOf(caller, permission) === 'none' ? null : reachFor(caller, permission);
}

/**
 * A caller who is bound to buyers reports and places what is known to be of theirs, or what they bring the document of along.
 * @throws Problem FORBIDDEN, in the same words for an order that is not known and for one of somebody else
 */
export async function requireOwnOrder(
  db: Database,
  { buyers }: Reach,
  orderId: string,
  order: { buyer: { id?: string | undefined; name?: string | undefined } } | null | undefined,
): Promise<void> {
  if (buyers === null) return;
  const known = await buyerOfOrder(db, orderId);
  const brought = order ? (order.buyer.id ?? order.buyer.name ?? null) : known;
  if (brought !== null && buyers.includes(brought) && (known === null || buyers.includes(known))) return;
  throw new Problem(
    'FORBIDDEN',
    `You are bound to the buyers ${buyers.join(', ')}: send an order of theirs, with its document where it is new.`,
    {
      permission: 'cases.report',
    },
  );
}

export function unsaid(): Problem {
  return new Problem('NOT_FOUND', 'This is not an operation of this API.');
}

/** @throws Problem FORBIDDEN when a key gives more than it has: it could come to it by what it gives */
export function requireGivable(caller: Caller, scopes: readonly string[]): void {
  if (caller.kind === 'person') return;
  const beyond = scopes.filter((scope) => caller.extents[scope as Permission] !== 'all');
  if (beyond.length === 0) return;
  throw new Problem('FORBIDDEN', `A key can give what it has itself; "${caller.name}" does not have ${beyond.join(', ')}.`, {
    permission: 'keys.write',
  });
}
