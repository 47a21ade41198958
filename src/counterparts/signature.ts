/** Signatures of Standard Webhooks 1.0, by its own package: what we send is signed, what we are sent is verified. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** Standard Webhooks: 24 to 64 random bytes, in base64 after `whsec_`. */
export const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** What a signing or verification secret must look like, in words. */
export const WEBHOOK_SECRET_FORM = 'whsec_ followed by the base64 of 24 to 64 random bytes';

export function isWebhookSecret(value: string): boolean {
  return WEBHOOK_SECRET.test(value);
}

export type SignatureHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/**
 * The three headers of Standard Webhooks. In a rotation every valid secret signs, and the receiver takes any it knows.
 * @param id stable over all retries of a message
 * @param body exactly as sent; empty where there is none
 * @param secrets `whsec_` and base64, the newest first; at least one
 */
export function signatureHeaders(id: string, body: string, secrets: readonly string[]): SignatureHeaders {
  // By wall time to the second, as the receiver judges its age.
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const signatures = secrets.map((secret) => webhookOf(secret).sign(id, at, body));
  return { 'webhook-id': id, 'webhook-timestamp': String(at.getTime() / 1000), 'webhook-signature': signatures.join(' ') };
}

/** `why` is for the sender: what was wrong, and what would be right. */
export type SignatureVerdict = { valid: true; id: string; signedAt: Date } | { valid: false; why: string };

/**
 * Whether a call was signed with one of the secrets, within 5 minutes of now. A replay within that time is the caller's to notice, by `id`.
 * @param rawBody the bytes as they came, before they were parsed
 * @param headers of the request, names in lower case
 * @param secrets those valid now; `whsec_` and base64
 */
export function verifySignature(
  rawBody: Buffer | string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  secrets: readonly string[],
): SignatureVerdict {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  const given = Object.fromEntries(names.map((name) => [name, headers[name]]));
  const missing = names.filter((name) => typeof given[name] !== 'string' || given[name] === '');
  if (missing.length > 0)
    return { valid: false, why: `each of the headers ${names.join(', ')} is needed once; wrong: ${missing.join(', ')}` };
  const sent = given as SignatureHeaders;
  if (!/^\d{1,12}$/.test(sent['webhook-timestamp'])) return { valid: false, why: 'webhook-timestamp must be seconds since 1970' };
  let why = 'no secret is there to verify it with';
  for (const secret of secrets) {
    const mistake = mistakeOf(rawBody, sent, secret);
    if (mistake === null) return { valid: true, id: sent['webhook-id'], signedAt: new Date(Number(sent['webhook-timestamp']) * 1000) };
    why = mistake;
  }
  return { valid: false, why };
}

const IN_WORDS: Record<string, string> = {
  'Message timestamp too old': 'webhook-timestamp is more than 5 minutes old: sign each attempt anew',
  'Message timestamp too new': 'webhook-timestamp is more than 5 minutes ahead: set the clock right',
  'No matching signature found': 'webhook-signature was not made of this body with a secret that is valid here',
};

function mistakeOf(rawBody: Buffer | string, headers: SignatureHeaders, secret: string): string | null {
  try {
    webhookOf(secret).verify(rawBody, headers, { jsonParse: false });
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return IN_WORDS[error.message] ?? error.message;
    throw error;
  }
}

function webhookOf(secret: string): Webhook {
  return new Webhook(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'), { format: 'raw' });
}
