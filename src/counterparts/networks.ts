/**
 * Where calls may go: to public addresses, and to those of the allow-list. Checked when a connection is made, on the addresses it is made
 * to, so that neither a spelling nor a name that changes leads into a network of ours (SSRF, DNS rebinding).
 */
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';

/** IANA's special-purpose registries: what is not globally reachable, and what may lead there. */
const SPECIAL = {
  ipv4: [
    ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
    ['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
    ['168.63.129.16/32'], // not special by IANA: the platform's own server in Azure
  ].flat(),
  /** Of the global unicast addresses; Teredo, 6to4 and the like among them, for they carry IPv4 ones. */
  ipv6: ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
};
const special = blockListOf([...SPECIAL.ipv4, ...SPECIAL.ipv6]);
/** Global unicast, and IPv4 addresses in their IPv6 form, which count as what they are. */
const reachable = blockListOf(['2000::/3', '::ffff:0:0/96']);

/** The code of the error with which a call ends that was not made. */
export const ADDRESS_NOT_ALLOWED = 'ADDRESS_NOT_ALLOWED';

/** Beyond this a connection that does not open is given up: it surely brought nothing about. */
const CONNECT_TIMEOUT_MS = 5000;

type LookedUp = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
type Lookup = (hostname: string, options: LookupOptions, done: LookedUp) => void;

export interface NetworksOptions {
  /** `10.20.0.0/16`, `fd00::/8`: networks of our own that may be called. */
  allowed: readonly string[];
  /** Default: the system's. */
  lookup?: Lookup;
}

export interface Networks {
  /** Keeps connections for further calls. */
  dispatcher: Dispatcher;
  /** A connection for each call: it must not meet one that the other side closes at that instant, and be of unknown outcome. */
  single: Dispatcher;
  /** @returns the addresses that a host name or address stands for now. @throws with the code ADDRESS_NOT_ALLOWED, or the resolver's */
  addressesOf(host: string): Promise<string[]>;
  close(): Promise<void>;
}

export function createNetworks({ allowed, lookup = systemLookup }: NetworksOptions): Networks {
  const own = blockListOf(allowed);
  const may = (address: string): boolean => isPublic(address) || isIn(own, address);
  const checkedLookup: Lookup = (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = error === null && Array.isArray(found) ? found : [];
      const wrong = addresses.find(({ address }) => !may(address));
      const [first] = addresses;
      if (error !== null) return done(error, []);
      if (first === undefined) return done(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), []);
      if (wrong !== undefined) return done(notAllowed(hostname, wrong.address), []);
      if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  const connector = buildConnector({ lookup: checkedLookup, timeout: CONNECT_TIMEOUT_MS });
  const connect: buildConnector.connector = (options, callback) => {
    const host = bare(options.hostname);
    if (isIP(host) !== 0 && !may(host)) return callback(notAllowed(host, host), null);
    connector(options, (...opened) => {
      const [error, socket] = opened;
      const address = socket?.remoteAddress ?? '';
      if (error !== null || may(address)) return callback(...opened);
      socket?.destroy();
      callback(notAllowed(host, address), null);
    });
  };
  const dispatcher = new Agent({ connect });
  const single = new Agent({ connect, pipelining: 0 });
  return {
    dispatcher,
    single,
    addressesOf: (host) => addressesOf(bare(host), checkedLookup, may),
    async close() {
      await Promise.all([dispatcher.close(), single.close()]);
    },
  };
}

function addressesOf(host: string, lookup: Lookup, may: (address: string) => boolean): Promise<string[]> {
  return new Promise((resolve, reject) => {
    if (isIP(host) !== 0) return may(host) ? resolve([host]) : reject(notAllowed(host, host));
    lookup(host, { all: true }, (error, found) => {
      if (error !== null || !Array.isArray(found)) reject(error ?? new Error(`${host} has no address`));
      else resolve(found.map(({ address }) => address));
    });
  });
}

/** @param address an IP address; an IPv4 one in an IPv6 form counts as what it is */
export function isPublic(address: string): boolean {
  return isIn(special, address) ? false : isIP(address) === 4 || isIn(reachable, address);
}

/** @returns networks like `10.20.0.0/16, fd00::/8`, or null when one is none */
export function parseNetworks(setting: string): string[] | null {
  const networks = setting
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return networks.every(isNetwork) ? networks : null;
}

function isNetwork(text: string): boolean {
  const [, network = '', prefix = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const family = isIP(network);
  return family !== 0 && Number(prefix) <= (family === 6 ? 128 : 32);
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const [network = '', prefix] = text.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function isIn(list: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function notAllowed(host: string, address: string): Error {
  const plain = address.replace(/%.*$/, '');
  const which = host === address ? `${host} is` : `${host} is at ${address}, which is`;
  const message =
    `not called: ${which} neither a public address nor in HOLDPOINT_ALLOWED_NETWORKS; ` +
    `if it is to be called, add ${plain}/${isIP(plain) === 6 ? 128 : 32} there`;
  return Object.assign(new Error(message), { code: ADDRESS_NOT_ALLOWED });
}
