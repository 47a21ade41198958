/** The delivery of one message outside its case (D9): its name and shapes. */
export const MESSAGE_DELIVERY_TYPE = 'messageDelivery';

export interface MessageDeliveryInput {
  key: string;
  /** Which sending it is: 0 for a message that was queued at first, n for the n-th time that people had it sent again. */
  resends: number;
  /** By which counterpart it goes. */
  counterpartId: string;
  /** What it is and to whom, in words without personal data: `review failed to the buyer, message P-1/1/2`. */
  what: string;
}

export interface MessageDeliveryResult {
  key: string;
  /** `refused` and `dropped`: it surely never took effect. `unknown`: it may have, or may yet. */
  outcome: 'delivered' | 'refused' | 'dropped' | 'unknown';
}
