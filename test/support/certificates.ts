// Makes X.509 certificates with nothing but Node: no key is kept in the repository and no openssl program is needed.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export type Certificate = { name: string; certificatePem: string; keyPem: string; key: KeyObject };
type Options = { issuer?: Certificate; purpose: 'authority' | 'server' | 'client' };

/** A certificate for `name`, valid for an hour; without an issuer it signs itself. A server's is for localhost and 127.0.0.1. */
export function makeCertificate(name: string, { issuer, purpose }: Options): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer?.name ?? name),
    sequence(time(now - 60_000), time(now + 3_600_000)),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions(purpose))),
  );
  const signature = sign('sha256', toBeSigned, issuer?.key ?? privateKey);
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, element(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const body = der
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd();
  return {
    name,
    certificatePem: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    key: privateKey,
  };
}

/** Object identifiers, DER-encoded as in RFC 5280 and RFC 5480. */
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
};

const ECDSA_WITH_SHA256 = sequence(oid(OID.ecdsaWithSha256));

function extensions(purpose: Options['purpose']): Buffer[] {
  if (purpose === 'authority') {
    const certificateSigning = Buffer.from([0x03, 0x02, 0x01, 0x06]);
    return [extension(OID.basicConstraints, sequence(TRUE)), extension(OID.keyUsage, certificateSigning)];
  }
  const names = sequence(element(0x82, Buffer.from('localhost')), element(0x87, Buffer.from([127, 0, 0, 1])));
  const usage = sequence(oid(purpose === 'server' ? OID.serverAuth : OID.clientAuth));
  return [extension(OID.basicConstraints, sequence()), extension(OID.extendedKeyUsage, usage), extension(OID.subjectAltName, names, false)];
}

const TRUE = Buffer.from([0x01, 0x01, 0xff]);

function extension(id: string, value: Buffer, critical = true): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), element(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(element(0x31, sequence(oid(OID.commonName), element(0x0c, Buffer.from(commonName)))));
}

function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
  return element(0x18, Buffer.from(`${digits}Z`)); // GeneralizedTime
}

function oid(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function integer(bytes: Buffer): Buffer {
  return element(0x02, bytes);
}

function explicit(tag: number, content: Buffer): Buffer {
  return element(0xa0 + tag, content);
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

/** Tag, length, content: DER's one shape. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
