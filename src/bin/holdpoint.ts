// `npx holdpoint <command>`: what one does at a terminal (docs/cli.md).
import { runCommandLine } from '../cli/command-line.js';

for (const stream of [process.stdout, process.stderr]) {
  // Whoever reads may stop reading, like `head`: nothing is wrong then.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  terminal: process.stdout.isTTY ? { columns: process.stdout.columns } : null,
});
