// Sends a function's folder: creates the function or changes it, and puts its secrets in place first.

import type { Client, DeployedFunction, FunctionState } from '../client/client.ts';
import { SelvedgeError } from '../client/client.ts';
import { carryOut } from './carry-out.ts';
import { CliError, interruptedBefore } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import type { FolderConfig } from './config/folder-config.ts';
import { secretsGiven } from './config/secret-references.ts';
import type { Sources } from './sources/collect-sources.ts';

export interface Deploy {
  readonly name: string;
  readonly config: FolderConfig;
  readonly sources: Sources;
  /** A function of this name must not be there yet. */
  readonly mustBeNew: boolean;
  /** False stores the version without making it live. */
  readonly live: boolean;
  /** Of the version. */
  readonly said?: { readonly message?: string; readonly tag?: string };
}

export interface Deployed {
  readonly created: boolean;
  readonly function: DeployedFunction;
}

type Secret = { readonly key: string; readonly value: string };

export async function deployFunction(context: CommandContext, deploy: Deploy): Promise<Deployed> {
  const { name, config, sources, mustBeNew, live, said } = deploy;
  const before = await findFunction(context, name);
  if (before && mustBeNew) {
    throw new CliError(
      'refused',
      `The name "${name}" is taken: project ${before.project} has a function of this name.`,
      {
        hint: 'Choose another name, or leave --new out to deploy a new version of that function.',
      },
    );
  }
  const secrets = secretsGiven(config.secretVariables, context.world.env);
  const refers = Object.keys(config.secretVariables).length > 0;
  const body = {
    ...config.settings,
    ...said,
    ...(refers && { environment: { ...config.settings.environment, ...config.secretVariables } }),
    ...{ code: sources.code, deploy: live },
  };
  const deployed = await context.progress(`deploying ${name}`, () =>
    carryOut(context, {
      what: `The deployment of ${name}`,
      send: () =>
        before
          ? update(context, name, secrets, body)
          : create(context, { name, ...body }, { secrets, refers, live }),
      finished: ({ version }) =>
        before
          ? `Version ${short(version)} is live; \`selvedge functions rollback ${name}\` goes back.`
          : `It is live; \`selvedge functions delete ${name}\` removes it.`,
      look: `selvedge functions get ${name}`,
    }),
  );
  return { created: !before, function: deployed };
}

async function findFunction(context: CommandContext, name: string): Promise<FunctionState | undefined> {
  try {
    return await context.progress('asking the server', () =>
      context.client.functions.get(name, context.call),
    );
  } catch (error) {
    if (error instanceof SelvedgeError && error.code === 'FN_001') return undefined;
    if (error instanceof SelvedgeError && error.code === 'CLIENT_ABORTED') throw interruptedBefore();
    throw error;
  }
}

type Functions = Client['functions'];
type UpdateBody = Parameters<Functions['update']>[1];

async function update(
  { client, world }: CommandContext,
  name: string,
  secrets: readonly Secret[],
  body: UpdateBody,
): Promise<DeployedFunction> {
  for (const [index, secret] of secrets.entries()) {
    if (world.interrupted.aborted) throw interruptedWithin(secrets.slice(0, index));
    await client.functions.env.set(name, { ...secret, secret: true });
  }
  if (world.interrupted.aborted) throw interruptedWithin(secrets);
  return client.functions.update(name, body);
}

/** Without secrets in one step. With them there is first a draft, which goes again if they do not lead to a version. */
async function create(
  { client, world }: CommandContext,
  body: Parameters<Functions['create']>[0],
  {
    secrets,
    refers,
    live,
  }: { readonly secrets: readonly Secret[]; readonly refers: boolean; readonly live: boolean },
): Promise<DeployedFunction> {
  if (!refers) return client.functions.create(body);
  const draft = await client.functions.create({ ...body, deploy: false });
  try {
    for (const secret of secrets) {
      if (world.interrupted.aborted) break;
      await client.functions.env.set(body.name, { ...secret, secret: true });
    }
    if (world.interrupted.aborted)
      throw new CliError(
        'interrupted',
        "Interrupted before the function was deployed: the server's state is as before.",
      );
  } catch (error) {
    await client.functions.delete(body.name);
    throw error;
  }
  if (!live) return draft;
  try {
    return await client.functions.deploy(body.name);
  } catch (error) {
    // Said by the server, so that nothing has become live: a secret that it does not have either, for one.
    if (error instanceof SelvedgeError && error.code === 'FN_005') await client.functions.delete(body.name);
    throw error;
  }
}

const interruptedWithin = (set: readonly Secret[]): CliError =>
  new CliError(
    'interrupted',
    set.length === 0
      ? "Interrupted before anything was changed: the server's state is as before."
      : `Interrupted: the source and settings are as before; of the secrets, ${set.map(({ key }) => key).join(', ')} had been set.`,
  );

export const short = (version: string | null): string => version?.slice(0, 8) ?? 'none';
