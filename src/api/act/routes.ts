import { timingSafeEqual } from 'node:crypto';
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { linkStanding, type LinkAction, type LinkStanding } from '../../domain/action-link.js';
import type { CaseStatus } from '../../domain/case-status.js';
import { localeOf, type Locale } from '../../domain/locale.js';
import { colleaguesOf, findLink, linkContext, type LinkContext } from '../../db/action-links.js';
import type { Database } from '../../db/database.js';
import { readLink, tokenHash } from '../../wire/action-link.js';
import type { ApiDependencies } from '../dependencies.js';
import { asProblem, sendProblem } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { PROBLEMS, type Problem, type ProblemCode } from '../problems.js';
import { actWith, doneBefore, type LinkOutcome } from './acting.js';
import { MAX_FORM, readForm, requireForm } from './form.js';
import { factsOf, formPage, PAGE_HEADERS, saidPage } from './page.js';
import { PAGE_WORDS, type PageWords, type Said } from './words.js';

const LINK = '/act/:link';

/**
 * Links in notices (D4): who holds one acts with it, without a key. GET shows what will happen and changes nothing, so that a scanner
 * which follows every link does nothing; the form's POST acts, once.
 */
export function actRoutes(deps: ApiDependencies): Router {
  const router = Router();
  router.use(LINK, (_request, response, next) => {
    response.set(PAGE_HEADERS);
    next();
  });
  router.get(LINK, async (request, response) => {
    const context = await contextOf(deps.db, request.params.link);
    if (context === null) return sendUnknown(request, response);
    const standing = standingOf(context);
    if (standing !== 'good') return sendStanding(response, context, standing, 200);
    const colleagues = await colleaguesFor(deps.db, context);
    if (colleagues?.length === 0) return sendSaid(response, context, 200, wordsOf(context).says.noColleague);
    send(response, 200, formPage(context, colleagues ?? []));
  });
  const form = express.urlencoded({ extended: false, limit: MAX_FORM, parameterLimit: 20 });
  router.post(LINK, requireForm, form, async (request, response) => {
    const context = await contextOf(deps.db, String(request.params['link']));
    if (context === null) return sendUnknown(request, response);
    const standing = standingOf(context);
    if (standing === 'good') return actAndTell(deps, context, request.body, response);
    // What was done with an answer that was lost has changed the case: that is why it now looks as if nothing could be done.
    const before = standing === 'used' ? null : await doneBefore(deps, context);
    return before === null ? sendStanding(response, context, standing, 409) : tellOutcome(deps.db, context, before, response);
  });
  router.all(LINK, onlyMethods('GET', 'HEAD', 'POST'));
  router.use(LINK, pageOfErrors(deps.log));
  return router;
}

/** The form was sent: does what it asks, or says what is wrong with it. */
async function actAndTell(deps: ApiDependencies, context: LinkContext, body: unknown, response: Response): Promise<void> {
  const words = wordsOf(context);
  const colleagues = (await colleaguesFor(deps.db, context)) ?? [];
  const form = readForm(body, context.link.action as LinkAction, colleagues, words);
  if (Object.keys(form.mistakes).length > 0) return send(response, 400, formPage(context, colleagues, form, words.says.mistaken));
  try {
    const outcome = await actWith(deps, context, form);
    await tellOutcome(deps.db, context, outcome, response);
  } catch (error) {
    const problem = asProblem(error);
    const refusal = refusalOf(problem);
    if (refusal !== null) return sendStanding(response, context, refusal, 409);
    if (!UNKNOWN_OUTCOMES.includes(problem.code)) throw error;
    response.setHeader('Retry-After', '1');
    send(response, 503, formPage(context, colleagues, { ...form, again: true }, words.says.noAnswer));
  }
}

/** After these the form can be sent again: it acts once. */
const UNKNOWN_OUTCOMES: readonly ProblemCode[] = ['OUTCOME_UNKNOWN', 'DATABASE_UNAVAILABLE'];

