/** The workflow that delivers the feed to one subscription: its name, its signal and their shapes. */

export const SUBSCRIPTION_DELIVERY_TYPE = 'subscriptionDelivery';
/** There is something to deliver, or something has changed. */
export const NUDGED_SIGNAL = 'nudged';

export interface SubscriptionDeliveryInput {
  subscriptionId: string;
}

export interface Nudge {
  /** Also where it waits for its next try. */
  now: boolean;
}

/** What one piece of work came to. `wait`: for so many ms, until the next try. */
export type DeliveryStep = { kind: 'more' } | { kind: 'caught_up' } | { kind: 'stopped' } | { kind: 'wait'; ms: number; error: string };
