// `functions deploy`: from a folder to a URL.

import { relative } from 'node:path';
import type { Command } from 'commander';
import { nameSchema } from '../../model/function.ts';
import { CliError } from '../cli-error.ts';
import type { FolderConfig } from '../config/folder-config.ts';
import { holdToSource } from '../config/hold-to-source.ts';
import { loadConfig } from '../config/load-config.ts';
import { addAction, addExamples } from '../define-command.ts';
import { deployFunction, short } from '../deploy-function.ts';
import { locateFunction, nameOfFolder } from '../locate-function.ts';
import { collectSources } from '../sources/collect-sources.ts';

interface DeployOptions {
  readonly config?: string;
  readonly new?: boolean;
  readonly live: boolean;
  readonly message?: string;
  readonly tag?: string;
}

export function addDeploy(functions: Command): void {
  const command = functions
    .command('deploy')
    .summary('make a function live')
    .description(
      'Sends the source of a folder, with its settings, and waits until it is live or has failed. Creates the function, or makes a new version of it. What the configuration does not name stays as it is.',
    )
    .argument('[name]', 'folder of the function, or a name for the function in this folder')
    .option('--config <file>', 'configuration, in place of function.config.ts or wrangler.toml')
    .option('--new', 'fail if there is a function of this name')
    .option('--message <text>', 'what is new, for people')
    .option('--tag <tag>', 'a name for the version, to find it by')
    .option('--no-live', 'store the version and let the one before serve');
  addExamples(command, [
    { line: 'selvedge functions deploy', does: 'the function in this folder' },
    {
      line: 'selvedge functions deploy my-function',
      does: 'the folder my-function, or this one by that name',
    },
    { line: 'selvedge functions deploy --json', does: 'for a script' },
  ]);
  addAction<DeployOptions, [string | undefined]>(command, async (context, options, given) => {
    const { world, out } = context;
    const { folder, name: givenName } = locateFunction(world.cwd, given);
    const loaded = await context.progress('reading the configuration', () =>
      loadConfig(folder, world.interrupted, options.config, context.shared.env),
    );
    const name = givenName ?? loaded.name ?? nameOfFolder(folder);
    checkDeployName(name, givenName, loaded);
    if (loaded.refusals.length > 0) {
      throw new CliError('files', loaded.refusals.map((text) => `${loaded.file}: ${text}`).join('\n'), {
        issues: loaded.refusals.map((message) => ({ message, ...(loaded.file && { file: loaded.file }) })),
        hint: 'Nothing was deployed.',
      });
    }
    const sources = collectSources(folder, loaded.main);
    const config = holdToSource(loaded, sources.code);
    for (const warning of config.warnings) out.warn(`${config.file}: ${warning}`);
    for (const link of sources.links) out.warn(`${link} is a link, and is not sent.`);
    const where = relative(world.cwd, folder) || 'this folder';
    out.note(out.errStyle('dim', `${name}: ${sources.files} files, ${sources.bytes} bytes, from ${where}`));
    const deployed = await deployFunction(context, {
      name,
      config,
      sources,
      mustBeNew: options.new ?? false,
      live: options.live,
      said: {
        ...(options.message !== undefined && { message: options.message }),
        ...(options.tag !== undefined && { tag: options.tag }),
      },
    });
    const made = deployed.function;
    if (!out.json) for (const line of made.build_logs) out.note(out.errStyle('dim', line));
    out.result({ created: deployed.created, warnings: config.warnings, function: made }, () => {
      if (!options.live) return `${name}: version ${short(made.version)} is stored, and not live.`;
      const open = made.public
        ? ''
        : '\nIt is not public: callers need a token, as in `authorization: Bearer …`.';
      return `${name} is live at ${out.style('cyan', made.url ?? '')} (version ${short(made.version)}).${open}`;
    });
    return undefined;
  });
}

function checkDeployName(name: string, given: string | undefined, config: FolderConfig): void {
  const checked = nameSchema.safeParse(name);
  if (checked.success) return;
  const from =
    given !== undefined
      ? 'The name'
      : config.name === undefined
        ? "The folder's name"
        : `${config.file}: name`;
  throw new CliError(
    'usage',
    `${from} is "${name.slice(0, 80)}": a function's name ${checked.error.issues[0]?.message}.`,
    {
      hint: 'Give one: `selvedge functions deploy <name>`, or `name` in the configuration.',
    },
  );
}
