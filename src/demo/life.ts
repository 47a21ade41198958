/** One life of an order: what happens to it, step by step, and how it must come out. */
import type { Arrival } from '../sandbox/arrival-log.js';
import { hasEnded, type CaseStatus } from '../domain/case-status.js';
import { workflowIdOf } from '../domain/identifiers.js';
import type { OrderDocument } from '../domain/order.js';
import { caseClock, type CaseClock } from './case-clock.js';
import { judge, type Expectation } from './judge.js';
import { callsOf, eventually, type Answer, type AuditLine, type CaseView, type DemoStack, type StackCalls } from './stack-calls.js';

/** What a script says of how its life must have come out; the order and its first notice are known. */
export type LifeExpectation = Omit<Expectation, 'order' | 'noticed'>;

export interface Life {
  title: string;
  script: (scene: Scene) => Promise<LifeExpectation>;
}

/** What the demo itself did, where no side's arrivals show it. */
export interface Note {
  wallAt: number;
  text: string;
}

/** How a life was. */
export interface LifeReport {
  title: string;
  orderId: string;
  /** Each thing that was not as it must be. */
  mistakes: string[];
  arrivals: Arrival[];
  audits: AuditLine[];
  notes: Note[];
  clock: CaseClock;
  link: string | undefined;
  status: string;
  seconds: number;
}

/** What a script works with: one order on one stack. */
export class Scene {
  readonly calls: StackCalls;
  readonly clock: CaseClock;
  readonly orderId: string;
  readonly mistakes: string[] = [];
  readonly notes: Note[] = [];
  readonly #audits = new Map<string, AuditLine[]>();
  #noticed = { from: Date.now(), to: Date.now() };
  #noticeSent = false;

  constructor(
    readonly stack: DemoStack,
    readonly order: OrderDocument,
  ) {
    this.orderId = order.orderId;
    this.calls = callsOf(stack);
    this.clock = caseClock(stack, this.calls, order.orderId);
  }

  get noticed(): { from: number; to: number } {
    return this.#noticed;
  }

  note(text: string): void {
    this.notes.push({ wallAt: Date.now(), text });
  }

  /** Tells Holdpoint that the review failed, as the review server does. */
  async notice(reasonType: string, more: object = { order: this.order }): Promise<Answer> {
    const body = {
      eventId: `rf-${this.orderId}`,
      orderId: this.orderId,
      occurredAt: new Date().toISOString(),
      reason: { type: reasonType, code: 'DEMO', text: REASONS[reasonType] ?? null },
      ...more,
    };
    return this.post('/v1/review-failures', body);
  }

  /** Posts an event as the review server and sees it accepted. */
  async post(path: string, body: object): Promise<Answer> {
    if (!this.#noticeSent) this.#noticed = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.#noticeSent = true;
    const answer = await this.calls.asReviewServer(path, body);
    if (answer.status !== 202) throw new Error(`expected: POST ${path} accepted; seen: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.#noticed.to = Math.min(this.#noticed.to, Date.now());
    return answer;
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
      const found = await this.until((view) => view.nextAction !== null || hasEnded(view.status as CaseStatus), 'a planned instant');
      if (found.status !== 'held' && found.status !== 'in_review') break;
      await this.clock.toNext();
    }
    await this.until(({ status }) => status === 'awaiting_liaison', 'awaiting_liaison');
  }

  /** The case has come to its end, and whatever it had to send has arrived. */
  async ended(status: string): Promise<void> {
    const { caseId } = await this.until((view) => hasEnded(view.status as CaseStatus), status);
    await this.stack.client.withDeadline(Date.now() + 30_000, () => this.stack.client.workflow.getHandle(workflowIdOf(caseId)).result());
    const found = await this.until((view) => view.caseId === caseId, 'the case');
    if (found.status !== status) this.mistakes.push(`expected: ${status}; seen: ${found.status} (${found.statusReason})`);
    await this.keepAudit();
  }

  /** Keeps the audit of the order's newest case for the timeline. */
  async keepAudit(): Promise<void> {
    const { caseId, lines } = await this.calls.auditOf(this.orderId);
    this.#audits.set(caseId, lines);
  }

  get audits(): AuditLine[] {
    return [...this.#audits.values()].flat();
  }
}

/** What the demo's failures say to people. */
const REASONS: Record<string, string> = {
  STOCK_SHORT: '12 of 120 in stock',
  PROHIBITED_GOODS: 'may not be sold to this buyer',
};

/** Lives a life and judges it; whatever goes wrong is a mistake of the report, never thrown. */
export async function live(stack: DemoStack, { title, script }: Life, order: OrderDocument): Promise<LifeReport> {
  const startedAt = performance.now();
  const scene = new Scene(stack, order);
  const mistakes = scene.mistakes;
  let expectation: LifeExpectation | undefined;
  try {
    expectation = await script(scene);
  } catch (error) {
    mistakes.push(error instanceof Error ? error.message : String(error));
    await scene.keepAudit().catch(() => {});
  }
  const arrivals = await scene.calls.arrivals(scene.orderId).catch(() => []);
  const found = await scene.calls.caseOf(scene.orderId).catch(() => null);
  if (expectation) mistakes.push(...judge({ ...expectation, order, noticed: scene.noticed }, arrivals));
  return {
    title,
    orderId: scene.orderId,
    mistakes,
    arrivals,
    audits: scene.audits,
    notes: scene.notes,
    clock: scene.clock,
    link: found?.links.temporal,
    status: found === null ? 'no case' : found.status,
    seconds: (performance.now() - startedAt) / 1000,
  };
}
