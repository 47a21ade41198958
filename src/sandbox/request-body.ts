import type { Readable } from 'node:stream';

/** The most that is taken of one body. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** What is still read and thrown away of a longer body, so that its caller gets to see the refusal. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

export interface ReceivedBody {
  /** At most MAX_BODY_BYTES. */
  bytes: Buffer;
  truncated: boolean;
  aborted: boolean;
}

/** Reads a body to its end; never throws: a caller that goes away leaves what came until then. */
export async function receiveBody(request: Readable): Promise<ReceivedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  let aborted = false;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (size < MAX_BODY_BYTES) chunks.push(chunk.subarray(0, MAX_BODY_BYTES - size));
      size += chunk.length;
      if (size > MAX_BODY_BYTES + MAX_DISCARDED_BYTES) request.destroy();
    }
  } catch {
    aborted = true;
  }
  return { bytes: Buffer.concat(chunks), truncated: size > MAX_BODY_BYTES, aborted };
}

/** @returns the value when the bytes are JSON, else the text as it came; null for no bytes */
export function parsedBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
