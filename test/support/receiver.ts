/** A server of another side that keeps what it gets, and answers as it is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receiver {
  url: string;
  got: { path: string; headers: Record<string, any>; body: any }[];
  /** How the next calls are answered, one each; then 200. */
  answers: [status: number, body: string, headers?: Record<string, string>][];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const got: Receiver['got'] = [];
  const answers: Receiver['answers'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      const [status, body, headers] = answers.shift() ?? [200, '{"errcode":0}'];
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, answers, close };
}
