/** The barest calls to the other sides: one request each, in their wire's shape, unsigned and remembered nowhere. */
import type { Transporter } from 'nodemailer';
import { request } from 'undici';
import type { BarestInput } from './contract.js';

export interface OtherSides {
  buyerServerUrl: string;
  reviewServerUrl: string;
  mail: Transporter;
}

export function createBarestActivities({ buyerServerUrl, reviewServerUrl, mail }: OtherSides) {
  return {
    async tellBuyer(order: BarestInput['order']): Promise<void> {
      const { orderId } = order;
      const place = { messageId: `${orderId}/1/1`, orderId, reviewRound: 1, sequence: 1 };
      const message = { ...place, kind: 'review_succeeded', provisional: true, supersedes: null, at: new Date().toISOString(), order };
      await post(`${buyerServerUrl}/order-review-messages`, message);
    },

    async mailLiaison(orderId: string, reasonType: string): Promise<void> {
      await mail.sendMail({
        from: 'barest@localhost',
        to: 'liaison@liaison.example',
        subject: `Order ${orderId}: review failed (${reasonType})`,
        text: `The review of order ${orderId} failed: ${reasonType}. It will be asked for again.`,
        headers: { 'X-Holdpoint-Order': orderId },
      });
    },

    async requestReview(orderId: string, attempt: number): Promise<'succeeded' | 'failed'> {
      const place = { reviewRequestId: `${orderId}.1.${attempt}`, orderId, reviewRound: 1, attempt };
      const answer = await post(`${reviewServerUrl}/review-requests`, { ...place, requestedAt: new Date().toISOString() });
      return (answer as { outcome: 'succeeded' | 'failed' }).outcome;
    },
  };
}

export type BarestActivities = ReturnType<typeof createBarestActivities>;

async function post(url: string, body: object): Promise<unknown> {
  const response = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.body.json();
  if (response.statusCode >= 300) throw new Error(`${url}: ${response.statusCode} ${JSON.stringify(answer)}`);
  return answer;
}
