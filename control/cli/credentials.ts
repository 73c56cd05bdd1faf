// What `selvedge login` keeps: one address and its token, in a file that only its owner may read.

import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CliError } from './cli-error.ts';
import type { World } from './world.ts';

const credentialsSchema = z.strictObject({ url: z.url(), token: z.string().min(1) });
export type Credentials = z.infer<typeof credentialsSchema>;

/** By the XDG rules; undefined where there is no home. */
export function credentialsFile(env: World['env']): string | undefined {
  const base = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, '.config'));
  return base ? join(base, 'selvedge/credentials.json') : undefined;
}

export function readCredentials(env: World['env']): Credentials | undefined {
  const file = credentialsFile(env);
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CliError('files', `${file} cannot be read: ${(error as Error).message}.`, {}, error);
  }
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError(
      'files',
      `${file} is not what \`selvedge login\` writes.`,
      {
        hint: 'Remove it and run `selvedge login` again.',
      },
      error,
    );
  }
}

/** Written beside and moved into place, so that it is never half there or readable by others. */
export function writeCredentials(env: World['env'], credentials: Credentials): string {
  const file = credentialsFile(env);
  if (file === undefined) {
    throw new CliError(
      'files',
      'There is no place to keep a token: neither XDG_CONFIG_HOME nor HOME is set.',
      {
        hint: 'Set SELVEDGE_URL and SELVEDGE_TOKEN in place of a login.',
      },
    );
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
  return file;
}
