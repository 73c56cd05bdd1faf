// `promote`: what is live in one environment goes live in another, as it is.

import type { Command } from 'commander';
import { carryOut } from '../carry-out.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';

interface PromoteOptions {
  readonly from?: string;
  readonly to: string;
  readonly versionId?: string;
  readonly replaceVariables?: boolean;
}

export function addPromote(program: Command): void {
  const command = program
    .command('promote')
    .summary('make the very same version live in another environment')
    .description(
      'Makes the version that is live in one environment live in another, unchanged and not built again. The function there is made if it does not exist; its variables and routes are those of that environment.',
    )
    .argument('<function>', 'base name of the function')
    .option('--from <environment>', 'where the version is now; that of --env if absent')
    .requiredOption('--to <environment>', 'where it is to go live')
    .option('--version-id <id>', 'another version than the live one: its id, or the first 8 digits')
    .option('--replace-variables', 'let go of variables and secrets that were set on the function there');
  addExamples(command, [
    { line: 'selvedge promote my-function --from staging --to prod', does: 'what was tried in staging' },
  ]);
  addAction<PromoteOptions, [string]>(command, async (context, options, name) => {
    const { from, to, versionId: version, replaceVariables } = options;
    const { out, client } = context;
    const made = await context.progress(`promoting ${name} to ${to}`, () =>
      carryOut(context, {
        what: `The promotion of ${name}`,
        send: () =>
          client.functions.promote(name, {
            ...(from !== undefined && { from }),
            to,
            ...(version !== undefined && { version }),
            ...(replaceVariables && { replace_variables: true }),
          }),
        finished: (live) => `Version ${short(live.active_version)} is live in ${to}.`,
        look: `selvedge functions get ${name} --env ${to}`,
      }),
    );
    out.result(made, () => {
      const url = out.style('cyan', made.url ?? '');
      return `${made.name}: version ${short(made.active_version)} is live in ${to}, at ${url}.`;
    });
    return undefined;
  });
}
