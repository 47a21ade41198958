/** Addresses of chats' incoming webhooks: who has one can write there, so that the whole of it is a secret. */
import { createHmac } from 'node:crypto';
import { isWholeAddress } from '../domain/counterpart.js';

/** A chat's incoming webhook, opened. */
export interface ChatWebhook {
  /** Whole, with path and query. */
  address: string;
  /** `SEC…` of a DingTalk robot whose security setting is "sign"; null: its calls are not signed. */
  secret: string | null;
}

/** What DingTalk's secret of a signed robot looks like. */
export const ROBOT_SECRET = /^SEC[0-9A-Za-z]{16,200}$/;
export const ROBOT_SECRET_FORM = 'SEC and letters and digits, as the robot’s security settings show it';
/** What is shorter is no secret, and may stand in any text. */
const SHORTEST_SECRET_PART = 8;

export function isRobotSecret(value: string): boolean {
  return ROBOT_SECRET.test(value);
}

/**
 * Where a call goes that is made now. For a signed robot with `timestamp` and `sign`, the base64 of HMAC-SHA256 over
 * "<timestamp>\n<secret>" with the secret as its key (DingTalk, security settings of custom robots); DingTalk takes it for an hour.
 * @param now wall time, epoch ms
 */
export function addressOfCall({ address, secret }: ChatWebhook, now: number): string {
  if (secret === null) return address;
  const url = new URL(address);
  url.searchParams.set('timestamp', String(now));
  url.searchParams.set('sign', createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64'));
  return url.href;
}

/** All that must stand in no text of ours, the longest first. */
export function secretPartsOf({ address, secret }: ChatWebhook): string[] {
  const { href, pathname, search, searchParams } = new URL(address);
  const parts = [...pathname.split('/'), ...searchParams.values()].filter(({ length }) => length >= SHORTEST_SECRET_PART);
  const whole = isWholeAddress(address) ? [address, href, `${pathname}${search}`, pathname].filter((part) => part !== '/') : [];
  return [...whole, ...parts, ...(secret === null ? [] : [secret])].toSorted((a, b) => b.length - a.length);
}
