/** The commands about keys. */
import type { Command } from 'commander';
import { PERMISSIONS } from '../domain/access.js';
import { examples, withApi, type Shell } from './shell.js';

export function addKeys(program: Command, shell: Shell): void {
  const keys = program.command('keys').description('keys of servers: list, create, rotate, revoke (needs keys.read, keys.write)');
  withApi(keys.command('list'))
    .description('list them, also those that are over')
    .action(async (options) => (await import('./keys.js')).listKeys(shell, options));
  withApi(keys.command('create <name>'))
    .description('create one; it is printed once, alone on stdout')
    .requiredOption('--scope <permission...>', 'what it may do, several with spaces or commas')
    .option('--buyer <id...>', 'bound to these buyers (default: to none)')
    .option('--expires <when>', 'after 90d, 12h …, or at an instant (default: never)')
    .addHelpText('after', `\nPermissions: ${PERMISSIONS.join(', ')}`)
    .addHelpText('after', examples('holdpoint keys create erp --scope cases.read cases.report --buyer B-1 --expires 90d > erp.key'))
    .action(async (name, options) => (await import('./keys.js')).createKey(shell, name, options));
  withApi(keys.command('rotate <name>'))
    .description('make a new one under the same name; it is printed once, alone on stdout')
    .option('--overlap <duration>', 'how long the one before stays valid, up to 30d', '1d')
    .addHelpText(
      'after',
      examples('holdpoint keys rotate erp --overlap 3d > erp.key', 'holdpoint keys rotate erp --overlap 0   # it has leaked'),
    )
    .action(async (name, options) => (await import('./keys.js')).rotateKey(shell, name, options));
  withApi(keys.command('revoke <name>'))
    .description('end one, at once and for ever')
    .requiredOption('--note <why>', 'why, for the audit')
    .addHelpText('after', examples('holdpoint keys revoke erp --note "the server was replaced"'))
    .action(async (name, options) => (await import('./keys.js')).revokeKey(shell, name, options));
}
