// `api-keys`: keys of functions' visitors.

import type { Command } from 'commander';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';

export function addApiKeys(program: Command): void {
  const keys = program
    .command('api-keys')
    .summary("keys of functions' visitors")
    .description(
      'Keys of visitors, which open functions whose rules have an `api_key` method and nothing else.',
    );
  addList(keys);
  addCreate(keys);
  addRevoke(keys);
}

interface ListOptions {
  readonly function?: string;
}

function addList(keys: Command): void {
  const command = keys
    .command('list')
    .summary('list keys')
    .description('Lists keys with their last use, the oldest first.')
    .option('--function <name>', 'those that open this function alone');
  addExamples(command, [{ line: 'selvedge api-keys list', does: 'all that you may see' }]);
  addAction<ListOptions, []>(command, async (context, { function: only }) => {
    const { out, client, call, shared } = context;
    const query = {
      ...(shared.project !== undefined && { project: shared.project }),
      ...(only !== undefined && { function: only }),
    };
    const page = await context.progress('asking the server', () => client.apiKeys.list(query, call));
    out.result(page, () =>
      page.api_keys.length === 0
        ? 'There are no keys.'
        : renderTable(
            ['ID', 'NAME', 'PROJECT', 'SCOPES', 'ENDS', 'LAST USED'],
            page.api_keys.map((key) => [
              ...[key.id, key.name, key.project, key.scopes.join(' ')],
              ...[key.expires_at ?? 'never', key.last_used_at ?? 'never'],
            ]),
          ),
    );
    return undefined;
  });
}

interface CreateOptions {
  readonly function?: string;
  readonly scope?: readonly string[];
  readonly expires?: string;
}

function addCreate(keys: Command): void {
  const command = keys
    .command('create')
    .summary('make a key')
    .description('Makes a key and prints its token, which is shown this once.')
    .argument('<name>', 'whose key it is, for people')
    .option(
      '--function <name>',
      'opens this function alone; otherwise all of the project whose rules take keys',
    )
    .option('--scope <scope...>', 'what rules may ask for')
    .option('--expires <time>', 'when it ends, as in 2027-01-31T00:00:00Z');
  addExamples(command, [
    { line: 'selvedge api-keys create partner --function orders --scope read', does: 'the token, once' },
  ]);
  addAction<CreateOptions, [string]>(command, async (context, options, name) => {
    const { out, client, call, shared } = context;
    const key = {
      name,
      ...(shared.project !== undefined && { project: shared.project }),
      ...(options.function !== undefined && { function: options.function }),
      ...(options.scope && { scopes: [...options.scope] }),
      ...(options.expires !== undefined && { expires_at: options.expires }),
    };
    const made = await context.progress('making the key', () => client.apiKeys.create(key, call));
    out.result(made, () => made.token);
    return undefined;
  });
}

function addRevoke(keys: Command): void {
  const command = keys
    .command('revoke')
    .summary('revoke a key')
    .description('Revokes a key: when the command says so, it opens nothing any more.')
    .argument('<id>', 'id of the key');
  addExamples(command, [{ line: 'selvedge api-keys revoke ak_h4t9w2k7c0n5x8b3m1q6', does: 'for good' }]);
  addAction<object, [string]>(command, async (context, _, id) => {
    const { out, client, call } = context;
    const gone = await context.progress('revoking it', () => client.apiKeys.revoke(id, call));
    out.result(gone, () => `The key "${gone.name}" opens nothing any more.`);
    return undefined;
  });
}
