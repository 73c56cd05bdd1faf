// `functions delete`: for good, so a person is asked first.

import type { Command } from 'commander';
import { carryOut } from '../carry-out.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';

export function addDelete(functions: Command): void {
  const command = functions
    .command('delete')
    .summary('delete a function')
    .description(
      'Deletes a function with its versions, variables and log. Asks first; without a terminal it wants --yes.',
    )
    .argument('<name>', 'name or id of the function')
    .option('-y, --yes', 'do not ask');
  addExamples(command, [{ line: 'selvedge functions delete my-function --yes', does: 'without asking' }]);
  addAction<{ readonly yes?: boolean }, [string]>(command, async (context, { yes }, name) => {
    const { out, client, call, world } = context;
    const there = await context.progress('asking the server', () => client.functions.get(name, call));
    if (!yes) {
      if (!world.stdin.isTerminal)
        throw new CliError('usage', `Deleting ${name} cannot be undone, and nobody can be asked here.`, {
          hint: `Say that it is meant: \`selvedge functions delete ${name} --yes\`.`,
        });
      const answer = await world.stdin.readLine(
        `Delete ${there.name} of project ${there.project}, for good? Type its name: `,
        false,
      );
      if (answer.trim() !== there.name)
        throw new CliError(
          'usage',
          `Nothing was deleted: "${answer.trim().slice(0, 80)}" is not ${there.name}.`,
        );
    }
    const gone = await context.progress(`deleting ${name}`, () =>
      carryOut(context, {
        what: `The deletion of ${name}`,
        send: () => client.functions.delete(there.id),
        finished: () => 'It is gone.',
        look: 'selvedge functions list',
      }),
    );
    out.result(gone, () => `${there.name} is deleted.`);
    return undefined;
  });
}
