/** Keeps calls to addresses that came from outside away from networks that are not public (SSRF, also by a name that changes). */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';

/** IANA's special-purpose registries: what is not globally reachable, and what may lead there. */
const SPECIAL = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
  ].concat(['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4']),
  ipv6: ['::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', 'fc00::/7'].concat([
    'fe80::/10',
    'fec0::/10',
    'ff00::/8',
  ]),
} as const;

const blocked = new BlockList();
for (const family of ['ipv4', 'ipv6'] as const) {
  for (const subnet of SPECIAL[family]) {
    const [network = '', prefix] = subnet.split('/');
    blocked.addSubnet(network, Number(prefix), family);
  }
}

/** The code of the error with which a call ends that was not made; the HTTP client knows it. */
const ADDRESS_NOT_ALLOWED = 'ADDRESS_NOT_ALLOWED';

/** @param address an IP address; an IPv4 one in an IPv6 form counts as what it is */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !blocked.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Connects to public addresses only; a name is looked up once, and what was checked is what is connected to. */
export function publicNetworksOnly(): Agent {
  const connect = buildConnector({ lookup: checkedLookup });
  return new Agent({
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isPublic(host)) callback(notAllowed(host), null);
      else connect(options, callback);
    },
  });
}

type LookedUp = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

function checkedLookup(hostname: string, options: LookupOptions, done: LookedUp): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return done(error ?? notAllowed(hostname), []);
    if (!addresses.every(({ address }) => isPublic(address))) return done(notAllowed(hostname), []);
    if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  });
}

function notAllowed(host: string): Error {
  return Object.assign(new Error(`${host} is not a public address`), { code: ADDRESS_NOT_ALLOWED });
}
