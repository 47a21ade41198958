/** The console's cookies: one for who is signed in, and one for each sign-in that has begun. No script can read them. */
import type { Request, Response } from 'express';

export interface Cookies {
  /** @returns the secret of the session with which a call comes */
  sessionIn(request: Request): string | undefined;
  setSession(response: Response, secret: string, maxAgeMs: number): void;
  clearSession(response: Response): void;
  /** @returns what was kept for a sign-in */
  signInIn(request: Request, state: string): string | undefined;
  setSignIn(request: Request, response: Response, state: string, sealed: string, maxAgeMs: number): void;
  clearSignIn(response: Response, state: string): void;
}

/** So many tabs may be signing in at once; the first of more give way, so that the request's head stays small. */
const MAX_SIGN_INS = 6;
/** Of a state: enough to tell sign-ins apart. The whole is in what is sealed. */
const STATE_SHOWN = 12;

/** @param publicUrl where browsers reach us: over https the cookies go over nothing else, and are of this host alone (`__Host-`) */
export function createCookies(publicUrl: string): Cookies {
  const { protocol, port } = new URL(publicUrl);
  const secure = protocol === 'https:';
  // Cookies know no ports: two stacks on one machine must not sign each other out.
  const named = (what: string): string => (secure ? `__Host-holdpoint-${what}` : `holdpoint-${port || '80'}-${what}`);
  const session = named('session');
  const signIn = named('sign-in-');
  const nameOf = (state: string): string => signIn + state.slice(0, STATE_SHOWN);
  const common = { httpOnly: true, secure, path: '/' } as const;
  // Pages are fetched without it, and all calls are of our own pages: it need not come along from elsewhere.
  const ofSession = { ...common, sameSite: 'strict' } as const;
  // People come back from the issuer, which is another site.
  const ofSignIn = { ...common, sameSite: 'lax' } as const;
  return {
    sessionIn: (request) => cookiesOf(request).get(session),
    setSession: (response, secret, maxAge) => void response.cookie(session, secret, { ...ofSession, maxAge }),
    clearSession: (response) => void response.clearCookie(session, ofSession),
    signInIn: (request, state) => cookiesOf(request).get(nameOf(state)),
    setSignIn(request, response, state, sealed, maxAge) {
      const begun = [...cookiesOf(request).keys()].filter((name) => name.startsWith(signIn));
      for (const name of begun.slice(0, Math.max(0, begun.length + 1 - MAX_SIGN_INS))) response.clearCookie(name, ofSignIn);
      response.cookie(nameOf(state), sealed, { ...ofSignIn, maxAge });
    },
    clearSignIn: (response, state) => void response.clearCookie(nameOf(state), ofSignIn),
  };
}

/** RFC 6265; of several with one name the first, which is the most specific. */
function cookiesOf(request: Request): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [, name, value] = /^\s*([^=\s]+)=([\w.~-]*)\s*$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(pairs.toReversed());
}
