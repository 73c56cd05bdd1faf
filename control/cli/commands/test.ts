// `functions test`: one event through a function, offline; or the project's own tests.

import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { cacheFolder } from '../cache-folder.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { loadLocally } from '../load-locally.ts';
import { locateFunction } from '../locate-function.ts';
import { readEventFile } from '../read-event.ts';
import { addRunOptions, type RunOptions } from '../run-options.ts';
import { collect } from './invoke.ts';

interface TestOptions extends RunOptions {
  readonly event?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly header?: Record<string, string>;
}

export function addTest(functions: Command): void {
  const command = functions
    .command('test')
    .summary('run one event, or the tests of a function')
    .description(
      'With --event: sends one event through the function on this machine, without a network and without a platform, and prints the result, the log and the duration. Without: runs the vitest that the project has installed.',
    )
    .argument('[folder]', 'folder of the function; this one unless given')
    .option('--event <file>', 'file with the event, as JSON; - reads stdin')
    .option('--method <method>', 'HTTP method; POST unless given')
    .option('--path <path>', 'path below the function; / unless given')
    .option('--query <name=value>', 'a parameter; may be repeated', collect)
    .option('--header <name=value>', 'a header; may be repeated', collect);
  addRunOptions(command);
  addExamples(command, [
    { line: 'selvedge functions test --event test-event.json', does: 'one event' },
    { line: 'selvedge functions test', does: "the project's own tests" },
  ]);
  addAction<TestOptions, [string | undefined]>(command, async (context, options, given) => {
    const { out, world } = context;
    const { folder } = locateFunction(world.cwd, given);
    const file = options.event && findEvent(world.cwd, folder, options.event);
    const { geo, ip, env, method, path, query, header } = options;
    const event = file === undefined ? undefined : { value: await readEventFile(world, file) };
    const { runTest } = await import('../local/test-event.ts');
    const run = () =>
      runTest({
        ...{ folder, geo, ip, method, path, query, headers: header, environment: env },
        cacheDir: cacheFolder(world.env),
        event,
        load: async () => {
          const { body, warnings } = await loadLocally(world, folder, options.config);
          for (const warning of warnings) out.warn(warning);
          return body;
        },
        env: world.env,
        // With --json stdout has the result alone.
        write: (text) => (out.json ? world.stderr : world.stdout).write(text),
        signal: world.interrupted,
      });
    const { ok, answer } = await (event === undefined ? run() : context.progress('running the event', run));
    if (world.interrupted.aborted) throw new CliError('interrupted', 'Interrupted.');
    if (answer === undefined) {
      if (out.json) out.result({ passed: ok }, () => '');
    } else {
      const { describeAnswer } = await import('../local/describe-answer.ts');
      out.result(answer, () => describeAnswer(answer));
    }
    return ok ? 'done' : 'function';
  });
}

/** Here, or beside the function that is meant without being named. */
function findEvent(cwd: string, folder: string, event: string): string {
  if (event === '-' || existsSync(resolve(cwd, event)) || !existsSync(join(folder, event))) return event;
  return relative(cwd, join(folder, event));
}
