// Makes what a package of Selvedge holds, in dist/: JavaScript and its types. Node runs no TypeScript below
// node_modules, so who installs the package gets this and not the sources. `npm pack` runs it first.

import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** What can be imported, by its name in `exports` of package.json. */
const ENTRIES = {
  client: 'control/client/client.ts',
  config: 'control/client/define-config.ts',
  functions: 'edge/sdk/functions.ts',
} as const;

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir: dist,
  ...{ bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', packages: 'external' },
  ...{ sourcemap: true, charset: 'utf8', legalComments: 'none', logLevel: 'warning' },
});
emitTypes();

/** The declarations of the entries and of all that they take their types from, as the compiler writes them. */
function emitTypes(): void {
  const config = join(root, 'tsconfig.package.json');
  execFileSync('tsc', ['-p', config], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  for (const file of globSync(join(dist, 'types/**/*.d.ts'))) {
    // The compiler leaves the names of source files in, which are not in the package.
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/((?:from|import\() ?['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'));
  }
}
