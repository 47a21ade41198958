// Runs the sandbox, the simulated other sides of Holdpoint, until SIGTERM or SIGINT.
import { pino } from 'pino';
import { loadSandboxOptions, startSandbox } from '../sandbox/sandbox.js';

const log = pino({ name: 'sandbox' }, pino.destination({ fd: 2, sync: true }));

try {
  const options = loadSandboxOptions(process.env);
  const sandbox = await startSandbox({ ...options, onError: (error) => log.error(error) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      sandbox.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error(error);
          process.exit(1);
        },
      );
    });
  }
  process.stdout.write(`${JSON.stringify({ ready: true, ...sandbox.ports })}\n`);
} catch (error) {
  log.fatal(error);
  process.exitCode = 1;
}
