/** The command line: its commands, their help, and what comes of a call. Commands are loaded when they are called. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { LOCALES } from '../domain/locale.js';
import { fromRoot } from '../package-root.js';
import { failureOf, USAGE, usage, type Failure } from './failure.js';
import { plain, withApi, withJson, type Shell } from './shell.js';

const AFTER_HELP = `
Exit codes: 0 done, 1 it failed, 2 the call was not understood, or did not say enough.

Commands find the stack of npm start by themselves. Elsewhere, HOLDPOINT_API_URL and HOLDPOINT_API_KEY name the API and a key of it.
More is in docs/cli.md.`;

/**
 * Runs one call.
 *
 * @param args what stands behind the program's name
 * @returns the exit code: 0 done, 1 it failed, 2 it was not understood
 */
export async function runCommandLine(args: readonly string[], shell: Shell): Promise<number> {
  const asJson = args.includes('--json');
  let exitCode = 0;
  const program = commandsOf(shell, (code) => (exitCode = code), asJson);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return afterCommander(error, shell, asJson);
    const failure = failureOf(error);
    complain(shell, failure, asJson);
    return failure.exitCode;
  }
}

function commandsOf(shell: Shell, done: (exitCode: number) => void, asJson: boolean): Command {
  const program = new Command('holdpoint')
    .description('Holdpoint at the terminal: is everything right, where does an order stand, and why')
    .version(versionOfPackage(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .showSuggestionAfterError()
    .addHelpText('after', AFTER_HELP)
    .configureOutput({
      writeOut: (text) => shell.print(text.trimEnd()),
      writeErr: (text) => {
        if (!asJson) shell.complain(text.trimEnd().replace(/^error: /, 'holdpoint: '));
      },
    })
    .exitOverride();
  addDoctor(program, shell, done);
  addMigrate(program, shell);
  addCases(program, shell);
  addCase(program, shell);
  addExplain(program, shell);
  addFastForward(program, shell);
  return program;
}

function addDoctor(program: Command, shell: Shell, done: (exitCode: number) => void): void {
  withApi(program.command('doctor'))
    .description('is everything right: settings, reach, versions, schema, clocks, keys; what is wrong, and what to do')
    .addOption(new Option('--program <name>', 'with the settings of this one alone (default: both)').choices(['api', 'worker']))
    .option('--counterparts', 'call the other sides too, by calls that change nothing')
    .option('--before-start', 'leave out whether API and workers run')
    .addHelpText(
      'after',
      examples('holdpoint doctor', 'holdpoint doctor --program worker --counterparts', 'holdpoint doctor --before-start --json'),
    )
    .action(async (options) => done(await (await import('./doctor/doctor.js')).doctor(shell, options)));
}

function addCases(program: Command, shell: Shell): void {
  withApi(program.command('cases'))
    .description('list review cases, newest first')
    .option('--status <status...>', 'in one of these states, e.g. held awaiting_liaison')
    .option('--buyer <id>', 'of this buyer')
    .option('--liaison <id>', 'in the hands of this liaison')
    .option('--reason <type>', 'first failed for this reason, e.g. STOCK_SHORT')
    .option('--order <orderId>', 'of this order: one for each round')
    .option('--limit <count>', 'how many at most', '50')
    .addHelpText('after', examples('holdpoint cases --status held awaiting_liaison', 'holdpoint cases --liaison anna --json | jq .counts'))
    .action(async (options) => (await import('./cases.js')).listCases(shell, options));
}

function addCase(program: Command, shell: Shell): void {
  withApi(program.command('case <orderId>'))
    .description('one case: where it stands, what comes next, its timeline and its messages')
    .option('--round <number>', 'of this review round (default: the newest)')
    .addHelpText('after', examples('holdpoint case P-1001', 'holdpoint case P-1001 --json | jq \'.messages[] | select(.state != "sent")\''))
    .action(async (orderId, options) => (await import('./case.js')).showCase(shell, orderId, options));
}

function addExplain(program: Command, shell: Shell): void {
  withApi(program.command('explain <orderId>'))
    .description('why a case was decided as it was: policy, rule, times')
    .addOption(new Option('--lang <language>', 'in this language').choices(LOCALES).default('en'))
    .option('--round <number>', 'of this review round (default: the newest)')
    .option('--placement', "of the order's placement with a vendor")
    .addHelpText(
      'after',
      examples('holdpoint explain P-1001', 'holdpoint explain P-1001 --lang zh-CN', 'holdpoint explain V-1001 --placement'),
    )
    .action(async (orderId, options) => (await import('./explain.js')).explain(shell, orderId, options));
}

function addFastForward(program: Command, shell: Shell): void {
  withJson(program.command('fast-forward <orderId> [duration]'))
    .description("move an order's clock ahead on the stack of npm start: to its next planned instant, or by 90m, 5h, 3d, 1d12h …")
    .option('--case', 'that of its review case')
    .option('--placement', 'that of its placement; one of them is needed where both are open')
    .addHelpText('after', examples('holdpoint fast-forward P-1001', 'holdpoint fast-forward P-1001 5h'))
    .action(async (...[orderId, duration, options]) => (await import('./fast-forward.js')).fastForward(shell, orderId, duration, options));
}

function addMigrate(program: Command, shell: Shell): void {
  withJson(program.command('migrate'))
    .description('bring the database named by DATABASE_URL to the newest schema; it is created where it is missing')
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', examples('DATABASE_URL=postgresql://… holdpoint migrate', 'holdpoint migrate --dry-run --json'))
    .action(async (options) => (await import('./migrate.js')).migrate(shell, options));
}

/** What a command's help ends with. */
function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Help that was asked for went well; all else that commander throws was not understood. It has said so itself, but for programs. */
function afterCommander(error: CommanderError, shell: Shell, asJson: boolean): number {
  if (error.exitCode === 0) return 0;
  if (asJson) complain(shell, usage(error.message.replace(/^error: /, '')), true);
  return USAGE;
}

function complain(shell: Shell, { code, message, hints, exitCode }: Failure, asJson: boolean): void {
  if (asJson) return shell.complain(JSON.stringify({ error: { code, message, hints, exitCode } }));
  const lines = [`holdpoint: ${message}`, ...hints.map((hint) => `  ${hint}`)];
  shell.complain(lines.map(plain).join('\n'));
}

function versionOfPackage(): string {
  return (JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { version: string }).version;
}
