// Which folder a command means, and which name was given for the function in it.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { findConfigFile } from './config/load-config.ts';

export interface Located {
  readonly folder: string;
  /** As it was given; undefined if the configuration or the folder is to say it. */
  readonly name: string | undefined;
}

/** Where an entry usually is. */
const ENTRY = /^(index|main|worker|handler)\.([cm]?[jt]sx?|py|go)$/;

/**
 * `given` is a folder if there is one of that name, and else the name of the function here. Without it, it is
 * the function here, or the one in the only folder below that has a configuration.
 */
export function locateFunction(cwd: string, given: string | undefined): Located {
  if (given !== undefined) {
    const folder = resolve(cwd, given);
    if (existsSync(folder) && statSync(folder).isDirectory()) return { folder, name: undefined };
    if (given.includes('/') || given.startsWith('.')) throw missing(folder);
    if (isFunctionFolder(cwd)) return { folder: cwd, name: given };
    throw new CliError(
      'files',
      `There is no folder "${given}" here, and no function in ${cwd} to deploy by that name.`,
      {
        hint: `Go to its folder, or make it with \`selvedge functions init ${given}\`.`,
      },
    );
  }
  if (isFunctionFolder(cwd)) return { folder: cwd, name: undefined };
  const below = readdirSync(cwd, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .filter((entry) => findConfigFile(join(cwd, entry.name)) !== undefined);
  const [only] = below;
  if (below.length === 1 && only) return { folder: join(cwd, only.name), name: undefined };
  if (below.length > 1) {
    throw new CliError(
      'files',
      `There are several functions here: ${below.map(({ name }) => name).join(', ')}.`,
      {
        hint: 'Name one of the folders, or go to it.',
      },
    );
  }
  throw new CliError('files', `There is no function in ${cwd}.`, {
    hint: 'Go to the folder of one, or make one with `selvedge functions init <name>`.',
  });
}

export function isFunctionFolder(folder: string): boolean {
  if (findConfigFile(folder) !== undefined) return true;
  const has = (below: string): boolean =>
    existsSync(join(folder, below)) && readdirSync(join(folder, below)).some((file) => ENTRY.test(file));
  return has('.') || has('src');
}

export const nameOfFolder = (folder: string): string => basename(folder).toLowerCase();

const missing = (folder: string): CliError =>
  new CliError('files', `There is no folder ${folder}.`, {
    hint: 'Name one that is there, or make one with `selvedge functions init <name>`.',
  });
