/**
 * What pressing the button of a link's page does (D4). However often it is pressed it acts once: everything goes under the link's own ID,
 * and what it came to is written to the link only once that is known.
 */
import { CASE_ACTION_OF, type LinkAction } from '../../domain/action-link.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import { LINK_SENDER, linkEventId, useLink, type LinkContext } from '../../db/action-links.js';
import { findEvent } from '../../db/inbound-events.js';
import { EventIdReused } from '../../inbox/inbox.js';
import type { CaseAnswer, PersonRequest, ReassignRequest } from '../../workflows/review-case/contract.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { UPDATES } from '../review-cases/actions.js';
import { earlierAnswer, refused, updateWorkflow } from '../workflow-update.js';

/** What a link's use came to: `taken` is kept and will be heard, `not_counted` was heard and changed nothing. */
export interface LinkOutcome {
  result: 'done' | 'taken' | 'not_counted';
  action: LinkAction;
  /** The case's state right after an update, or what came of an event. */
  status?: string;
  disposition?: string;
}

/** What the form had in it. */
export interface Given {
  note: string;
  /** To whom the case is handed over. */
  to: string;
}

/** How long a page waits for a resolution to be heard: mostly it takes less than a tenth of a second. */
const HEARD_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 100;

/** Dispositions of a word that changed its case. */
const COUNTED = ['counted', 'deferred', 'opened'];

/**
 * Acts with a link, and marks it as used.
 * @throws Problem NOT_YOUR_CASE, ACTION_NOT_ALLOWED, OUTCOME_UNKNOWN (trying again is safe), DATABASE_UNAVAILABLE
 */
export async function actWith(deps: ApiDependencies, context: LinkContext, given: Given): Promise<LinkOutcome> {
  const { link } = context;
  const outcome = link.action === 'resolve' ? await resolve(deps, context, given) : await update(deps, context, given);
  await useLink(deps.db, link.id, outcome);
  return outcome;
}

/**
 * What a link that is not marked as used has done all the same: its answer was lost, and meanwhile the case went on.
 * @returns null when it has done nothing
 */
export async function doneBefore(deps: ApiDependencies, { link }: LinkContext): Promise<LinkOutcome | null> {
  const action = link.action as LinkAction;
  const outcome = action === 'resolve' ? await heard(deps, link.id, 0) : await updatedBefore(deps, link.id, link.caseId, action);
  if (outcome !== null) await useLink(deps.db, link.id, outcome);
  return outcome;
}

/** A resolution is a liaison's word, and goes the way of all events: kept first, heard later, also while Temporal is away (A8). */
async function resolve(deps: ApiDependencies, { link, reviewCase, person }: LinkContext, { note }: Given): Promise<LinkOutcome> {
  const eventId = linkEventId(link.id);
  const { caseId, forLiaisonId: liaisonId } = link;
  const payload = { eventId, by: person.name, note: note === '' ? null : note, caseId, liaisonId, personId: person.id };
  const { orderId, reviewRound } = reviewCase;
  try {
    await deps.inbox.accept({ kind: 'liaison_success', sender: LINK_SENDER, orderId, reviewRound, eventId, payload });
  } catch (error) {
    // Said before with another note: the first one counts.
    if (!(error instanceof EventIdReused)) throw error;
  }
  return (await heard(deps, link.id, HEARD_WITHIN_MS)) ?? { result: 'taken', action: 'resolve' };
}

/** @returns null when there is no such event */
async function heard({ db }: ApiDependencies, id: string, withinMs: number): Promise<LinkOutcome | null> {
  const until = Date.now() + withinMs;
  for (;;) {
    const event = await findEvent(db, LINK_SENDER, linkEventId(id));
    if (event === null) return null;
    const { disposition } = event;
    if (disposition !== null) return { result: COUNTED.includes(disposition) ? 'done' : 'not_counted', action: 'resolve', disposition };
    if (Date.now() >= until) return { result: 'taken', action: 'resolve' };
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
}

async function update({ client }: ApiDependencies, context: LinkContext, { note, to }: Given): Promise<LinkOutcome> {
  const { link, person, reviewCase } = context;
  const action = link.action as Exclude<LinkAction, 'resolve'>;
  const name = CASE_ACTION_OF[action];
  const request = { by: person.name, note: note === '' ? null : note, asLiaison: link.forLiaisonId };
  const answer = await updateWorkflow<CaseAnswer, PersonRequest>(client, {
    workflowId: workflowIdOf(link.caseId),
    name: updateOf(action),
    action: name,
    request: action === 'hand-over' ? ({ ...request, liaisonId: to } as ReassignRequest) : request,
    updateId: linkEventId(link.id),
  });
  if (answer === null) throw refused(name, reviewCase.status, []);
  return { result: 'done', action, status: answer.status };
}

async function updatedBefore(
  { client }: ApiDependencies,
  id: string,
  caseId: string,
  action: Exclude<LinkAction, 'resolve'>,
): Promise<LinkOutcome | null> {
  try {
    const answer = await earlierAnswer<CaseAnswer>(client, workflowIdOf(caseId), CASE_ACTION_OF[action], linkEventId(id));
    return answer === null ? null : { result: 'done', action, status: answer.status };
  } catch (error) {
    // Nobody can say now; what the page says of the link is true all the same.
    if (error instanceof Problem && error.code === 'OUTCOME_UNKNOWN') return null;
    throw error;
  }
}

function updateOf(action: Exclude<LinkAction, 'resolve'>): string {
  switch (action) {
    case 'request-review':
      return UPDATES['request-review'].name;
    case 'decline':
      return UPDATES.decline.name;
    case 'acknowledge':
      return UPDATES.acknowledge.name;
    case 'hand-over':
      return UPDATES.reassign.name;
  }
}
