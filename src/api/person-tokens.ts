import type { Caller } from '../domain/access.js';

/** People whom an issuer vouches for. */
export interface People {
  /** @throws Problem TOKEN_INVALID, ISSUER_UNAVAILABLE */
  callerWith(token: string): Promise<Caller>;
}
