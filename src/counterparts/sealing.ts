/** Secrets at rest: AES-256-GCM under a key from the environment. Several keys can be valid, so that they can be exchanged. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Seals and opens secrets. `bound` is what a sealed text belongs to: moved to another row, it does not open. */
export interface Sealing {
  seal(secret: string, bound: string): string;
  /** @throws UnsealableError when it was sealed under another key, bound to something else, or changed */
  open(sealed: string, bound: string): string;
}

/** The words are for operations; they tell nothing of the secret. */
export class UnsealableError extends Error {}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const FORM = /^v1\.([0-9a-f]{8})\.([\w-]{16})\.([\w-]{22})\.([\w-]*)$/;

/** @param keys of 32 bytes each; the first seals, all open */
export function createSealing(keys: readonly Buffer[]): Sealing {
  const known = keys.map((key) => ({ id: keyId(key), key }));
  const [first] = known;
  if (first === undefined || keys.some(({ length }) => length !== 32)) throw new RangeError('sealing needs keys of 32 bytes');
  return {
    seal(secret, bound) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, first.key, nonce).setAAD(Buffer.from(bound));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return ['v1', first.id, ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, bound) {
      const [, id, nonce = '', tag = '', text = ''] = FORM.exec(sealed) ?? [];
      if (id === undefined) throw new UnsealableError('a secret is not kept in the form in which secrets are sealed: set it anew');
      const key = known.find((candidate) => candidate.id === id)?.key;
      if (key === undefined) {
        throw new UnsealableError(
          `a secret was sealed under the key ${id}: add it to HOLDPOINT_SECRETS_KEY after the first, or set the secret anew`,
        );
      }
      const decipher = createDecipheriv(ALGORITHM, key, fromText(nonce), { authTagLength: 16 })
        .setAAD(Buffer.from(bound))
        .setAuthTag(fromText(tag));
      try {
        return decipher.update(fromText(text), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new UnsealableError('a secret was changed in the database, or belongs to another row: set it anew');
      }
    },
  };
}

/** @returns the keys of a setting like `<base64>,<base64>`, or null when one is not 32 bytes in base64 */
export function parseSealingKeys(setting: string): Buffer[] | null {
  const parts = setting.split(',').map((part) => part.trim());
  const keys = parts.map((part) => Buffer.from(part, 'base64'));
  return parts.every((part) => /^[A-Za-z0-9+/]{43}=?$/.test(part)) && keys.every(({ length }) => length === 32) ? keys : null;
}

/** Tells keys apart without telling them. */
function keyId(key: Buffer): string {
  return createHash('sha256').update('holdpoint-sealing-key').update(key).digest('hex').slice(0, 8);
}

function fromText(part: string): Buffer {
  return Buffer.from(part, 'base64url');
}
