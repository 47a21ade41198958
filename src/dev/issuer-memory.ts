import type { Adapter, AdapterPayload } from 'oidc-provider';

/** For rows that have no end of their own. */
const LONGEST_S = 12 * 3600;

interface Row {
  payload: AdapterPayload;
  until: number;
}

/** What the embedded issuer keeps (sessions, codes, grants), as long as it runs. */
export class MemoryAdapter implements Adapter {
  static readonly #rows = new Map<string, Row>();
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    for (const [key, { until }] of MemoryAdapter.#rows) if (until <= Date.now()) MemoryAdapter.#rows.delete(key);
    MemoryAdapter.#rows.set(this.#keyOf(id), { payload, until: Date.now() + (expiresIn || LONGEST_S) * 1000 });
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    const row = MemoryAdapter.#rows.get(this.#keyOf(id));
    return Promise.resolve(row !== undefined && row.until > Date.now() ? row.payload : undefined);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#where(({ uid: known }) => known === uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#where(({ userCode: known }) => known === userCode);
  }

  consume(id: string): Promise<void> {
    const row = MemoryAdapter.#rows.get(this.#keyOf(id));
    if (row !== undefined) row.payload = { ...row.payload, consumed: Math.floor(Date.now() / 1000) };
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    MemoryAdapter.#rows.delete(this.#keyOf(id));
    return Promise.resolve();
  }

  /** Of this kind alone: somebody who is about to take another's place in the same browser goes on. */
  revokeByGrantId(grantId: string): Promise<void> {
    const isOwn = (key: string): boolean => key.startsWith(`${this.#model}:`);
    for (const [key, { payload }] of MemoryAdapter.#rows) if (isOwn(key) && payload.grantId === grantId) MemoryAdapter.#rows.delete(key);
    return Promise.resolve();
  }

  #where(wanted: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> {
    const own = [...MemoryAdapter.#rows].filter(([key, { until }]) => key.startsWith(`${this.#model}:`) && until > Date.now());
    return Promise.resolve(own.find(([, { payload }]) => wanted(payload))?.[1].payload);
  }

  #keyOf(id: string): string {
    return `${this.#model}:${id}`;
  }
}
