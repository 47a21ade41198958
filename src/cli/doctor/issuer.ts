/** The issuer of people's tokens: can the console send people there, and is it reached as it should be. */
import type { ApiConfig } from '../../config.js';
import { isOnThisMachine } from '../../oidc-settings.js';
import { failure, ok, warning, type Finding } from './finding.js';

const REACH_LIMIT_MS = 5000;

interface Configuration {
  issuer?: unknown;
  authorization_endpoint?: unknown;
  token_endpoint?: unknown;
  code_challenge_methods_supported?: unknown;
}

/** Nothing where people do not sign in. */
export async function issuerFindings({ oidc, publicUrl }: ApiConfig): Promise<Finding[]> {
  if (oidc === undefined) return [];
  return [...addressFindings(publicUrl), await configurationFinding(oidc.issuer)];
}

function addressFindings(publicUrl: string): Finding[] {
  const check = 'console.address';
  const { protocol, pathname } = new URL(publicUrl);
  if (protocol === 'http:' && !isOnThisMachine(publicUrl)) {
    const advice = 'set HOLDPOINT_PUBLIC_URL to an address over https: else whoever is on the way can read the cookie, and be that person';
    return [warning(check, `people sign in to the console at ${publicUrl}, over plain http`, advice)];
  }
  if (pathname !== '/')
    return [
      failure(check, `the console cannot be below a path, as in ${publicUrl}`, 'give it a host name of its own in HOLDPOINT_PUBLIC_URL'),
    ];
  return [ok(check, `people sign in to the console at ${publicUrl}/console/`)];
}

async function configurationFinding(issuer: string): Promise<Finding> {
  const check = 'issuer.reach';
  try {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    if (response.status !== 200)
      return failure(check, `the issuer ${issuer} answers ${response.status}`, 'is HOLDPOINT_OIDC_ISSUER right?');
    const said = (await response.json()) as Configuration;
    if (said.issuer !== issuer)
      return failure(
        check,
        `what answers at ${issuer} calls itself ${String(said.issuer).slice(0, 200)}`,
        'set HOLDPOINT_OIDC_ISSUER to that, letter by letter',
      );
    if (typeof said.authorization_endpoint !== 'string' || typeof said.token_endpoint !== 'string')
      return failure(check, `the issuer ${issuer} lets nobody sign in by an authorization code`, 'the console needs one that does');
    const methods = said.code_challenge_methods_supported;
    if (Array.isArray(methods) && !methods.includes('S256'))
      return warning(check, `the issuer ${issuer} does not say that it checks PKCE by S256`, 'let its administrator switch it on');
    return ok(check, `the issuer ${issuer} answers`);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return failure(check, `the issuer ${issuer} is not reached (${cause?.code ?? message})`, 'is it up, and HOLDPOINT_OIDC_ISSUER right?');
  }
}
