// `env`: variables of a project, of an environment, or of one function in an environment. They are in no version, so
// that the same version has other values where it is promoted to.

import type { Command } from 'commander';
import type { OverlayWasSet, VariablesPlace } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { addAction, addExamples } from '../define-command.ts';
import { readVariable } from '../read-value.ts';
import { renderTable } from '../render-table.ts';

interface PlaceOptions {
  readonly function?: string;
}

export function addVariables(program: Command): void {
  const env = program
    .command('env')
    .summary('variables of a project or an environment')
    .description(
      'Variables and secrets of a project, with --env of an environment of it, and with --function of one function there. No version changes: instances that run are replaced. Those of a function itself, which are part of its versions: `functions env`.',
    );
  addList(env);
  addSet(env);
  addDelete(env);
}

const forFunction = ['--function <name>', 'for this function alone, by its base name; needs --env'] as const;

function addList(env: Command): void {
  const command = env
    .command('list')
    .summary('list variables')
    .description('Lists what is set in this very place; the values of secrets are never shown.')
    .option(...forFunction);
  addExamples(command, [{ line: 'selvedge env list --env staging', does: 'those of staging' }]);
  addAction<PlaceOptions, []>(command, async (context, options) => {
    const { out, client, call } = context;
    const place = placeOf(context, options);
    const env = await context.progress('asking the server', () => client.variables.list(place, call));
    out.result({ env }, () =>
      env.length === 0
        ? `${nameOf(place)} has no variables.`
        : renderTable(
            ['NAME', 'VALUE'],
            env.map(({ key, value, secret }) => [key, secret ? '(secret)' : (value ?? '(not shown)')]),
          ),
    );
    return undefined;
  });
}

function addSet(env: Command): void {
  const command = env
    .command('set')
    .summary('set a variable or a secret')
    .description(
      'Sets a variable, or with --secret one whose value is never shown again, and waits until every instance that runs has it. Without a value, it is read from stdin.',
    )
    .argument('<variable>', 'NAME=value, or NAME alone to read the value from stdin')
    .option('--secret', 'never show the value again')
    .option(...forFunction);
  addExamples(command, [
    { line: 'selvedge env set REGION=eu', does: 'for the project' },
    { line: 'selvedge env set API_KEY --secret --env prod <key.txt', does: 'for all of prod' },
    { line: 'selvedge env set LIMIT=5 --env dev --function my-function', does: 'for one function in dev' },
  ]);
  addAction<PlaceOptions & { readonly secret?: boolean }, [string]>(
    command,
    async (context, options, given) => {
      const { out, client, world } = context;
      const place = placeOf(context, options);
      const variable = { ...(await readVariable(given, world)), secret: options.secret ?? false };
      const set = await context.progress(`setting ${variable.key}`, () =>
        client.variables.set(place, variable),
      );
      warn(context, set);
      out.result(set, () => `${variable.key} is set for ${nameOf(place)}.${replacedText(set)}`);
      return undefined;
    },
  );
}

function addDelete(env: Command): void {
  const command = env
    .command('delete')
    .summary('delete a variable or a secret')
    .description('Deletes a variable of this very place; refused while a live function requires it.')
    .argument('<variable>', 'its name')
    .option(...forFunction);
  addExamples(command, [{ line: 'selvedge env delete REGION', does: 'of the project' }]);
  addAction<PlaceOptions, [string]>(command, async (context, options, key) => {
    const { out, client } = context;
    const place = placeOf(context, options);
    const gone = await context.progress(`deleting ${key}`, () => client.variables.delete(place, key));
    warn(context, gone);
    out.result(gone, () => `${key} of ${nameOf(place)} is deleted.${replacedText(gone)}`);
    return undefined;
  });
}

function placeOf({ shared }: CommandContext, options: PlaceOptions): VariablesPlace {
  if (options.function !== undefined && shared.env === undefined)
    throw new CliError('usage', '--function needs --env: name the environment that it is set in.', {
      hint: `What a function has everywhere is its own: \`selvedge functions env set ${options.function} …\`.`,
    });
  return { environment: shared.env, function: options.function };
}

function nameOf({ environment, function: base }: VariablesPlace): string {
  if (environment === undefined) return 'the project';
  return base === undefined ? environment : `${base} in ${environment}`;
}

type Changed = Pick<OverlayWasSet, 'replaced' | 'failed'>;

const replacedText = ({ replaced }: Changed): string =>
  replaced === 0 ? '' : ` Instances of ${replaced} function${replaced === 1 ? '' : 's'} were replaced.`;

function warn({ out }: CommandContext, { failed }: Changed): void {
  for (const one of failed)
    out.warn(`${one.function} did not start with it, and goes on as it was: ${one.message}`);
}
