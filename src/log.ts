import { pino, type DestinationStream, type Logger } from 'pino';
import { logFields } from './call-context.js';

/** One line of JSON per entry on stdout, with the request and the trace it belongs to; keys and addresses of people are never logged. */
export function createLogger(name: string, level: string, destination?: DestinationStream): Logger {
  const redact = ['req.headers.authorization', 'headers.authorization', '*.key', '*.webhookSecret'];
  return pino({ name, level, redact, mixin: logFields }, destination ?? pino.destination());
}
