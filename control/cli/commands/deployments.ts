// `deployments`: which versions were live with which shares, and giving them others.

import type { Command } from 'commander';
import type { Deployment } from '../../client/client.ts';
import { carryOut } from '../carry-out.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';
import { renderTable } from '../render-table.ts';

export function addDeployments(program: Command): void {
  const command = program
    .command('deployments')
    .summary('list deployments, or share the traffic')
    .description(
      'Lists what was live when, the newest first. With shares, gives them to the versions from now on; they must sum to 100.',
    )
    .argument('<name>', 'name or id of the function')
    .argument('[shares...]', '<version>=<percent>, once for each version')
    .option('--message <text>', 'why, for people');
  addExamples(command, [
    { line: 'selvedge deployments my-function', does: 'what was live when' },
    { line: 'selvedge deployments my-function 5f2b1c0d=10 a1b2c3d4=90', does: 'from now on' },
  ]);
  addAction<{ readonly message?: string }, [string, readonly string[]]>(
    command,
    async (context, { message }, name, shares) => {
      const { out, client, call } = context;
      if (shares.length === 0) {
        const page = await context.progress('asking the server', () =>
          client.functions.deployments(name, {}, call),
        );
        out.result(page, () => render(page.deployments));
        return undefined;
      }
      const body = { versions: shares.map(readShare), ...(message !== undefined && { message }) };
      const made = await context.progress(`sharing the traffic of ${name}`, () =>
        carryOut(context, {
          what: `The deployment of ${name}`,
          send: () => client.functions.createDeployment(name, body),
          finished: () => `It is live; \`selvedge functions rollback ${name}\` goes back.`,
          look: `selvedge deployments ${name}`,
        }),
      );
      out.result(made, () => render([made]));
      return undefined;
    },
  );
}

function readShare(text: string): { version: string; share: number } {
  const [, version, share] = /^([0-9a-f]+)=(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  if (version !== undefined && share !== undefined) return { version, share: Number(share) };
  throw new CliError('usage', `"${text.slice(0, 80)}" is no share: write it as 5f2b1c0d=10.`);
}

const render = (deployments: readonly Deployment[]): string =>
  renderTable(
    ['MADE', 'VERSIONS', 'BY', 'WHY'],
    deployments.map(({ created_at, versions, author, reason, message, strategy }) => [
      created_at.slice(0, 19).replace('T', ' '),
      versions.map(({ version, share }) => `${short(version)} ${share} %`).join(', '),
      author ?? '',
      reason ?? message ?? strategy ?? '',
    ]),
  );
