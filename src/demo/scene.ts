/** What every script works with: one order on one stack, whose story is told afterwards. */
import type { OrderDocument } from '../domain/order.js';
import { caseClock, type CaseClock, type Skip } from './case-clock.js';
import type { Note, StoryLine } from './life.js';
import { callsOf, type AuditLine, type DemoStack, type StackCalls } from './stack-calls.js';
import type { Story } from './stories.js';

export abstract class Scene {
  readonly calls: StackCalls;
  readonly clock: CaseClock;
  readonly orderId: string;
  readonly mistakes: string[] = [];
  readonly notes: Note[] = [];
  /** What came of it in another story of the order. */
  readonly others: Scene[] = [];
  readonly #audits = new Map<string, StoryLine[]>();

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
    const { name } = this.story;
    this.#audits.set(
      id,
      lines.map((line) => ({ ...line, caseAt: shifted(line.caseAt), story: name })),
    );
  }

  get audits(): StoryLine[] {
    return [this, ...this.others].flatMap((scene) => [...scene.#audits.values()].flat());
  }

  /** How far the clocks were moved, oldest first. */
  get skips(): Skip[] {
    return [this, ...this.others].flatMap(({ clock }) => [...clock.skips]).toSorted((a, b) => a.wallAt - b.wallAt);
  }

  /** Where the stories can be read in the Temporal Web UI. */
  async links(): Promise<string[]> {
    const found = await Promise.all([this, ...this.others].map(({ story, calls, orderId }) => story.find(calls, orderId)));
    return found.flatMap((story) => story?.links.temporal ?? []);
  }

  /** Waits for the run's own end: whatever it had to send has been sent. */
  protected async runEnded(workflowId: string): Promise<void> {
    await this.stack.client.withDeadline(Date.now() + 30_000, () => this.stack.client.workflow.getHandle(workflowId).result());
  }
}
