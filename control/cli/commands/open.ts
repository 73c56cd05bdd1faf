// `open`: a function, or the platform's own pages, in a browser.

import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';

export function addOpen(program: Command): void {
  const command = program
    .command('open')
    .summary('open a function in a browser')
    .description(
      'Opens the URL of a function, or without a name the pages of the control API, in a browser. Prints the URL in any case.',
    )
    .argument('[name]', 'name or id of the function')
    .option('--print', 'only print the URL');
  addExamples(command, [
    { line: 'selvedge open my-function', does: 'its URL' },
    { line: 'selvedge open', does: 'the pages of the control API' },
  ]);
  addAction<{ readonly print?: boolean }, [string | undefined]>(command, async (context, { print }, name) => {
    const { out, client, call, target, world } = context;
    let url = `${target.url}/docs`;
    if (name !== undefined) {
      const shown = await context.progress('asking the server', () => client.functions.get(name, call));
      if (shown.url === null)
        throw new CliError('refused', `${name} answers nowhere: its status is "${shown.status}".`, {
          hint: `Make it live with \`selvedge functions deploy ${name}\`.`,
        });
      url = shown.url;
    }
    out.result({ url }, () => url);
    // Without a person at a terminal there is nobody to look at a browser.
    if (!print && world.stdout.isTerminal && !(await startBrowser(url)))
      out.note('No browser could be started here: open the URL yourself.');
    return undefined;
  });
}

/** Whether the system's own opener took it. */
function startBrowser(url: string): Promise<boolean> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  return new Promise((resolve) => {
    const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
