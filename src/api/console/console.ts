/** The console's server side (a backend for its pages): sessions, and the issuer that it signs people in at. No token leaves it. */
import type { Request } from 'express';
import type { Logger } from 'pino';
import type { Sealing } from '../../counterparts/sealing.js';
import type { Database } from '../../db/database.js';
import type { OidcClient } from '../../oidc-settings.js';
import type { People, Person } from '../person-tokens.js';
import { Problem } from '../problems.js';
import { createCookies, type Cookies } from './cookies.js';
import { createIssuerClient, type IssuerClient } from './issuer-client.js';
import { HOME } from './own-path.js';
import { requireOwnPage } from './own-page.js';
import { createSessions, type Sessions } from './sessions.js';

export interface ConsoleOptions {
  db: Database;
  sealing: Sealing;
  people: People;
  /** As tokens name it. */
  issuer: string;
  client: OidcClient;
  /** Where browsers reach us. */
  publicUrl: string;
  /** The sandbox's control; undefined: there is none. */
  sandboxUrl: string | undefined;
  log: Logger;
}

export interface Console {
  publicUrl: string;
  sandboxUrl: string | undefined;
  cookies: Cookies;
  issuer: IssuerClient;
  sessions: Sessions;
  /**
   * The session with which a page of ours calls.
   * @returns undefined when the call has no cookie of ours
   * @throws Problem NOT_OWN_PAGE
   */
  sessionOf(request: Request): string | undefined;
  /** @throws Problem SESSION_OVER, NOT_OWN_PAGE, ISSUER_UNAVAILABLE */
  personOf(request: Request): Promise<Person>;
}

export function createConsole(options: ConsoleOptions): Console {
  const { publicUrl, sandboxUrl, client, db, sealing, people, log } = options;
  const { origin } = new URL(publicUrl);
  const cookies = createCookies(publicUrl);
  const redirectUri = `${publicUrl}/console/signed-in`;
  const issuer = createIssuerClient({ issuer: options.issuer, client, redirectUri, signedOutUri: publicUrl + HOME });
  const sessions = createSessions({ db, sealing, people, issuer, log });
  const sessionOf = (request: Request): string | undefined => {
    const secret = cookies.sessionIn(request);
    if (secret !== undefined) requireOwnPage(request, origin);
    return secret;
  };
  return {
    publicUrl,
    sandboxUrl,
    cookies,
    issuer,
    sessions,
    sessionOf,
    async personOf(request) {
      const secret = sessionOf(request);
      if (secret === undefined) throw new Problem('SESSION_OVER', 'Nobody is signed in here. Sign in: /console/sign-in');
      return sessions.personOf(secret, true);
    },
  };
}
