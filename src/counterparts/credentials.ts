/** What a call proves itself with: signatures by every valid secret, and a bearer key or token where the counterpart wants one. */
import { isChat, type Counterpart } from '../domain/counterpart.js';
import type { Database } from '../db/database.js';
import { validSecrets, type SecretPurpose } from '../db/counterpart-secrets.js';
import { secretPartsOf, type ChatWebhook } from './chat-address.js';
import { CredentialError } from './credential-error.js';
import type { Networks } from './networks.js';
import { createOAuthTokens } from './oauth-tokens.js';
import { remembered } from './remembered.js';
import { UnsealableError, type Sealing } from './sealing.js';

export interface Access {
  /** `whsec_…`, the newest first; at least one. */
  signing: string[];
  /** Whether they are the counterpart's own, not the settings'. */
  ownSigning: boolean;
  /** A bearer key or token; null: the counterpart wants none. */
  bearer: string | null;
  /** Where a chat is written to; null: the counterpart is called by its `baseUrl`. */
  chat: ChatWebhook | null;
  /** What must stand in no text of ours, should the other side say it back. */
  hidden: string[];
}

export interface Credentials {
  /** @throws CredentialError */
  of(counterpart: Counterpart): Promise<Access>;
  /** The counterpart answered 401 to a token. */
  drop(counterpart: Counterpart, token: string): void;
}

export interface CredentialsOptions {
  db: Database;
  sealing: Sealing;
  networks: Networks;
  /** Signs where a counterpart has no secret of its own. */
  defaultWebhookSecret: string;
  /** How long secrets are used before they are looked at again. */
  cacheMs: number;
}

export function createCredentials({ db, sealing, networks, defaultWebhookSecret, cacheMs }: CredentialsOptions): Credentials {
  const tokens = createOAuthTokens(networks);
  const cached = remembered((name) => {
    const [id = '', purpose = ''] = name.split(' ');
    return validSecrets(db, sealing, id, purpose as SecretPurpose);
  }, cacheMs);
  const secretsOf = ({ id }: Counterpart, purpose: SecretPurpose): Promise<string[]> => cached(`${id} ${purpose}`);
  const newest = async (counterpart: Counterpart, purpose: SecretPurpose): Promise<string> => {
    const [secret] = await secretsOf(counterpart, purpose);
    if (secret !== undefined) return secret;
    const { id } = counterpart;
    throw new CredentialError(`no secret for ${purpose} is kept of ${id}: add one by POST /v1/counterparts/${id}/secrets`);
  };
  const bearerOf = async (counterpart: Counterpart): Promise<string | null> => {
    const { auth } = counterpart;
    if (auth.type === 'none') return null;
    if (auth.type === 'bearer') return newest(counterpart, 'bearer');
    return tokens.tokenFor({ counterpart, auth, clientSecret: await newest(counterpart, 'client_secret') });
  };
  const chatOf = async (counterpart: Counterpart): Promise<ChatWebhook | null> => {
    const { id, format } = counterpart;
    if (!isChat(format)) return null;
    const [address] = await secretsOf(counterpart, 'address');
    if (address === undefined) {
      throw new CredentialError(`no address is kept of ${id}: give its webhook's whole address as baseUrl by PUT /v1/counterparts/${id}`);
    }
    const [secret = null] = format === 'dingtalk' ? await secretsOf(counterpart, 'robot') : [];
    return { address, secret };
  };
  return {
    async of(counterpart) {
      try {
        const own = await secretsOf(counterpart, 'signing');
        const ownSigning = own.length > 0;
        const [chat, bearer] = [await chatOf(counterpart), await bearerOf(counterpart)];
        const hidden = [...(bearer === null ? [] : [bearer]), ...(chat === null ? [] : secretPartsOf(chat))];
        return { signing: ownSigning ? own : [defaultWebhookSecret], ownSigning, bearer, chat, hidden };
      } catch (error) {
        if (error instanceof UnsealableError) throw new CredentialError(`${counterpart.id}: ${error.message}`);
        throw error;
      }
    },
    drop: ({ id }, token) => tokens.drop(id, token),
  };
}
