// What every command of ours is besides commander's: it has examples, for its help and for docs/cli.md, and
// its action gets a context and may say how the program ends.

import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { ExitName } from './exit-codes.ts';

/** Nothing means `done`. */
export type Outcome = Promise<ExitName | undefined>;
/** Set by run-cli.ts: makes the context, runs the work, keeps the outcome. */
export type Runner = (command: Command, work: (context: CommandContext) => Outcome) => Promise<void>;

export interface Example {
  readonly line: string;
  readonly does: string;
}

const examples = new WeakMap<Command, readonly Example[]>();
const runners = new WeakMap<Command, Runner>();

export function setRunner(root: Command, runner: Runner): void {
  runners.set(root, runner);
}

export const examplesOf = (command: Command): readonly Example[] => examples.get(command) ?? [];

export function addExamples(command: Command, given: readonly Example[]): Command {
  examples.set(command, given);
  const width = Math.max(...given.map(({ line }) => line.length));
  const lines = given.map(({ line, does }) => `  ${line.padEnd(width)}  ${does}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** `work` gets the arguments and options as commander parsed them. */
export function addAction<O extends object, A extends readonly unknown[]>(
  command: Command,
  work: (context: CommandContext, options: O, ...args: A) => Outcome,
): Command {
  return command.action(async (...given: unknown[]) => {
    // commander gives the arguments, then the options, then the command.
    const args = given.slice(0, -2) as unknown as A;
    const options = given.at(-2) as O;
    let root: Command = command;
    while (root.parent) root = root.parent;
    const runner = runners.get(root);
    if (!runner) throw new Error('the program has no runner');
    await runner(command, (context) => work(context, options, ...args));
  });
}
