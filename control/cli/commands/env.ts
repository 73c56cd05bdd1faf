// `functions env`: variables and secrets of a function.

import type { Command } from 'commander';
import { deleteVariable, setVariable } from '../change-variable.ts';
import { addAction, addExamples } from '../define-command.ts';
import { readVariable } from '../read-value.ts';
import { renderTable } from '../render-table.ts';

export function addEnv(functions: Command): void {
  const env = functions
    .command('env')
    .summary('variables and secrets of a function')
    .description(
      'Variables and secrets of a function. A change makes a new version of a function that is live.',
    );
  addEnvList(env);
  addEnvSet(env);
  addEnvDelete(env);
}

function addEnvList(env: Command): void {
  const command = env
    .command('list')
    .summary('list variables')
    .description(
      'Lists all that the function runs with, and where each is set; the values of secrets are never shown.',
    )
    .argument('<name>', 'name or id of the function');
  addExamples(command, [{ line: 'selvedge functions env list my-function', does: 'all of them' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client, call } = context;
    const variables = await context.progress('asking the server', () =>
      client.functions.env.list(name, call),
    );
    out.result({ env: variables }, () =>
      variables.length === 0
        ? `${name} has no variables.`
        : renderTable(
            ['NAME', 'VALUE', 'SET BY'],
            variables.map(({ key, value, secret, source }) => [
              ...[key, secret ? '(secret)' : (value ?? '(not shown)')],
              SET_BY[source],
            ]),
          ),
    );
    return undefined;
  });
}

function addEnvSet(env: Command): void {
  const command = env
    .command('set')
    .summary('set a variable or a secret')
    .description(
      'Sets a variable, or with --secret one whose value is never shown again. Without a value, it is read from stdin, so that a secret is in no history.',
    )
    .argument('<name>', 'name or id of the function')
    .argument('<variable>', 'NAME=value, or NAME alone to read the value from stdin')
    .option('--secret', 'never show the value again');
  addExamples(command, [
    { line: 'selvedge functions env set my-function GREETING=Hello', does: 'a variable' },
    {
      line: 'selvedge functions env set my-function API_KEY --secret <key.txt',
      does: 'a secret, from a file',
    },
  ]);
  addAction<{ readonly secret?: boolean }, [string, string]>(
    command,
    async (context, options, name, given) => {
      const { key, value } = await readVariable(given, context.world);
      const variable = { key, value, secret: options.secret ?? false };
      await setVariable(context, name, variable, 'selvedge functions env list');
      return undefined;
    },
  );
}

function addEnvDelete(env: Command): void {
  const command = env
    .command('delete')
    .summary('delete a variable or a secret')
    .description('Deletes a variable or a secret.')
    .argument('<name>', 'name or id of the function')
    .argument('<variable>', 'its name');
  addExamples(command, [{ line: 'selvedge functions env delete my-function GREETING', does: 'for good' }]);
  addAction<object, [string, string]>(command, async (context, _, name, key) => {
    await deleteVariable(context, name, key, 'selvedge functions env list');
    return undefined;
  });
}

const SET_BY = {
  project: 'the project',
  environment: 'the environment',
  function: 'the function',
  override: 'the environment, for this function',
} as const;
