/** Links in notices with which their reader acts, once (D4): the worker writes them, the API checks them, the token is nowhere kept. */
import { createHash, createHmac } from 'node:crypto';

/** What a link is made of: all of it is known again at a retry or a resend, so that a notice carries the same links. */
export interface LinkSubject {
  /** The ledger's key of the notice. */
  messageKey: string;
  action: string;
  personId: string;
}

export interface LinkSecret {
  /** The public half: 128 bits, base64url (22 characters). */
  id: string;
  /** The secret half: 256 bits, base64url (43 characters). */
  token: string;
}

/** In the place of a token in all that is kept. */
const REDACTED = 'redacted';

/**
 * @param linkKey the setting HOLDPOINT_LINK_KEY; tracking links are made with it too, of texts that begin with `track:`
 * @returns both halves, each HMAC-SHA-256 of what the link is made of
 */
export function actionLink(linkKey: string, { messageKey, action, personId }: LinkSubject): LinkSecret {
  const half = (name: 'id' | 'token'): Buffer =>
    createHmac('sha256', linkKey)
      .update(`act-${name}:${JSON.stringify([messageKey, action, personId])}`)
      .digest();
  return { id: half('id').subarray(0, 16).toString('base64url'), token: half('token').toString('base64url') };
}

/** @returns SHA-256 of a token, hex: what the database keeps of it */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** @param publicUrl base address of the API as people reach it, without a slash at the end @returns the link without its token, as it is kept */
export function redactedUrl(publicUrl: string, id: string): string {
  return `${publicUrl}/act/${id}.${REDACTED}`;
}

/** @returns the halves of a link's last part, `{id}.{token}`; whatever they are */
export function readLink(part: string): LinkSecret {
  const dot = part.indexOf('.');
  return dot === -1 ? { id: part, token: '' } : { id: part.slice(0, dot), token: part.slice(dot + 1) };
}

/**
 * Puts the tokens into a message at the moment it is sent. Only this message's own links are touched: their ids cannot be guessed, so
 * nothing in an order can stand for one.
 * @param tokens id → token
 */
export function withTokens(text: string, tokens: ReadonlyMap<string, string>): string {
  return text.replace(/\/act\/([A-Za-z0-9_-]{22})\.redacted/g, (whole, id: string) => {
    const token = tokens.get(id);
    return token === undefined ? whole : `/act/${id}.${token}`;
  });
}
