/** Short database work: local, so that it costs one history event. */
export const LOCAL_WORK = {
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
  localRetryThreshold: '30 seconds',
} as const;

/** Does a piece of database work after those before it. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * One piece of database work after the other. What is under way at once comes to its end in any order, and a replay, which has all the
 * results at hand, would go on in another one: the workflow could not be taken up by another worker.
 */
export function createTurns(): InTurn {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = before.then(work);
    before = mine.catch(() => undefined);
    return mine;
  };
}
