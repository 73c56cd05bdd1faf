// `status`: does the platform run, is it well, and does it know who asks.

import type { Command } from 'commander';
import type { Health, Info } from '../../client/client.ts';
import { addAction, addExamples } from '../define-command.ts';

export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .summary('show how the platform is')
    .description(
      'Shows whether the platform answers, whether something needs attention, and where functions are.',
    );
  addExamples(command, [{ line: 'selvedge status', does: 'address, health and counts' }]);
  addAction<object, []>(command, async (context) => {
    const { out, client, call, target } = context;
    const [health, info] = await context.progress('asking the server', async () => {
      const first = await client.health(call);
      return [first, await client.info(call)] as const;
    });
    out.result({ url: target.url, health, info }, () => describe(target.url, target.tokenFrom, health, info));
    return undefined;
  });
}

function describe(url: string, tokenFrom: string, health: Health, info: Info): string {
  const { functions, instances } = health.counts;
  return [
    `platform   ${url}, version ${info.version}, ${health.status}`,
    `token      from ${tokenFrom}`,
    `functions  ${functions}, with ${instances} instances`,
    ...health.problems.map((problem) => `problem    ${problem}`),
  ].join('\n');
}
