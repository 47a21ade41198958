import { pino, type Logger } from 'pino';

/** One line of JSON per entry on stdout; keys and addresses of people are never logged. */
export function createLogger(name: string, level: string): Logger {
  return pino({ name, level, redact: ['req.headers.authorization', 'headers.authorization', '*.key', '*.webhookSecret'] });
}
