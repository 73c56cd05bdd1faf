// A variable as it is given on the command line: `NAME=value`, or `NAME` alone with the value on stdin, so that a
// secret is in no history and in no list of processes.

import { CliError } from './cli-error.ts';
import type { World } from './world.ts';

export async function readVariable(
  given: string,
  { stdin }: Pick<World, 'stdin'>,
): Promise<{ readonly key: string; readonly value: string }> {
  const at = given.indexOf('=');
  if (at !== -1) return { key: given.slice(0, at), value: given.slice(at + 1) };
  if (stdin.isTerminal) return { key: given, value: await stdin.readLine(`Value of ${given}: `, true) };
  const text = (await stdin.readAll()).replace(/\r?\n$/, '');
  if (text !== '') return { key: given, value: text };
  throw new CliError('usage', `There is no value for ${given}: neither after "=" nor on stdin.`);
}
