/** One life of an order: what happens to it, step by step, and how it must come out. */
import type { OrderDocument } from '../domain/order.js';
import type { Arrival } from '../sandbox/arrival-log.js';
import type { Skip } from './case-clock.js';
import { CaseScene } from './case-scene.js';
import { judge, type Expectation } from './judge.js';
import { judgePlacement, type PlacementExpectation } from './judge-placement.js';
import { CUSTOMER_EMAIL, PlacementScene } from './placement-scene.js';
import type { Scene } from './scene.js';
import type { AuditLine, DemoStack } from './stack-calls.js';
import type { Story } from './stories.js';

/** What a script says of how its life must have come out; the order and its first notice are known. */
export type LifeExpectation = Omit<Expectation, 'order' | 'noticed'>;
/** … and of a placement, of which order, customer and acceptance are known. */
export type PlacementLifeExpectation = Omit<PlacementExpectation, 'order' | 'accepted' | 'email'>;

/** The life of an order whose review failed. */
export interface CaseLife {
  title: string;
  script: (scene: CaseScene) => Promise<LifeExpectation>;
}

/** The life of an order that is placed with a slow vendor. */
export interface PlacementLife {
  title: string;
  placed: (scene: PlacementScene) => Promise<PlacementLifeExpectation>;
}

export type Life = CaseLife | PlacementLife;

/** What the demo itself did, where no side's arrivals show it. */
export interface Note {
  wallAt: number;
  text: string;
}

/** A line of an audit, and whose. */
export interface StoryLine extends AuditLine {
  story: Story['name'];
}

/** How a life was. */
export interface LifeReport {
  title: string;
  /** Whose clock its timeline follows. */
  story: Story;
  orderId: string;
  /** Each thing that was not as it must be. */
  mistakes: string[];
  arrivals: Arrival[];
  audits: StoryLine[];
  notes: Note[];
  skips: Skip[];
  links: string[];
  status: string;
  seconds: number;
}

/** Lives a life and judges it; whatever goes wrong is a mistake of the report, never thrown. */
export async function live(stack: DemoStack, life: Life, order: OrderDocument): Promise<LifeReport> {
  if ('script' in life) {
    const scene = new CaseScene(stack, order);
    return lived(scene, life.title, async () => {
      const expectation = await life.script(scene);
      return (arrivals) => judge({ ...expectation, order: scene.order, noticed: scene.noticed }, arrivals);
    });
  }
  const scene = new PlacementScene(stack, order);
  return lived(scene, life.title, async () => {
    const expectation = await life.placed(scene);
    const known = { order: scene.order, accepted: scene.accepted, email: CUSTOMER_EMAIL };
    return (arrivals) => judgePlacement({ ...expectation, ...known }, arrivals);
  });
}

type Judge = (arrivals: readonly Arrival[]) => string[];

async function lived(scene: Scene, title: string, script: () => Promise<Judge>): Promise<LifeReport> {
  const startedAt = performance.now();
  const { calls, story, orderId, mistakes } = scene;
  let judgement: Judge = () => [];
  try {
    judgement = await script();
  } catch (error) {
    mistakes.push(error instanceof Error ? error.message : String(error));
    await scene.keepAudit().catch(() => {});
  }
  const arrivals = await calls.arrivals(orderId).catch(() => []);
  const found = await story.find(calls, orderId).catch(() => null);
  mistakes.push(...judgement(arrivals));
  return {
    title,
    story,
    orderId,
    mistakes,
    arrivals,
    audits: scene.audits,
    notes: scene.notes,
    skips: scene.skips,
    links: await scene.links().catch(() => []),
    status: found === null ? `no ${story.name}` : found.status,
    seconds: (performance.now() - startedAt) / 1000,
  };
}
