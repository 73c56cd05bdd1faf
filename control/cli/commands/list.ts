// `functions list`: what there is.

import type { Command } from 'commander';
import type { FunctionState } from '../../client/client.ts';
import type { CommandContext } from '../command-context.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';
import { renderTable } from '../render-table.ts';

interface ListOptions {
  readonly status?: FunctionState['status'];
  readonly search?: string;
}

export function addList(functions: Command): void {
  const command = functions
    .command('list')
    .summary('list functions')
    .description('Lists functions: those of --project, or of every project that the token may see.')
    .option('--search <text>', 'only whose name has this in it');
  command.addOption(
    command
      .createOption('--status <status>', 'only with this status')
      .choices(['draft', 'building', 'deployed', 'failed', 'disabled']),
  );
  addExamples(command, [
    { line: 'selvedge functions list', does: 'all of them' },
    { line: 'selvedge functions list --status failed --json', does: 'for a script' },
  ]);
  addAction<ListOptions, []>(command, async (context, { status, search }) => {
    const { out } = context;
    const listed = await context.progress('reading the list', () => listAll(context, { status, search }));
    out.result({ functions: listed }, () => {
      if (listed.length === 0)
        return 'There are no functions. Make one with `selvedge functions init <name>`.';
      const rows = listed.map((one) => [
        ...[one.project, one.name, one.status, short(one.active_version)],
        one.updated_at.slice(0, 16).replace('T', ' '),
        one.url ?? '',
      ]);
      return renderTable(['PROJECT', 'NAME', 'STATUS', 'VERSION', 'CHANGED', 'URL'], rows);
    });
    return undefined;
  });
}

/** Every page of it. */
export async function listAll(
  { client, call, shared }: CommandContext,
  query: { readonly status?: FunctionState['status'] | undefined; readonly search?: string | undefined } = {},
): Promise<FunctionState[]> {
  const all: FunctionState[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.functions.list(
      { ...query, project: shared.project, cursor, limit: 1000 },
      call,
    );
    all.push(...page.functions);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
