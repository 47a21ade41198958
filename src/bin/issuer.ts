/** The issuer of people's tokens in the embedded stack. */
import { pino } from 'pino';
import { startIssuer } from '../dev/issuer.js';
import { onShutdown } from './shutdown.js';

const log = pino({ name: 'issuer' }, pino.destination({ fd: 2, sync: true }));

try {
  const issuer = await startIssuer(Number(process.env['HOLDPOINT_ISSUER_PORT'] || 9106));
  onShutdown(log, issuer.stop);
  log.info({ url: issuer.url }, 'the issuer listens');
} catch (error) {
  log.fatal({ err: error }, 'the issuer could not start');
  process.exit(1);
}
