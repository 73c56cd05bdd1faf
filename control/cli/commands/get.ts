// `functions get`: all that is known of one function.

import type { Command } from 'commander';
import type { FunctionState } from '../../client/client.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';

export function addGet(functions: Command): void {
  const command = functions
    .command('get')
    .summary('show a function')
    .description('Shows the settings of a function, its status and where it answers.')
    .argument('<name>', 'name or id of the function');
  addExamples(command, [
    { line: 'selvedge functions get my-function', does: 'its status, URLs and settings' },
  ]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client, call } = context;
    const shown = await context.progress('asking the server', () => client.functions.get(name, call));
    out.result(shown, () => describe(shown));
    return undefined;
  });
}

function describe(shown: FunctionState): string {
  const rows: [string, string][] = [
    ['name', shown.name],
    ['project', shown.project],
    ['status', shown.status],
    ['version', short(shown.active_version)],
    ...shown.urls.map((url, index): [string, string] => [index === 0 ? 'answers at' : '', url]),
    ...shown.routes.map(({ pattern, methods }, index): [string, string] => [
      index === 0 ? 'routes' : '',
      `${pattern}${methods ? ` (${methods.join(', ')})` : ''}`,
    ]),
    ['public', shown.public ? 'yes' : 'no: callers need a token'],
    ['runtime', `${shown.runtime}, ${shown.handler}, ${shown.convention}`],
    ['limits', `${shown.timeout} s, ${shown.memory} MB, ${shown.concurrency} requests at a time`],
    ['instances', `${shown.scaling.minInstances} to ${shown.scaling.maxInstances}`],
    ['variables', shown.env.join(', ') || 'none'],
    ['changed', shown.updated_at],
    ['last called', shown.last_invoked_at ?? 'never'],
    ...(shown.crashes
      ? [['crashes', `${shown.crashes.count}: ${shown.crashes.reason}`] as [string, string]]
      : []),
  ];
  return rows.map(([label, value]) => `${label.padEnd(12)}${value}`).join('\n');
}
