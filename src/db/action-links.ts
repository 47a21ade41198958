/** Links in notices (D4): what is kept of them, their use, and what decides whether they are still good. */
import { asJson, type Database } from './database.js';
import type { ActionLink, Liaison, ReviewCase } from './generated/client.js';

export interface NewLink {
  id: string;
  tokenHash: string;
  messageKey: string;
  caseId: string;
  orderId: string;
  action: string;
  /** Who acts with it. */
  liaisonId: string;
  /** Whose case it must still be; null: whosever it is. */
  forLiaisonId: string | null;
  expiresAt: Date;
}

/** The same link again is left as it was first kept: a retry makes it live no longer. */
export async function keepLinks(db: Database, links: readonly NewLink[]): Promise<void> {
  await db.actionLink.createMany({ data: [...links], skipDuplicates: true });
}

/** @param hash SHA-256 of the token @returns null when no link has it */
export async function findLink(db: Database, hash: string): Promise<ActionLink | null> {
  return db.actionLink.findUnique({ where: { tokenHash: hash } });
}

/** The event under which a link's word comes in: the same however often it is sent. */
export const LINK_SENDER = 'holdpoint/link';

export function linkEventId(id: string): string {
  return `link/${id}`;
}

/** All that decides whether a link is good, and what its page shows. */
export interface LinkContext {
  link: ActionLink;
  reviewCase: ReviewCase;
  person: Liaison;
  /** In whose place the person acts, when it is not the person's own case. */
  inPlaceOf: Liaison | null;
  /** Who has the case now. */
  responsible: Pick<Liaison, 'id' | 'name'> | null;
  /** Actions of the same notice that were used; a resolution only until the case has heard it. */
  usedBeside: string[];
  /** The case was given to somebody else since the link was made. */
  takenAway: boolean;
}

/** @returns null when case or person are not there any more */
export async function linkContext(db: Database, link: ActionLink): Promise<LinkContext | null> {
  const { id, messageKey, caseId, liaisonId, forLiaisonId } = link;
  const other = forLiaisonId === null || forLiaisonId === liaisonId ? null : forLiaisonId;
  const [reviewCase, person, inPlaceOf, beside, takenAway] = await Promise.all([
    db.reviewCase.findUnique({ where: { caseId } }),
    db.liaison.findUnique({ where: { id: liaisonId } }),
    other === null ? null : db.liaison.findUnique({ where: { id: other } }),
    db.actionLink.findMany({ where: { messageKey, usedAt: { not: null }, id: { not: id } } }),
    wasTakenAway(db, link),
  ]);
  if (reviewCase === null || person === null) return null;
  const has = reviewCase.liaisonId;
  const [responsible, usedBeside] = await Promise.all([
    has === null ? null : db.liaison.findUnique({ where: { id: has }, select: { id: true, name: true } }),
    unheard(db, beside),
  ]);
  return { link, reviewCase, person, inPlaceOf, responsible, usedBeside, takenAway };
}

/** Given to somebody else after the link was made: it stays dead, also when the case comes back. */
async function wasTakenAway(db: Database, { caseId, forLiaisonId, createdAt }: ActionLink): Promise<boolean> {
  if (forLiaisonId === null) return false;
  const toOthers = { NOT: { data: { path: ['to'], equals: forLiaisonId } } };
  return (await db.event.count({ where: { caseId, type: 'reassigned', wallAt: { gt: createdAt }, ...toOthers } })) > 0;
}

/** What was said by other links: a resolution that has been heard shows in the case itself. */
async function unheard(db: Database, used: readonly ActionLink[]): Promise<string[]> {
  const resolutions = used.filter(({ action }) => action === 'resolve').map(({ id }) => linkEventId(id));
  const heard = await db.inboundEvent.findMany({
    where: { sender: LINK_SENDER, eventId: { in: resolutions }, disposition: { not: null } },
    select: { eventId: true },
  });
  return used.filter(({ id }) => !heard.some(({ eventId }) => eventId === linkEventId(id))).map(({ action }) => action);
}

/** Marks a link as used, with what it came to. @returns whether it was not before: of several at the same time one is the first */
export async function useLink(db: Database, id: string, outcome: object): Promise<boolean> {
  const { count } = await db.actionLink.updateMany({
    where: { id, usedAt: null },
    data: { usedAt: new Date(), outcome: asJson(outcome) },
  });
  return count === 1;
}

export async function linksOfMessage(db: Database, messageKey: string): Promise<ActionLink[]> {
  return db.actionLink.findMany({ where: { messageKey } });
}

/** The links that were given out for a case, oldest first. */
export async function linksOfCase(db: Database, caseId: string): Promise<ActionLink[]> {
  return db.actionLink.findMany({ where: { caseId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
}

/** Whom a case can be handed over to: active liaisons, but not the one who has it. At most 200, by name. */
export async function colleaguesOf(db: Database, liaisonId: string | null): Promise<Pick<Liaison, 'id' | 'name'>[]> {
  const where = { role: 'liaison', active: true, ...(liaisonId === null ? {} : { id: { not: liaisonId } }) };
  return db.liaison.findMany({ where, select: { id: true, name: true }, orderBy: [{ name: 'asc' }, { id: 'asc' }], take: 200 });
}
