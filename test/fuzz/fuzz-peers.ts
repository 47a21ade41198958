/** Callers who must not see each other's things: what one may see or made, Schemathesis asks for as the other. */
import { operations } from '../../src/api/contract/operations.js';
import { ACCESS, PERMISSIONS, WITHIN_BUYERS, type Permission } from '../../src/domain/access.js';
import type { HandIssuer } from '../support/hand-issuer.js';
import type { House } from '../support/house.js';

/** Longer than any run. */
const TOKEN_LIFE_S = 86_400;

export interface FuzzPeers {
  /** For people, in the run's report. */
  who: string;
  /** By name; the first asks for what it may, and the others for the same. */
  tokens: Record<string, string>;
  /** What they may ask for. */
  operationIds: string[];
}

/** @returns two keys, each bound to a buyer; the orders of the run's examples are of the first */
export async function buyersAsPeers(house: House): Promise<FuzzPeers> {
  const scopes = PERMISSIONS.filter((permission) => WITHIN_BUYERS.has(permission));
  const create = async (buyer: string): Promise<string> => {
    const { status, body } = await house.api('POST', '/v1/keys', { name: `fuzz-${buyer}`, scopes, buyers: [buyer] });
    if (status !== 201) throw new Error(`a key for ${buyer}: ${status} ${JSON.stringify(body)}`);
    return body.key;
  };
  const tokens = { 'buyer b-1': await create('b-1'), 'buyer b-2': await create('b-2') };
  return { who: 'two buyers', tokens, operationIds: operationsWith((permission) => WITHIN_BUYERS.has(permission)) };
}

/** @returns two liaisons; the cases of the run's examples are of the first */
export async function liaisonsAsPeers(issuer: HandIssuer): Promise<FuzzPeers> {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_LIFE_S;
  const token = async (id: string): Promise<string> =>
    issuer.token({ sub: id, name: `Liaison ${id}`, exp, holdpoint_roles: ['liaison'], holdpoint_person: id });
  const tokens = { 'liaison l-1': await token('l-1'), 'liaison l-3': await token('l-3') };
  return { who: 'two liaisons', tokens, operationIds: operationsWith((permission) => ACCESS[permission][0] !== 'none') };
}

function operationsWith(may: (permission: Permission) => boolean): string[] {
  return operations.filter(({ permission }) => may(permission)).map(({ id }) => id);
}

/** The Web Fuzzing Commons document of some peers. */
export function documentOf({ tokens }: FuzzPeers): object {
  const auth = Object.entries(tokens).map(([name, token]) => ({
    name,
    fixedHeaders: [{ name: 'Authorization', value: `Bearer ${token}` }],
  }));
  return { auth };
}
