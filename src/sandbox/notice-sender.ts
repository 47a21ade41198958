import { Agent, request } from 'undici';
import type { Notice, NoticeEnding } from './notice.js';
import type { SandboxState } from './state.js';

/** How a notice that is not through yet stands. */
export interface NoticeProgress {
  tries: number;
  /** Why the last try did not end it; null before the first. */
  lastProblem: string | null;
}

export interface NoticeSenderOptions {
  state: SandboxState;
  /** The bearer key of each sender's calls to Holdpoint. */
  keys: Record<Notice['sender'], string | null>;
  onError: (error: unknown) => void;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5000;
const MAX_AGE_MS = 72 * 3600 * 1000;
const TRY_TIMEOUT_MS = 10_000;
const CONNECTIONS = 32;
/** How much of an answer is read and kept. */
const MAX_DETAIL_CHARS = 1000;

/** 4xx answers that are no verdict on the notice. */
const PASSING = new Set([408, 409, 425, 429]);

/**
 * Delivers the notices of the state's journal to Holdpoint, each by itself: not before it is due, again and again
 * until it is taken (2xx), refused (4xx), withdrawn, or 72 h old. Notices of one order may overtake each other.
 */
export class NoticeSender {
  readonly #options: NoticeSenderOptions;
  readonly #agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: TRY_TIMEOUT_MS,
    bodyTimeout: TRY_TIMEOUT_MS,
  });
  readonly #progress = new Map<string, NoticeProgress>();
  readonly #wakers = new Set<() => void>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: NoticeSenderOptions) {
    this.#options = options;
  }

  /** Starts delivering an open notice, once. */
  take(notice: Notice): void {
    if (this.#stopped || this.#progress.has(notice.eventId)) return;
    const progress: NoticeProgress = { tries: 0, lastProblem: null };
    this.#progress.set(notice.eventId, progress);
    const run = this.#deliver(notice, progress)
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Tries all waiting notices now, such as after Holdpoint's address was changed. */
  wake(): void {
    for (const waker of this.#wakers) waker();
  }

  progress(eventId: string): NoticeProgress | null {
    return this.#progress.get(eventId) ?? null;
  }

  /** Ends all deliveries; the open notices stay in the journal for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#agent.destroy();
    await Promise.all(this.#running);
  }

  async #deliver(notice: Notice, progress: NoticeProgress): Promise<void> {
    const { state } = this.#options;
    const dueAt = Date.parse(notice.dueAt);
    const open = (): boolean => !this.#stopped && state.openNotices.has(notice.eventId);
    while (open() && Date.now() < dueAt) await this.#sleep(dueAt - Date.now());
    for (let backoff = FIRST_BACKOFF_MS; open(); backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
      const ending = await this.#attempt(notice, progress);
      if (!open()) break;
      if (ending) state.record({ kind: 'notice-ended', eventId: notice.eventId, ending });
      else await this.#sleep(backoff);
    }
    if (!this.#stopped) this.#progress.delete(notice.eventId);
  }

  /** @returns how the notice ended, or null when it is to be tried again */
  async #attempt(notice: Notice, progress: NoticeProgress): Promise<NoticeEnding | null> {
    const at = new Date().toISOString();
    if (Date.now() - Date.parse(notice.dueAt) > MAX_AGE_MS) {
      return {
        how: 'given-up',
        at,
        status: null,
        detail: `not delivered within 72 h: ${progress.lastProblem ?? 'never tried'}`,
      };
    }
    progress.tries += 1;
    try {
      const { status, detail } = await this.#post(notice);
      if (status >= 200 && status < 300) return { how: 'delivered', at, status, detail: null };
      if (status >= 400 && status < 500 && !PASSING.has(status)) return { how: 'refused', at, status, detail };
      progress.lastProblem = `answered ${status}: ${detail}`;
    } catch (error) {
      progress.lastProblem = error instanceof Error ? error.message : String(error);
    }
    return null;
  }

  async #post(notice: Notice): Promise<{ status: number; detail: string }> {
    const base = this.#options.state.holdpointUrl;
    if (base === null) throw new Error('the address of Holdpoint is not set');
    const key = this.#options.keys[notice.sender];
    const response = await request(new URL(notice.path, base.endsWith('/') ? base : `${base}/`), {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(notice.body),
    });
    let detail = '';
    response.body.setEncoding('utf8');
    for await (const text of response.body as AsyncIterable<string>) {
      detail += text;
      if (detail.length >= MAX_DETAIL_CHARS) break;
    }
    return { status: response.statusCode, detail: detail.slice(0, MAX_DETAIL_CHARS) };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, ms);
      const wakers = this.#wakers;
      wakers.add(finish);
      function finish(): void {
        clearTimeout(timer);
        wakers.delete(finish);
        resolve();
      }
    });
  }
}
