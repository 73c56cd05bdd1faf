// `functions rollback`: back to a version from before.

import type { Command } from 'commander';
import { carryOut } from '../carry-out.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';

export function addRollback(functions: Command): void {
  const command = functions
    .command('rollback')
    .summary('go back to a version')
    .description('Makes the version before the live one live again, or one that is named.')
    .argument('<name>', 'name or id of the function')
    .argument('[version]', 'id of a version, or its first 8 digits or more')
    .option('--to <version>', 'the same');
  addExamples(command, [
    { line: 'selvedge functions rollback my-function', does: 'to the version before' },
    { line: 'selvedge functions rollback my-function --to 5f2b1c0d', does: 'to this one' },
  ]);
  addAction<{ readonly to?: string }, [string, string | undefined]>(
    command,
    async (context, { to }, name, given) => {
      const version = oneOf(given, to);
      const { out, client } = context;
      const back = await context.progress(`rolling ${name} back`, () =>
        carryOut(context, {
          what: `The rollback of ${name}`,
          send: () => client.functions.rollback(name, version),
          finished: (result) => `Version ${short(result.active_version)} is live.`,
          look: `selvedge functions versions ${name}`,
        }),
      );
      out.result(back, () => `${name} is back at version ${short(back.active_version)}: ${back.url ?? ''}`);
      return undefined;
    },
  );
}

function oneOf(given: string | undefined, to: string | undefined): string | undefined {
  if (given === undefined || to === undefined || given === to) return given ?? to;
  throw new CliError(
    'usage',
    `${given.slice(0, 80)} and --to ${to.slice(0, 80)} are two versions: give one.`,
  );
}
