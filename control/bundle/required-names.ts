// Variables that a `baas` handler says it cannot do without: `export const config = { env_required: ['API_KEY'] }`,
// read from the source as it was sent, so that every version knows its own.

import type { Code } from '../model/function.ts';
import { chooseEntry } from './choose-entry.ts';
import { readExportedConfig } from './exported-config.ts';
import { readPackageJson } from './read-package-json.ts';
import { readSource } from './source-files.ts';

/** Empty where it exports none, or one that cannot be told without running it. The source has been built. */
export async function requiredNames(code: Code, handler: string): Promise<readonly string[]> {
  const source = await entrySource(code, handler);
  if (source === undefined || !source.includes('env_required')) return [];
  // A field that the platform cannot honour was no reason to refuse the build, and is none here.
  const config = await readExportedConfig(source).catch(() => undefined);
  return config?.env_required ?? [];
}

async function entrySource(code: Code, handler: string): Promise<string | undefined> {
  if (typeof code === 'string') return code;
  const { files } = await readSource(code);
  const entry = chooseEntry([...files.keys()].sort(), handler, readPackageJson(files, []).main);
  const content = entry && files.get(entry.file);
  return typeof content === 'string' ? content : undefined;
}
