/** What every script works with: one order on one stack, whose story is told afterwards. */
import type { OrderDocument } from '../domain/order.js';
import { caseClock, type CaseClock } from './case-clock.js';
import type { Note } from './life.js';
import { callsOf, type AuditLine, type DemoStack, type StackCalls } from './stack-calls.js';
import type { Story } from './stories.js';

export abstract class Scene {
  readonly calls: StackCalls;
  readonly clock: CaseClock;
  readonly orderId: string;
  readonly mistakes: string[] = [];
  readonly notes: Note[] = [];
  readonly #audits = new Map<string, AuditLine[]>();

  constructor(
    readonly stack: DemoStack,
    readonly order: OrderDocument,
    readonly story: Story,
  ) {
    this.orderId = order.orderId;
    this.calls = callsOf(stack);
    this.clock = caseClock(stack, this.calls, order.orderId, story);
  }

  note(text: string): void {
    this.notes.push({ wallAt: Date.now(), text });
  }

  /** Keeps the audit of the order's newest case, or placement, for the timeline. */
  abstract keepAudit(): Promise<void>;

  /** @param shiftMs how far the run's clock was behind the timeline's */
  protected keep(id: string, lines: AuditLine[], shiftMs = 0): void {
    const shifted = (at: string): string => new Date(Date.parse(at) + shiftMs).toISOString();
    this.#audits.set(
      id,
      lines.map((line) => ({ ...line, caseAt: shifted(line.caseAt) })),
    );
  }

  get audits(): AuditLine[] {
    return [...this.#audits.values()].flat();
  }

  /** Waits for the run's own end: whatever it had to send has been sent. */
  protected async runEnded(workflowId: string): Promise<void> {
    await this.stack.client.withDeadline(Date.now() + 30_000, () => this.stack.client.workflow.getHandle(workflowId).result());
  }
}
