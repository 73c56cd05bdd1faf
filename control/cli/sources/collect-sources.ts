// The files of a function's folder as they are sent: all but what is not the function, such as packages,
// tests, configuration, and what an ignore file names.

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Code } from '../../model/function.ts';
import { sourceBytesMax, sourceFilesMax } from '../../model/limits.ts';
import { CliError } from '../cli-error.ts';

/** In the syntax of .gitignore. Files that begin with a dot may hold secrets, as .env does. */
export const NEVER_SENT: readonly string[] = [
  '.*',
  'node_modules',
  'coverage',
  '/function.config.*',
  '/wrangler.json',
  '/wrangler.jsonc',
  '/wrangler.toml',
  '/vitest.config.*',
  '/test-event*.json',
  '/README.md',
  '*.test.*',
  '*.spec.*',
  '*.log',
];

/** `.selvedgeignore` may bring a file back that `.gitignore` names, as one that is built. */
const IGNORE_FILES = ['.gitignore', '.selvedgeignore'];

export interface Sources {
  readonly code: Extract<Code, object>;
  readonly files: number;
  readonly bytes: number;
  /** Links are not followed, as they may lead anywhere. */
  readonly links: readonly string[];
}

/** `main` is sent whatever the ignore files say. */
export function collectSources(folder: string, main?: string): Sources {
  const rules = ignore().add([...NEVER_SENT]);
  for (const name of IGNORE_FILES) addRules(rules, join(folder, name));
  const found: string[] = [];
  const links: string[] = [];
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const leadsToMain = main !== undefined && (main === path || main.startsWith(`${path}/`));
      if (rules.ignores(entry.isDirectory() ? `${path}/` : path) && !leadsToMain) continue;
      if (entry.isSymbolicLink()) links.push(path);
      else if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push(path);
      if (found.length > sourceFilesMax) throw tooMany(folder);
    }
  };
  walk('');
  found.sort();
  if (found.length === 0) {
    throw new CliError('files', `There is no source in ${folder}.`, {
      hint: 'Go to the folder of a function, or make one with `selvedge functions init <name>`.',
    });
  }
  const bytes = checkSize(folder, found);
  const code = Object.fromEntries(found.map((path) => [path, contentOf(readFileSync(join(folder, path)))]));
  return { code, files: found.length, bytes, links };
}

function addRules(rules: Ignore, path: string): void {
  try {
    rules.add(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Text if it is UTF-8, which is what the platform stores; else bytes, as of Wasm. */
function contentOf(bytes: Buffer): string | { base64: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') };
}

function checkSize(folder: string, files: readonly string[]): number {
  const sizes = files.map((path) => ({ path, bytes: lstatSync(join(folder, path)).size }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= sourceBytesMax) return total;
  const [largest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
  throw new CliError(
    'files',
    `The source in ${folder} is ${total} bytes: at most ${sourceBytesMax} are taken. The largest file is ${largest?.path} with ${largest?.bytes} bytes.`,
    { hint: 'Name what is not part of the function in .selvedgeignore.' },
  );
}

const tooMany = (folder: string): CliError =>
  new CliError(
    'files',
    `The source in ${folder} is more than ${sourceFilesMax} files, which is the most that is taken.`,
    {
      hint: 'Name what is not part of the function in .selvedgeignore.',
    },
  );
