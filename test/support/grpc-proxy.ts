import { connect, constants, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.js';

export type GrpcProxyOptions = {
  /** host:port of a plain gRPC server */ target: string;
  authority: Certificate;
  server: Certificate;
  apiKey: string;
};

/**
 * A gRPC server behind TLS as a hosted Temporal is: lets in only clients whose certificate the authority signed, and passes on only
 * calls with the API key; others are answered UNAUTHENTICATED.
 */
export async function startGrpcProxy({ target, authority, server, apiKey }: GrpcProxyOptions) {
  const upstream = connect(`http://${target}`);
  const counts = { passed: 0, refused: 0 };
  const proxy = createSecureServer({
    key: server.keyPem,
    cert: server.certificatePem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: true,
  });
  proxy.on('stream', (stream, headers) => {
    stream.on('error', () => {}); // a client that goes away
    if (headers.authorization !== `Bearer ${apiKey}`) {
      counts.refused++;
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16', 'grpc-message': 'unknown API key' },
        { endStream: true },
      );
      return;
    }
    counts.passed++;
    passOn(stream, headers);
  });

  function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = upstream.request({ ...headers, ':authority': target, ':scheme': 'http', authorization: undefined });
    let trailers: IncomingHttpHeaders = {};
    call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    call.on('trailers', (received) => (trailers = received));
    call.on('response', (received, flags) => {
      const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      if (stream.destroyed) return;
      stream.respond(received, endStream ? { endStream } : { waitForTrailers: true });
      if (!endStream) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      call.pipe(stream);
    });
    stream.pipe(call);
    stream.on('close', () => call.close());
  }

  const sessions = new Set<{ destroy(): void }>();
  proxy.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    address: `localhost:${(proxy.address() as AddressInfo).port}`,
    counts,
    stop: () => {
      upstream.destroy();
      for (const session of sessions) session.destroy();
      return new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}
