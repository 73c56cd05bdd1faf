// `alias`: names for versions, each with an address of its own.

import type { Command } from 'commander';
import { carryOut } from '../carry-out.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';
import { renderTable } from '../render-table.ts';

export function addAlias(program: Command): void {
  const alias = program
    .command('alias')
    .summary('names for versions of a function')
    .description('Names for versions of a function, each with an address of its own.');
  addAliasList(alias);
  addAliasSet(alias);
  addAliasDelete(alias);
}

function addAliasList(alias: Command): void {
  const command = alias
    .command('list')
    .summary('list aliases')
    .description('Lists the aliases of a function.')
    .argument('<name>', 'name or id of the function');
  addExamples(command, [{ line: 'selvedge alias list my-function', does: 'all of them' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client, call } = context;
    const aliases = await context.progress('asking the server', () =>
      client.functions.aliases.list(name, call),
    );
    out.result({ aliases }, () =>
      aliases.length === 0
        ? `${name} has no aliases.`
        : renderTable(
            ['ALIAS', 'VERSION', 'URL'],
            aliases.map((one) => [one.name, short(one.version), one.url]),
          ),
    );
    return undefined;
  });
}

function addAliasSet(alias: Command): void {
  const command = alias
    .command('set')
    .summary('let an alias lead to a version')
    .description('Lets an alias lead to a version. Makes the alias if there is none.')
    .argument('<name>', 'name or id of the function')
    .argument('<alias>', 'name of the alias')
    .argument('<version>', 'id of a version, or its first 8 digits or more');
  addExamples(command, [{ line: 'selvedge alias set my-function staging 5f2b1c0d', does: 'made or moved' }]);
  addAction<object, [string, string, string]>(command, async (context, _, name, alias, version) => {
    const { out, client } = context;
    const set = await context.progress(`setting ${alias}`, () =>
      carryOut(context, {
        what: `The change of ${alias}`,
        send: () => client.functions.aliases.set(name, alias, version),
        finished: ({ url }) => `It leads to ${short(version)} at ${url}.`,
        look: `selvedge alias list ${name}`,
      }),
    );
    out.result(set, () => `${set.name} leads to version ${short(set.version)}: ${set.url}`);
    return undefined;
  });
}

function addAliasDelete(alias: Command): void {
  const command = alias
    .command('delete')
    .summary('delete an alias')
    .description('Deletes an alias; the version that it leads to stays.')
    .argument('<name>', 'name or id of the function')
    .argument('<alias>', 'name of the alias');
  addExamples(command, [{ line: 'selvedge alias delete my-function staging', does: 'for good' }]);
  addAction<object, [string, string]>(command, async (context, _, name, alias) => {
    const { out, client } = context;
    const gone = await context.progress(`deleting ${alias}`, () =>
      carryOut(context, {
        what: `The deletion of ${alias}`,
        send: () => client.functions.aliases.delete(name, alias),
        finished: () => 'It is gone.',
        look: `selvedge alias list ${name}`,
      }),
    );
    out.result(gone, () => `${alias} is deleted.`);
    return undefined;
  });
}
