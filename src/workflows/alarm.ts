import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { minuteOf } from './minute.js';

export interface Alarm {
  /** Sets the instant at which it rings; the same instant again leaves the timer running. Null: silent. */
  set(next: { at: number; what: string } | null): void;
  /** Whether it has rung since it was last set. */
  rang(): boolean;
}

/** One durable timer that is only replaced when its instant changes: a wake-up for another reason costs no events. */
export function createAlarm(): Alarm {
  let scope: CancellationScope | null = null;
  let setFor: number | null = null;
  let rung = false;

  const start = async (at: number, what: string, own: CancellationScope): Promise<void> => {
    try {
      await own.run(() => sleep(Math.max(at - Date.now(), 1), { summary: `${what} at ${minuteOf(at)}` }));
      rung = true;
      setFor = null;
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  };
  return {
    set(next) {
      rung = false;
      if (next?.at === setFor) return;
      scope?.cancel();
      scope = null;
      setFor = next?.at ?? null;
      if (next === null) return;
      scope = new CancellationScope({ cancellable: true });
      void start(next.at, next.what, scope);
    },
    rang: () => rung,
  };
}