/** What the case itself said, which knows more than the row by which the link looked good. */
function refusalOf({ code, members }: Problem): Exclude<LinkStanding, 'good'> | null {
  if (code === 'NOT_YOUR_CASE') return 'handed_over';
  if (code !== 'ACTION_NOT_ALLOWED') return null;
  const actions = members['actions'] as readonly string[];
  return actions.some((action) => action !== 'notes' && action !== 'reopen') ? 'not_now' : 'ended';
}

async function tellOutcome(db: Database, before: LinkContext, { result, action }: LinkOutcome, response: Response): Promise<void> {
  const link = await findLink(db, before.link.tokenHash);
  const context = (link === null ? null : await linkContext(db, link)) ?? before;
  const { says, done } = wordsOf(context);
  if (result === 'not_counted') return sendSaid(response, context, 410, says.notCounted);
  if (result === 'taken') return sendSaid(response, context, 202, says.taken);
  sendSaid(response, context, 200, { heading: says.done.heading, text: `${done[action]} ${says.done.text}` });
}

/** @returns null for a link that does not exist: whether its id or its token is wrong makes no difference */
async function contextOf(db: Database, part: string): Promise<LinkContext | null> {
  const { id, token } = readLink(part);
  const link = await findLink(db, tokenHash(token));
  if (link === null || !sameText(link.id, id)) return null;
  return linkContext(db, link);
}

/** Compares in constant time. */
function sameText(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function standingOf({ link, reviewCase, person, usedBeside, takenAway }: LinkContext): LinkStanding {
  const { status, ending, paused, liaisonId } = reviewCase;
  const facts = {
    action: link.action as LinkAction,
    expiresAt: link.expiresAt.getTime(),
    used: link.usedAt !== null,
    usedBeside,
    forLiaisonId: link.forLiaisonId,
    takenAway,
    active: person.active,
    reviewCase: { status: status as CaseStatus, ending: ending !== null, paused, liaisonId },
  };
  return linkStanding(facts, Date.now());
}

/** @returns to whom the case can be handed over; null when the link does something else */
async function colleaguesFor(db: Database, { link, reviewCase }: LinkContext) {
  return link.action === 'hand-over' ? colleaguesOf(db, reviewCase.liaisonId) : null;
}

function wordsOf({ person }: LinkContext): PageWords {
  return PAGE_WORDS[localeOf(person.locale)];
}

/** A link that cannot act: dead for good (410), or not now. */
function sendStanding(response: Response, context: LinkContext, standing: Exclude<LinkStanding, 'good'>, notNow: 200 | 409): void {
  const { says, dead } = wordsOf(context);
  if (standing === 'not_now') return sendSaid(response, context, notNow, says.notNow);
  const { result } = (context.link.outcome ?? {}) as Partial<LinkOutcome>;
  sendSaid(response, context, 410, standing === 'used' && result === 'not_counted' ? says.notCounted : dead[standing]);
}

function sendSaid(response: Response, context: LinkContext, status: number, said: Said): void {
  send(response, status, saidPage(localeOf(context.person.locale), said, factsOf(context)));
}

function sendUnknown(request: Request, response: Response): void {
  const locale = askedLocale(request);
  send(response, 404, saidPage(locale, PAGE_WORDS[locale].says.unknown));
}

/** Of somebody who is not known. */
function askedLocale(request: Request): Locale {
  return request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh-CN' : 'en';
}

function send(response: Response, status: number, html: string): void {
  response.status(status).type('html').send(html);
}

/** Errors as pages, for people. The address is a secret: no log names it. */
function pageOfErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asProblem(error);
    const { status } = PROBLEMS[problem.code];
    if (problem.code === 'METHOD_NOT_ALLOWED') return sendProblem(response, problem);
    if (status >= 500) log.error({ err: error, method: request.method, path: LINK }, problem.code);
    if (status === 503) response.setHeader('Retry-After', '1');
    const locale = askedLocale(request);
    const { says } = PAGE_WORDS[locale];
    const said =
      status === 413
        ? says.tooLarge
        : status < 500
          ? says.notAForm
          : status === 503 && request.method === 'POST'
            ? says.noAnswer
            : says.failed;
    send(response, status, saidPage(locale, said));
  };
}
