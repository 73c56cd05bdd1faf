// One run of the command line: from its words to an exit code. Nothing thrown leaves it.

import { CommanderError } from 'commander';
import { completeNames } from './add-completion.ts';
import { CliError } from './cli-error.ts';
import { CommandContext, type SharedOptions } from './command-context.ts';
import { connect, findTarget } from './connect.ts';
import { setRunner } from './define-command.ts';
import { EXITS, type ExitName } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import { Output } from './output.ts';
import { createProgram } from './program.ts';
import { tellError } from './tell-error.ts';
import type { World } from './world.ts';

/** Tab is pressed by a person: names that take longer are not worth the wait. */
const completionTimeoutMs = 700;

export async function runCli(words: readonly string[], world: World, version: string): Promise<number> {
  let exit: ExitName = 'done';
  let context: CommandContext | undefined;
  const { command: program, completion } = createProgram(version, (root) => {
    root.exitOverride().configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      // Told below, like every other error.
      outputError: () => {},
    });
  });
  setRunner(program, async (command, work) => {
    context = new CommandContext(
      world,
      outputOf(world, command.optsWithGlobals()),
      command.optsWithGlobals(),
    );
    exit = (await work(context)) ?? 'done';
  });
  try {
    if (words[0] === 'complete') completeNames(completion, await functionNames(world));
    await program.parseAsync([...words], { from: 'user' });
  } catch (thrown) {
    const out = context?.out ?? outputOf(world, { json: words.includes('--json') });
    const error =
      thrown instanceof CommanderError ? usageError(thrown) : explainError(thrown, context?.usedTarget);
    if (error === undefined) return EXITS.done.code;
    if (world.env.DEBUG?.includes('selvedge')) out.note(String((thrown as Error).stack));
    if (error.message !== '') tellError(out, error);
    exit = error.exit;
  }
  return EXITS[exit].code;
}

function outputOf(world: World, options: SharedOptions & { readonly color?: boolean }): Output {
  const noColor = options.color === false || Boolean(world.env.NO_COLOR) || world.env.TERM === 'dumb';
  return new Output(world.stdout, world.stderr, { json: options.json ?? false, noColor });
}

/** Undefined for what commander only uses an exception for: help and version that were asked for. */
function usageError(error: CommanderError): CliError | undefined {
  if (error.exitCode === 0) return undefined;
  // Help that was not asked for has been printed: a group without one of its commands.
  if (error.code === 'commander.help') return new CliError('usage', '');
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  return new CliError('usage', message, { hint: 'See `selvedge --help`, or --help after a command.' }, error);
}

async function functionNames(world: World): Promise<string[]> {
  try {
    const client = connect(findTarget(world, undefined));
    const page = await client.functions.list({ limit: 1000 }, { timeoutMs: completionTimeoutMs, retries: 0 });
    return page.functions.map(({ name }) => name);
  } catch {
    return []; // Nothing may be said in the middle of a line that is being typed.
  }
}
