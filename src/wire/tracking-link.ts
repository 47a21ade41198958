/** The customer's private link to an order: who holds it may look, and nobody can guess another's. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** @returns the token of an order's link: HMAC-SHA256 of the order's id under the secret, base64url (43 characters) */
export function trackingToken(secret: string, orderId: string): string {
  return createHmac('sha256', secret).update(`track:${orderId}`).digest('base64url');
}

/** Compares in constant time. */
export function isTrackingToken(secret: string, orderId: string, token: string): boolean {
  const [expected, given] = [Buffer.from(trackingToken(secret, orderId)), Buffer.from(token)];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** @param publicUrl base address of the API as people reach it, without a slash at the end */
export function trackingUrl(publicUrl: string, secret: string, orderId: string): string {
  return `${publicUrl}/track/${encodeURIComponent(orderId)}/${trackingToken(secret, orderId)}`;
}
