// `login`: checks a token with the server, and keeps it for later commands. `logout` forgets it.

import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { connect, findTarget, isThisMachine } from '../connect.ts';
import { credentialsFile, writeCredentials } from '../credentials.ts';
import { addAction, addExamples } from '../define-command.ts';

export function addLogin(program: Command): void {
  const command = program
    .command('login')
    .summary('keep a token for a platform')
    .description(
      'Asks for a token, or reads it from stdin, checks it with the server, and keeps it with the address in a file that only you may read ($XDG_CONFIG_HOME/selvedge/credentials.json). On the machine of a platform, in its directory, no login is needed.',
    )
    .argument('[url]', 'address of the control API');
  addExamples(command, [
    { line: 'selvedge login https://control.example.com', does: 'asks for the token' },
    { line: 'selvedge login <.selvedge/token', does: 'takes it from a file' },
  ]);
  addAction<object, [string | undefined]>(command, async (context, _, given) => {
    const { out, world, shared } = context;
    const { url } = findTarget(world, given ?? shared.url);
    const typed = world.stdin.isTerminal
      ? await world.stdin.readLine(`Token for ${url}: `, true)
      : await world.stdin.readAll();
    const token = typed.trim();
    if (token === '')
      throw new CliError('usage', 'There is no token: nothing was typed or on stdin.', {
        hint: 'The token was printed at the first start of the platform, and is in its .selvedge/token.',
      });
    const target = { url, token, tokenFrom: 'stdin' };
    if (url.startsWith('http:') && !isThisMachine(url))
      out.warn(
        `${url} is not encrypted: who is on the way can read the token. Put a proxy with TLS before it.`,
      );
    context.use(target);
    // /health tells anybody; /info wants a token that is right.
    await context.progress('asking the server', () => connect(target, undefined).info(context.call));
    const file = writeCredentials(world.env, { url, token });
    out.result({ url, file }, () => `The token is right. It is kept in ${file}, for ${url}.`);
    return undefined;
  });
}

export function addLogout(program: Command): void {
  const command = program
    .command('logout')
    .summary('forget the token')
    .description('Removes what `selvedge login` kept. The token itself stays valid.');
  addExamples(command, [{ line: 'selvedge logout', does: 'forgets address and token' }]);
  addAction<object, []>(command, async ({ out, world }) => {
    const file = credentialsFile(world.env);
    if (file !== undefined) rmSync(file, { force: true });
    out.result({ file: file ?? null }, () => 'There is no login any more.');
    return undefined;
  });
}
