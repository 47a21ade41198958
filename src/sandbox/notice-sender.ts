import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Notice, NoticeAnswer, NoticeEnding } from './notice.js';
import { noticeTry, type NoticeTry } from './scenario.js';
import { signedHeaders } from './signature.js';
import type { SandboxState } from './state.js';

/** How a notice that is not through yet stands. */
export interface NoticeProgress {
  tries: number;
  /** Why the last try did not end it; null before the first. */
  lastProblem: string | null;
  /** Its latest tries, in order. */
  answers: NoticeAnswer[];
}

interface Progress extends NoticeProgress {
  /** Tries that got a verdict: what is scripted for a try stands until there is one. */
  judged: number;
}

export interface NoticeSenderOptions {
  state: SandboxState;
  /** The bearer key of each sender's calls to Holdpoint. */
  keys: Record<Notice['sender'], string | null>;
  /** Signs the notices by Standard Webhooks; null: they go out unsigned. */
  webhookKey: Buffer | null;
  onError: (error: unknown) => void;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5000;
const MAX_AGE_MS = 72 * 3600 * 1000;
const TRY_TIMEOUT_MS = 10_000;
const CONNECTIONS = 32;
/** How much of an answer is read and kept. */
const MAX_DETAIL_CHARS = 1000;
const MAX_ANSWERS = 20;
/** Well beyond the five minutes that receivers allow. */
const OLD_MS = 10 * 60 * 1000;

/** 4xx answers that are no verdict on the notice. */
const PASSING = new Set([408, 409, 425, 429]);

/**
 * Delivers the notices of the state's journal to Holdpoint, each by itself: not before it is due, again and again
 * until it is taken (2xx), refused (4xx), withdrawn, or 72 h old. Notices of one order may overtake each other. A try that
 * the order's scenario wants to go out wrongly is followed by the next, also when it was refused.
 */
export class NoticeSender {
  readonly #options: NoticeSenderOptions;
  readonly #agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: TRY_TIMEOUT_MS,
    bodyTimeout: TRY_TIMEOUT_MS,
  });
  readonly #progress = new Map<string, Progress>();
  readonly #wakers = new Set<() => void>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: NoticeSenderOptions) {
    this.#options = options;
  }

  /** Starts delivering an open notice, once. */
  take(notice: Notice): void {
    if (this.#stopped || this.#progress.has(notice.eventId)) return;
    const progress: Progress = { tries: 0, lastProblem: null, answers: [], judged: 0 };
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
    const progress = this.#progress.get(eventId);
    if (progress === undefined) return null;
    const { judged: _judged, ...shown } = progress;
    return shown;
  }

  /** Ends all deliveries; the open notices stay in the journal for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#agent.destroy();
    await Promise.all(this.#running);
  }

  async #deliver(notice: Notice, progress: Progress): Promise<void> {
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
  async #attempt(notice: Notice, progress: Progress): Promise<NoticeEnding | null> {
    const at = new Date().toISOString();
    const how = noticeTry(this.#options.state.scenarioOf(notice.orderId), progress.judged);
    const tooOld = Date.now() - Date.parse(notice.dueAt) > MAX_AGE_MS;
    if (tooOld || how === 'give-up') {
      const why = `${tooOld ? 'not delivered within 72 h' : 'given up, as scripted'}: ${progress.lastProblem ?? 'never tried'}`;
      return { how: 'given-up', at, status: null, detail: why, answers: progress.answers };
    }
    progress.tries += 1;
    try {
      const { status, detail } = await this.#post(notice, how, progress);
      if (!isVerdict(status)) {
        progress.lastProblem = `answered ${status}: ${detail}`;
        return null;
      }
      progress.judged += 1;
      if (status < 300) return { how: 'delivered', at, status, detail: null, answers: progress.answers };
      if (how === 'right' || how === 'replayed') return { how: 'refused', at, status, detail, answers: progress.answers };
      progress.lastProblem = `answered ${status}: ${detail}`;
    } catch (error) {
      progress.lastProblem = error instanceof Error ? error.message : String(error);
    }
    return null;
  }

  /** @returns the answer to the call, or to the first of two when it is replayed */
  async #post(notice: Notice, how: NoticeTry, progress: Progress): Promise<{ status: number; detail: string }> {
    const base = this.#options.state.holdpointUrl;
    if (base === null) throw new Error('the address of Holdpoint is not set');
    const url = new URL(notice.path, base.endsWith('/') ? base : `${base}/`);
    const key = this.#options.keys[notice.sender];
    const body = JSON.stringify(notice.body);
    const headers = {
      'content-type': 'application/json',
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...this.#signature(notice.eventId, body, how),
    };
    const answer = await this.#send(url, headers, body);
    note(progress, how === 'replayed' ? 'right' : how, answer.status);
    if (how === 'replayed') note(progress, how, (await this.#send(url, headers, body)).status);
    return answer;
  }

  #signature(id: string, body: string, how: NoticeTry): Record<string, string> {
    const { webhookKey } = this.#options;
    if (webhookKey === null || how === 'unsigned') return {};
    if (how === 'wrong-signature') return signedHeaders(randomBytes(32), id, body, Date.now());
    return signedHeaders(webhookKey, id, body, how === 'old-timestamp' ? Date.now() - OLD_MS : Date.now());
  }

  async #send(url: URL, headers: Record<string, string>, body: string): Promise<{ status: number; detail: string }> {
    const response = await request(url, { method: 'POST', dispatcher: this.#agent, headers, body });
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

/** 2xx takes a notice and 4xx refuses it; anything else says nothing about it. */
function isVerdict(status: number): boolean {
  return (status >= 200 && status < 300) || (status >= 400 && status < 500 && !PASSING.has(status));
}

function note(progress: Progress, how: NoticeTry, status: number): void {
  progress.answers = [...progress.answers, { how, status }].slice(-MAX_ANSWERS);
}
