// `environments`: list, make and delete those of a project.

import type { Command } from 'commander';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';

export function addEnvironments(program: Command): void {
  const environments = program
    .command('environments')
    .summary('list, make and delete environments of a project')
    .description(
      'Environments of a project: where a function runs with variables, routes and a live version of its own. dev, staging and prod are in every project; `--env staging` on any command means the function there.',
    );
  const list = environments
    .command('list')
    .summary('list environments')
    .description('Lists the environments of the project, with how many functions are in each.');
  addExamples(list, [{ line: 'selvedge environments list --project shop', does: 'those of shop' }]);
  addAction<object, []>(list, async (context) => {
    const { out, client, call } = context;
    const listed = await context.progress('reading the list', () => client.environments.list(call));
    out.result({ environments: listed }, () =>
      renderTable(
        ['ENVIRONMENT', 'FUNCTIONS', 'DESCRIPTION'],
        listed.map(({ name, functions, description }) => [name, String(functions), description]),
      ),
    );
    return undefined;
  });

  const create = environments
    .command('create')
    .summary('make an environment')
    .description('Makes an environment besides dev, staging and prod.')
    .argument('<name>', 'its name, which ends the names of the functions in it')
    .option('--description <text>', 'for people');
  addExamples(create, [{ line: 'selvedge environments create qa', does: 'functions there are called …-qa' }]);
  addAction<{ readonly description?: string }, [string]>(create, async (context, { description }, name) => {
    const { out, client } = context;
    const input = { name, ...(description !== undefined && { description }) };
    const made = await context.progress(`making ${name}`, () => client.environments.create(input));
    out.result(made, () => `Environment ${made.name} of project ${made.project} is there.`);
    return undefined;
  });

  const remove = environments
    .command('delete')
    .summary('delete an environment')
    .description('Deletes an environment with its variables; one with functions stays.')
    .argument('<name>', 'its name');
  addExamples(remove, [{ line: 'selvedge environments delete qa', does: 'for good' }]);
  addAction<object, [string]>(remove, async (context, _, name) => {
    const { out, client } = context;
    const gone = await context.progress(`deleting ${name}`, () => client.environments.delete(name));
    out.result(gone, () => `Environment ${gone.name} of project ${gone.project} is gone.`);
    return undefined;
  });
}
