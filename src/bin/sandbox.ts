/** The sandbox: the simulated other sides of Holdpoint. Prints one line of JSON with its ports once all of them listen. */
import { pino } from 'pino';
import { loadSandboxOptions, startSandbox } from '../sandbox/sandbox.js';
import { configured } from './configuration.js';
import { onShutdown } from './shutdown.js';

const options = configured(loadSandboxOptions);
const log = pino({ name: 'sandbox' }, pino.destination({ fd: 2, sync: true })); // stdout is for the ports

try {
  const sandbox = await startSandbox({ ...options, onError: (error) => log.error({ err: error }, 'the sandbox itself failed') });
  onShutdown(log, sandbox.stop);
  process.stdout.write(`${JSON.stringify({ ready: true, ...sandbox.ports })}\n`);
} catch (error) {
  log.fatal({ err: error }, 'the sandbox could not start');
  process.exit(1);
}
