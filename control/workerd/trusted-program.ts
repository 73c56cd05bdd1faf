// The program of one of our own Node processes as text, built at start like the edge's workers: what runs is what is
// installed then, also when it is started again after the installation has changed, and it opens one file less than it
// has modules.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

export interface TrustedProgram {
  /** Source of one ES module. */
  readonly text: string;
  /** Hash of all that such a process is started with; one of another build is replaced. */
  readonly build: string;
}

/**
 * `entry` is the file that the process runs, below the root. `settings` is all that it is started with besides:
 * another value means another build.
 */
export async function buildTrustedProgram(entry: string, settings: string): Promise<TrustedProgram> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'node24',
    platform: 'node',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    // What is bundled of a CommonJS package may ask for Node's own modules.
    banner: { js: REQUIRE },
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error(`Bundling ${entry} gave no module.`);
  const identity = [process.execPath, process.version, text, settings];
  return { text, build: createHash('sha256').update(JSON.stringify(identity)).digest('hex') };
}

const REQUIRE = `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire('file:///');`;
