/** Short database work: local, so that it costs one history event. */
export const LOCAL_WORK = {
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
  localRetryThreshold: '30 seconds',
} as const;
