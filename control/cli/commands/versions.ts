// `versions`, and `functions versions`: what a function could go back to.

import type { Command } from 'commander';
import type { Deployment } from '../../client/client.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';
import { renderTable } from '../render-table.ts';

/** `prefix` is how the group is called. */
export function addVersions(group: Command, prefix: string): void {
  const command = group
    .command('versions')
    .summary('list versions of a function')
    .description(
      'Lists the versions of a function, the newest first, with the share of visitors that each has.',
    )
    .argument('<name>', 'name or id of the function')
    .option('--tag <tag>', 'only with this tag');
  addExamples(command, [
    { line: `${prefix} versions my-function`, does: 'what `rollback` can go to' },
    { line: `${prefix} versions my-function --tag v1.2`, does: 'the one that was called so' },
  ]);
  addAction<{ readonly tag?: string }, [string]>(command, async (context, { tag }, name) => {
    const { out, client, call } = context;
    const [{ active_version }, { versions }, { deployments }] = await context.progress(
      'asking the server',
      () =>
        Promise.all([
          client.functions.get(name, call),
          client.functions.versions(name, { tag }, call),
          client.functions.deployments(name, { limit: 1 }, call),
        ]),
    );
    out.result({ active_version, versions }, () =>
      renderTable(
        ['VERSION', 'MADE', 'BY', 'TAG', 'MESSAGE', ''],
        versions.map((version) => [
          ...[short(version.id), version.created_at.slice(0, 19).replace('T', ' '), version.author ?? ''],
          ...[version.tag ?? '', (version.message ?? '').split('\n')[0] ?? ''],
          shareOf(version.id, deployments[0]),
        ]),
      ),
    );
    return undefined;
  });
}

function shareOf(version: string, live: Deployment | undefined): string {
  const share = live?.versions.find((one) => one.version === version)?.share;
  if (share === undefined) return '';
  return share === 100 ? 'live' : `live, ${share} %`;
}
