/** A review case as a script works with it. */
import type { Arrival } from '../sandbox/arrival-log.js';
import { hasEnded } from '../domain/case-status.js';
import { workflowIdOf } from '../domain/identifiers.js';
import type { OrderDocument } from '../domain/order.js';
import { Scene } from './scene.js';
import { eventually, type Accepted, type CaseView, type DemoStack, type FailureNotice } from './stack-calls.js';
import { REVIEW_CASE } from './stories.js';

export class CaseScene extends Scene {
  #noticed = { from: Date.now(), to: Date.now() };
  #noticeSent = false;

  constructor(stack: DemoStack, order: OrderDocument) {
    super(stack, order, REVIEW_CASE);
  }

  get noticed(): { from: number; to: number } {
    return this.#noticed;
  }

  /** Tells Holdpoint that the review failed, as the review server does. */
  async notice(
    reasonType: string,
    more: Pick<FailureNotice, 'order'> = { order: this.order as FailureNotice['order'] },
  ): Promise<Accepted> {
    const notice: FailureNotice = {
      eventId: `rf-${this.orderId}`,
      orderId: this.orderId,
      occurredAt: new Date().toISOString(),
      reason: { type: reasonType, code: 'DEMO', text: REASONS[reasonType] ?? null },
      ...more,
    };
    return this.accepted(this.calls.reportFailure(notice));
  }

  /** The case was opened by Holdpoint itself, between these wall instants. */
  openedBetween(from: number, to: number): void {
    this.#noticed = { from, to };
  }

  /** Waits for the answer to a notice of the review server; of the first, its commit is what the case's clocks count from. */
  async accepted(sending: Promise<Accepted>): Promise<Accepted> {
    if (!this.#noticeSent) this.#noticed = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.#noticeSent = true;
    const accepted = await sending;
    this.#noticed.to = Math.min(this.#noticed.to, Date.now());
    return accepted;
  }

  /** From now on the case's clocks count from the notice as it is heard now. */
  async retried(work: Promise<unknown>): Promise<void> {
    await work;
    this.#noticed = { from: this.#noticed.from, to: Date.now() };
  }

  async until(wanted: (found: CaseView) => boolean, what: string): Promise<CaseView> {
    let last: CaseView | null = null;
    const ask = async () => {
      last = await this.calls.caseOf(this.orderId);
      return last !== null && wanted(last) ? last : undefined;
    };
    return eventually(
      ask,
      () => `expected: ${what}; seen: ${last === null ? 'no case' : `${last.status}, ${last.reviewAttempts} requests`}`,
    );
  }

  /** The buyer server and the liaison have been told so much. */
  async untilTold(messages: number, mails: number): Promise<void> {
    const count = (arrivals: Arrival[], side: string) => arrivals.filter((arrival) => arrival.side === side).length;
    let seen = '';
    const ask = async () => {
      const arrivals = await this.calls.arrivals(this.orderId);
      seen = `${count(arrivals, 'buyer')} and ${count(arrivals, 'inbox')}`;
      return count(arrivals, 'buyer') >= messages && count(arrivals, 'inbox') >= mails ? true : undefined;
    };
    await eventually(ask, () => `expected: ${messages} buyer messages and ${mails} mails; seen: ${seen}`);
  }

  /** Held, and everybody told. */
  async untilHeld(): Promise<void> {
    await this.until(({ status }) => status === 'held', 'held');
    await this.untilTold(1, 1);
  }

  /** Lets time pass until request number `attempt` has been answered with a failure. */
  async failedAttempt(attempt: number): Promise<void> {
    await this.clock.toNext();
    await this.until(({ status, reviewAttempts }) => status === 'held' && reviewAttempts === attempt, `held after request ${attempt}`);
  }

  /** Lets time pass, request by request, until the rule makes none any more. */
  async untilPeopleMustAct(): Promise<void> {
    for (;;) {
      const found = await this.until((view) => view.nextAction !== null || hasEnded(view.status), 'a planned instant');
      if (found.status !== 'held' && found.status !== 'in_review') break;
      await this.clock.toNext();
    }
    await this.until(({ status }) => status === 'awaiting_liaison', 'awaiting_liaison');
  }

  /** The case has come to its end, and whatever it had to send has arrived. */
  async ended(status: string): Promise<void> {
    const { caseId } = await this.until((view) => hasEnded(view.status), status);
    await this.runEnded(workflowIdOf(caseId));
    const found = await this.until((view) => view.caseId === caseId, 'the case');
    if (found.status !== status) this.mistakes.push(`expected: ${status}; seen: ${found.status} (${found.statusReason})`);
    await this.keepAudit();
  }

  /**
   * The liaison opens the mail and follows its link of this name: the page shows what will happen and changes nothing; its button acts.
   * @param label what the link is called in the mail
   */
  async liaisonFollows(label: string, act: string, note: string): Promise<void> {
    const link = await eventually(
      async () => linkBelow(label, (await this.calls.mails(this.orderId)).at(-1)?.text ?? ''),
      () => `expected: a link "${label}" in the mail to the liaison; seen: none`,
    );
    const before = await this.until(() => true, 'the case');
    this.note(`the liaison opens the mail, and its link "${label}"`);
    const page = await fetch(link, { signal: AbortSignal.timeout(20_000) });
    const shown = await page.text();
    if (page.status !== 200 || !shown.includes(this.orderId)) this.mistakes.push(`expected: a page about the order; seen: ${page.status}`);
    const { status } = await this.until(() => true, 'the case');
    if (status !== before.status) this.mistakes.push(`expected: looking changes nothing; seen: ${before.status}, then ${status}`);
    this.note(`… and presses its button: ${note}`);
    const body = new URLSearchParams({ act, note });
    const done = await fetch(link, { method: 'POST', body, signal: AbortSignal.timeout(20_000) });
    await done.body?.cancel();
    if (!done.ok) this.mistakes.push(`expected: the button acts; seen: ${done.status}`);
  }

  async keepAudit(): Promise<void> {
    const { caseId, lines } = await this.calls.auditOf(this.orderId);
    this.keep(caseId, lines);
  }
}

/** A text mail names each link on the line above it. */
function linkBelow(label: string, text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line, index) => line.includes('/act/') && lines[index - 1]?.startsWith(label));
}

/** What the demo's failures say to people. */
const REASONS: Record<string, string> = {
  STOCK_SHORT: '12 of 120 in stock',
  PROHIBITED_GOODS: 'may not be sold to this buyer',
};
