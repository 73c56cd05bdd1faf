// `functions init`: a new folder from a template.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backendOf, nameSchema } from '../../model/function.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { makeProject } from '../make-project.ts';
import { TEMPLATES, templateOfRuntime } from '../templates.ts';

interface InitOptions {
  readonly runtime?: string;
  readonly template?: string;
}

export function addInit(functions: Command): void {
  const names = TEMPLATES.map(({ name }) => name);
  const command = functions
    .command('init')
    .summary('make the folder of a new function')
    .description(
      `Makes the folder of a new function: its source, configuration, tests and an event to try it with. Templates:\n${TEMPLATES.map(({ name, is, notYet }) => `${name} (${is}${notYet ? '; cannot be deployed yet' : ''})`).join(', ')}.`,
    )
    .argument('<name>', 'name of the function and of its folder');
  command.addOption(command.createOption('--template <template>', 'what to begin with').choices(names));
  command.option('--runtime <runtime>', 'nodejs20, typescript, python3.12, go1.22 and the like');
  addExamples(command, [
    { line: 'selvedge functions init my-function --runtime nodejs20', does: 'a handler in JavaScript' },
    { line: 'selvedge functions init shop --template hono', does: 'a Hono app' },
  ]);
  addAction<InitOptions, [string]>(command, async ({ world, out }, options, name) => {
    checkName(name);
    const { runtime } = options;
    if (runtime !== undefined && backendOf(runtime) === undefined) {
      throw new CliError('usage', `--runtime is "${runtime}", which is no runtime.`, {
        hint: 'Use nodejs18, nodejs20, nodejs22, nodejs24, typescript, python3.12 or go1.22.',
      });
    }
    const wanted = options.template ?? templateOfRuntime(runtime);
    const template = TEMPLATES.find((one) => one.name === wanted);
    if (!template) throw new Error(`no template ${wanted}`);
    if (runtime !== undefined && backendOf(runtime) !== backendOf(template.runtime)) {
      throw new CliError('usage', `The template "${template.name}" is not for the runtime "${runtime}".`, {
        hint: 'Leave one of --template and --runtime out.',
      });
    }
    const chosen = runtime ?? template.runtime;
    const folder = resolve(world.cwd, name);
    const files = makeProject(folder, { name, template: template.name, runtime: chosen });
    if (template.notYet !== undefined) out.warn(template.notYet);
    out.result({ name, folder, template: template.name, runtime: chosen, files }, () =>
      [
        `Made ${name}/ with ${files.join(', ')}.`,
        ...(template.notYet === undefined ? nextSteps(world.env.npm_command, name) : []),
      ].join('\n'),
    );
    return undefined;
  });
}

/**
 * For the folder in which this was called. By `npx`, which says so in `npm_command`, the command line is found there and
 * not in the new folder: that is a package of its own.
 */
function nextSteps(npmCommand: string | undefined, name: string): string[] {
  const selvedge = npmCommand === 'exec' ? 'npx selvedge' : 'selvedge';
  return ['', `  ${selvedge} functions dev ${name}`, `  ${selvedge} functions deploy ${name}`];
}

export function checkName(name: string): void {
  const checked = nameSchema.safeParse(name);
  if (checked.success) return;
  throw new CliError('usage', `The name is "${name.slice(0, 80)}": it ${checked.error.issues[0]?.message}.`);
}
