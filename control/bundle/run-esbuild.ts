// The one call of esbuild that makes a bundle, and how its output is made independent of this machine.

import { build, type Message, type Plugin } from 'esbuild';
import type { Convention } from '../model/function.ts';
import { frame, plainPath, withPlainPath } from './build-failure.ts';
import { type EntryParts, entrySource, globalsSource } from './entry-source.ts';
import { HARNESS_MODULE, harnessModule } from './harness-module.ts';
import { readTsconfig } from './read-tsconfig.ts';
import { grantedNames, sdkPlugin } from './sdk-module.ts';
import type { SourceFiles } from './source-files.ts';
import type { BundleModule } from './types.ts';
import { userFilesPlugin } from './user-files.ts';

const ENTRY_MODULE = 'index.js';
/** Where a file says which function its JSX is for: within its first lines. */
const PRAGMA_LENGTH_MAX = 2000;

export interface BuildRequest {
  readonly source: SourceFiles;
  readonly convention: Convention;
  readonly parts: EntryParts;
  /** Goes behind the entry file. */
  readonly appended: string;
  readonly dependenciesDir: string | undefined;
  /** Must exist. Paths in the output are relative to it, so that packages have the same in every cache. */
  readonly workingDir: string;
  readonly log: (line: string) => void;
}

/** Rejects with esbuild's `BuildFailure`. */
export async function runEsbuild(
  request: BuildRequest,
): Promise<{ readonly modules: readonly BundleModule[]; readonly sourceMap: string }> {
  const { source, convention, parts, appended, dependenciesDir, workingDir, log } = request;
  const beside = new Map<string, BundleModule>();
  const compilerOptions = readTsconfig(source.files, log);
  const result = await build({
    entryPoints: [{ in: 'entry:index', out: 'index' }],
    absWorkingDir: workingDir,
    outdir: workingDir,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'esnext',
    supported: { decorators: false },
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    // Two files may each have a function of one name; code that looks at names still finds its own.
    keepNames: true,
    charset: 'utf8',
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    ...(compilerOptions === undefined ? { jsx: jsxMode(source) } : { tsconfigRaw: { compilerOptions } }),
    inject: grantedNames(source),
    plugins: [
      sdkPlugin,
      entryPlugin(parts),
      userFilesPlugin({
        source,
        appended: new Map(appended === '' ? [] : [[parts.file, appended]]),
        dependenciesDir,
        addModule: (module) => void beside.set(module.name, module),
        log,
      }),
    ],
  });
  await logWarnings(result.warnings, log);
  const text = (suffix: string): string =>
    result.outputFiles?.find(({ path }) => path.endsWith(suffix))?.text ?? '';
  const others = [...beside.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    modules: [
      { name: ENTRY_MODULE, type: 'esm', content: text('.js') },
      await harnessModule(convention),
      ...others,
    ],
    sourceMap: plainSources(text('.js.map')),
  };
}

/** Of the user's own files only: what is odd in a package, its user can't change. */
async function logWarnings(warnings: readonly Message[], log: (line: string) => void): Promise<void> {
  const own = warnings.filter(({ location }) => location?.file.startsWith('user:'));
  const texts = await frame(own.map(withPlainPath), 'warning');
  for (const text of texts) for (const line of text.trimEnd().split('\n')) log(line);
}

/** Sources by the names that their owner knows: `src/a.ts`; the platform's begin with `selvedge/`. */
function plainSources(map: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  parsed.sources = parsed.sources.map((path) =>
    /^(entry|builtin-\w+):/.test(path) ? path.replace(/^[\w-]+:/, 'selvedge/') : plainPath(path),
  );
  return JSON.stringify(parsed);
}

function entryPlugin(parts: EntryParts): Plugin {
  const sources: Record<string, string> = { index: entrySource(parts), globals: globalsSource };
  return {
    name: 'entry',
    setup(plugin) {
      plugin.onResolve({ filter: /^entry:/ }, ({ path, kind, namespace }) =>
        kind === 'entry-point' || namespace === 'entry'
          ? { path: path.slice('entry:'.length), namespace: 'entry' }
          : undefined,
      );
      plugin.onResolve({ filter: /./, namespace: 'entry' }, ({ path }) =>
        path === `./${HARNESS_MODULE}` ? { path, external: true } : undefined,
      );
      plugin.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
        contents: sources[path] ?? '',
        loader: 'js',
      }));
    },
  };
}

/** The newer way, in which JSX needs no import, unless a file names a function of its own for it. */
function jsxMode({ files }: SourceFiles): 'automatic' | 'transform' {
  const names = [...files.values()].some(
    (file) => typeof file === 'string' && /@jsx\s+\w/.test(file.slice(0, PRAGMA_LENGTH_MAX)),
  );
  return names ? 'transform' : 'automatic';
}
