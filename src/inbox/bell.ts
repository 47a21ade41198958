/** Wakes one of those who pause; one that is about to pause sees by the count that it rang meanwhile. */
export function createBell() {
  let sleepers: { wake: () => void; light: boolean }[] = [];
  let rings = 0;
  return {
    count: () => rings,
    /** @param everyone also those who pause for a reason of their own */
    ring: (everyone = false): void => {
      rings += 1;
      // One event, one hand-over: the others would look in vain. Whoever is at work looks again by himself.
      const first = sleepers.find(({ light }) => light);
      const woken = everyone ? sleepers : sleepers.filter((sleeper) => sleeper === first);
      sleepers = sleepers.filter((sleeper) => !woken.includes(sleeper));
      for (const { wake } of woken) wake();
    },
    pause: (ms: number, light = true): Promise<void> =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          // Also after its time: a ring must not go to one who is up already.
          sleepers = sleepers.filter((sleeper) => sleeper.wake !== wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        sleepers.push({ wake, light });
      }),
  };
}
