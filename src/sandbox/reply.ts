import type { ServerResponse } from 'node:http';

/** What is sent back. `body` is written as JSON unless it is a string. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A reply, or one that comes later although the call has already been acted on; `signal`: the caller has gone. */
export type Answer = Reply | ((signal: AbortSignal) => Promise<Reply>);

/** Waits `ms`, or until the caller has gone. */
export function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) return resolve();
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      gone.removeEventListener('abort', finish);
      resolve();
    }
    gone.addEventListener('abort', finish);
  });
}

/** Sends a reply, unless one was sent or the caller has gone. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...reply.headers,
  });
  response.end(text);
}
