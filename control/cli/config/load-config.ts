// Finds the configuration of a function's folder, reads it, checks it once, and judges it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../model/errors.ts';
import { functionConfigSchema } from '../../model/function-config.ts';
import { check } from '../../model/validation-message.ts';
import { wranglerConfigSchema } from '../../model/wrangler-config.ts';
import { CliError } from '../cli-error.ts';
import { chooseWranglerEnvironment } from './choose-wrangler-environment.ts';
import { emptyConfig, type FolderConfig } from './folder-config.ts';
import { judgeFunctionConfig } from './judge-function-config.ts';
import { judgeWrangler } from './judge-wrangler.ts';
import { parseWrangler } from './parse-wrangler.ts';
import { runConfigFile } from './run-config-file.ts';

/** In the order in which they are looked for. Ours goes before another tool's. */
export const CONFIG_FILES: readonly string[] = [
  'function.config.ts',
  'function.config.mts',
  'function.config.js',
  'function.config.mjs',
  'function.config.json',
  'wrangler.jsonc',
  'wrangler.json',
  'wrangler.toml',
];

export function findConfigFile(folder: string): string | undefined {
  return CONFIG_FILES.find((file) => existsSync(join(folder, file)));
}

/** `named` is a file that somebody asked for; it must be there, while without it a folder may have none. */
export async function loadConfig(
  folder: string,
  interrupted: AbortSignal,
  named?: string,
  environment?: string,
): Promise<FolderConfig> {
  const file = named ?? findConfigFile(folder);
  if (file === undefined) return emptyConfig;
  const path = join(folder, file);
  if (!existsSync(path)) {
    throw new CliError('files', `There is no file ${file} in ${folder}.`, {
      hint: 'Name one that is there with --config.',
    });
  }
  if (/(^|\/)wrangler\.[^/]+$/.test(file)) {
    const value = chooseWranglerEnvironment(parseWrangler(file, readFileSync(path, 'utf8')), environment);
    return judgeWrangler(
      file,
      checked(file, () => check(wranglerConfigSchema, value, 'configuration')),
    );
  }
  const value = file.endsWith('.json')
    ? parseWrangler(file, readFileSync(path, 'utf8'))
    : await runConfigFile(path, interrupted);
  return judgeFunctionConfig(
    file,
    checked(file, () => check(functionConfigSchema, value, 'configuration')),
  );
}

function checked<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const issues = (error.details.issues ?? []).map((issue) => ({ ...issue, file }));
    throw new CliError(
      'files',
      `${file}: ${error.message}`,
      { issues, hint: `Mend ${file} and try again.` },
      error,
    );
  }
}
