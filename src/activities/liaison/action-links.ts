/** Links with which the reader of a notice can act (D4): made for it, and put into it when it is sent. */
import type { LinkAction } from '../../domain/action-link.js';
import { keepLinks, linksOfMessage } from '../../db/action-links.js';
import type { Database } from '../../db/database.js';
import { actionLink, redactedUrl, tokenHash, withTokens } from '../../wire/action-link.js';

export interface LinkRequest {
  /** The ledger's key of the notice. */
  messageKey: string;
  caseId: string;
  orderId: string;
  /** Who gets the notice, and acts. */
  personId: string;
  /** The liaison as whom, or in whose place, the person is told: the links die when the case is somebody else's. Null: told by escalation. */
  forLiaisonId: string | null;
  actions: readonly LinkAction[];
  /** Wall time, epoch ms: `linkExpiresAt`. */
  expiresAt: number;
}

export interface IssuedLinks {
  /** In the order of the actions; the token is redacted, as the ledger keeps it. */
  links: { action: LinkAction; url: string }[];
  /** id → token, for the moment of sending. */
  tokens: Map<string, string>;
}

/** Makes the links of a notice, the same however often it is asked for. Of a token only its hash is kept. */
export async function issueActionLinks(db: Database, linkKey: string, publicUrl: string, request: LinkRequest): Promise<IssuedLinks> {
  const { messageKey, caseId, orderId, personId, forLiaisonId, actions, expiresAt } = request;
  const made = actions.map((action) => ({ action, ...actionLink(linkKey, { messageKey, action, personId }) }));
  const common = { messageKey, caseId, orderId, liaisonId: personId, forLiaisonId, expiresAt: new Date(expiresAt) };
  await keepLinks(
    db,
    made.map(({ action, id, token }) => ({ ...common, id, action, tokenHash: tokenHash(token) })),
  );
  return {
    links: made.map(({ action, id }) => ({ action, url: redactedUrl(publicUrl, id) })),
    tokens: new Map(made.map(({ id, token }) => [id, token])),
  };
}

/**
 * A notice as it is sent, from what the ledger keeps of it: also for one that is sent again later.
 * A link that was made with another key than today's stays redacted, and leads nowhere.
 */
export async function textToSend(db: Database, linkKey: string, messageKey: string, kept: string): Promise<string> {
  const rows = await linksOfMessage(db, messageKey);
  const tokens = rows.flatMap(({ id, tokenHash: hash, action, liaisonId }) => {
    const { token } = actionLink(linkKey, { messageKey, action, personId: liaisonId });
    return tokenHash(token) === hash ? [[id, token] as const] : [];
  });
  return withTokens(kept, new Map(tokens));
}
