// `secrets`: what functions get and nobody is shown. A value comes from stdin or is typed, never from the command line:
// that is in the shell's history, and in the list of processes.

import type { Command } from 'commander';
import { deleteVariable, setVariable } from '../change-variable.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { readVariable } from '../read-value.ts';
import { renderTable } from '../render-table.ts';

export function addSecrets(program: Command): void {
  const secrets = program
    .command('secrets')
    .summary('secrets of a function')
    .description(
      'Secrets of a function: variables whose values are sealed and never shown. A change makes a new version of a function that is live.',
    )
    .helpCommand(false);
  addSet(secrets);
  addList(secrets);
  addHistory(secrets);
  addDelete(secrets);
}

function addSet(secrets: Command): void {
  const command = secrets
    .command('set')
    .summary('set a secret')
    .description('Sets a secret. Its value is read from stdin, or typed without being shown.')
    .argument('<name>', 'name or id of the function')
    .argument('<secret>', 'name of the secret');
  addExamples(command, [
    { line: 'selvedge secrets set my-function API_KEY', does: 'asks for the value' },
    { line: 'selvedge secrets set my-function API_KEY <key.txt', does: 'takes it from a file' },
  ]);
  addAction<object, [string, string]>(command, async (context, _, name, key) => {
    if (key.includes('='))
      throw new CliError(
        'usage',
        'A value on the command line is in the history of the shell and in the list of processes.',
        {
          hint: `Give it on stdin: selvedge secrets set ${name} ${key.slice(0, key.indexOf('='))} <file`,
        },
      );
    const { value } = await readVariable(key, context.world);
    await setVariable(context, name, { key, value, secret: true }, 'selvedge secrets list');
    return undefined;
  });
}

function addList(secrets: Command): void {
  const command = secrets
    .command('list')
    .summary('list secrets')
    .description('Lists secrets: which value is the newest, which one is live, who set it and when.')
    .argument('<name>', 'name or id of the function');
  addExamples(command, [{ line: 'selvedge secrets list my-function', does: 'all of them' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client, call } = context;
    const listed = await context.progress('asking the server', () =>
      client.functions.secrets.list(name, call),
    );
    out.result({ secrets: listed }, () =>
      listed.length === 0
        ? `${name} has no secrets.`
        : renderTable(
            ['NAME', 'NUMBER', 'LIVE', 'SET BY', 'SET AT'],
            listed.map(({ name: secret, number, live, author, created_at }) => [
              ...[secret, String(number), live === null ? 'no' : String(live), author, created_at],
            ]),
          ),
    );
    return undefined;
  });
}

function addHistory(secrets: Command): void {
  const command = secrets
    .command('history')
    .summary('show when a secret was set')
    .description('Shows when a secret was set, and by whom; also of one that was deleted.')
    .argument('<name>', 'name or id of the function')
    .argument('<secret>', 'name of the secret');
  addExamples(command, [{ line: 'selvedge secrets history my-function API_KEY', does: 'the newest first' }]);
  addAction<object, [string, string]>(command, async (context, _, name, secret) => {
    const { out, client, call } = context;
    const versions = await context.progress('asking the server', () =>
      client.functions.secrets.history(name, secret, call),
    );
    out.result({ name: secret, versions }, () =>
      renderTable(
        ['NUMBER', 'SET BY', 'SET AT', 'DELETED AT'],
        versions.map(({ number, author, created_at, deleted_at }) => [
          ...[String(number), author, created_at, deleted_at ?? ''],
        ]),
      ),
    );
    return undefined;
  });
}

function addDelete(secrets: Command): void {
  const command = secrets
    .command('delete')
    .summary('delete a secret')
    .description('Deletes a secret. Versions that have it keep it, so that a rollback brings it back.')
    .argument('<name>', 'name or id of the function')
    .argument('<secret>', 'name of the secret');
  addExamples(command, [
    { line: 'selvedge secrets delete my-function API_KEY', does: 'from the next version on' },
  ]);
  addAction<object, [string, string]>(command, async (context, _, name, key) => {
    await deleteVariable(context, name, key, 'selvedge secrets list');
    return undefined;
  });
}
