import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Counterparts } from '../counterparts/caller.js';
import type { Sealing } from '../counterparts/sealing.js';
import type { Database } from '../db/database.js';
import type { Inbox } from '../inbox/inbox.js';
import type { ApiKey } from './authentication.js';
import type { Console } from './console/console.js';
import type { People } from './person-tokens.js';
import type { OverloadLimits } from './overload.js';
import type { StreamLimits } from './events/stream.js';

export interface ApiLimits extends OverloadLimits {
  /** Of one key, in one process. */
  callsPerSecond: number;
}

export interface ApiDependencies {
  db: Database;
  inbox: Inbox;
  /** May be a lazy client: the API takes events while Temporal is away. */
  client: Client;
  namespace: string;
  /** Of the settings: each may do everything. */
  keys: readonly ApiKey[];
  /** Those whom the issuer of tokens vouches for; undefined: only keys are let in. */
  people?: People | undefined;
  /** Undefined: people do not sign in here. */
  console?: Console | undefined;
  /** Where the console's build is; undefined: its pages are not served. */
  consoleDirectory?: string | undefined;
  /** Base address of the Temporal Web UI, for links. */
  temporalUiUrl: string | undefined;
  /** The secret of the customers' private links. */
  linkKey: string;
  /** Seals the secrets of counterparts, and opens those with which senders sign. */
  sealing: Sealing;
  counterparts: Counterparts;
  limits?: Partial<ApiLimits>;
  streams?: Partial<StreamLimits>;
  /** Answers that are not as the contract says become errors: for tests. */
  checkAnswers?: boolean;
  log: Logger;
  /** There is something for the relay. */
  wake: () => void;
  /** Messages have been queued for delivery. */
  wakeDeliveries: () => void;
}
