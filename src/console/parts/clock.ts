/** One clock for every countdown of the page, a tick a second while the page is seen. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function tick(): void {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** @returns epoch ms, to the second */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => (listeners.size > 0 ? now : Math.floor(Date.now() / TICK_MS) * TICK_MS));
}

/** A difference below this is writing and reading, not time that was skipped. */
const SKIPPED_MS = 30_000;

/** @returns how far a case's own clock is ahead of ours, in ms: in a sandbox its time can be skipped */
export function aheadOf({ caseAt, asOf }: { caseAt: string; asOf: string }): number {
  const ahead = Date.parse(caseAt) - Date.parse(asOf);
  return ahead > SKIPPED_MS ? ahead : 0;
}
