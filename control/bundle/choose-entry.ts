// Which file the handler is in, and under which name it is exported. Pure.

import { extensionOf, SCRIPT_EXTENSIONS, scriptLoaderOf } from './source-files.ts';

export interface Entry {
  readonly file: string;
  /** Name of the export. */
  readonly name: string;
  /** What decided, for the build log. */
  readonly reason: string;
}

/** Places where people put the entry when nothing says so. */
const USUAL_ENTRIES = ['index', 'src/index', 'main', 'src/main', 'worker', 'src/worker'];

/** `index.handler` → file `index`, export `handler`; `handler` → export alone; `src/app.run` → `src/app`, `run`. */
export function splitHandler(handler: string): { file: string | undefined; name: string } {
  const dot = handler.lastIndexOf('.');
  const slash = handler.lastIndexOf('/');
  if (dot > slash) return { file: handler.slice(0, dot), name: handler.slice(dot + 1) };
  if (slash !== -1) return { file: handler, name: 'handler' };
  return { file: undefined, name: handler };
}

/** Undefined if no file fits. `main` is what package.json says. */
export function chooseEntry(
  paths: readonly string[],
  handler: string,
  main: string | undefined,
): Entry | undefined {
  const { file, name } = splitHandler(handler);
  const has = new Set(paths);
  const found = (stem: string): string | undefined => {
    if (has.has(stem) && scriptLoaderOf(stem)) return stem;
    return SCRIPT_EXTENSIONS_FIRST.map((extension) => `${stem}.${extension}`).find((path) => has.has(path));
  };
  const named = file === undefined ? undefined : found(file.replace(/^\.\//, ''));
  if (named) return { file: named, name, reason: `handler "${handler}" names ${named}` };
  // A file that was asked for by a name of one's own must be there; "index" is what nobody asked for.
  if (file !== undefined && file !== 'index') return undefined;
  const byPackage = main === undefined ? undefined : found(main.replace(/^\.\//, ''));
  if (byPackage) return { file: byPackage, name, reason: `package.json names ${byPackage}` };
  const scripts = paths.filter((path) => scriptLoaderOf(path) && !/\.d\.[cm]?ts$/.test(path));
  const [only] = scripts;
  if (scripts.length === 1 && only) return { file: only, name, reason: `${only} is the only script` };
  for (const stem of USUAL_ENTRIES) {
    const usual = found(stem);
    if (usual) return { file: usual, name, reason: `${usual} is where an entry usually is` };
  }
  return undefined;
}

/** TypeScript before JavaScript: where both are, the latter is usually a leftover of the former. */
const SCRIPT_EXTENSIONS_FIRST = ['ts', 'tsx', 'mts', 'js', 'jsx', 'mjs', 'cjs', 'cts'].filter((extension) =>
  SCRIPT_EXTENSIONS.includes(extension),
);

/** The file that an import of `path` means, with extensions and index files guessed. */
export function resolveUserFile(has: (path: string) => boolean, path: string): string | undefined {
  if (has(path)) return path;
  const extension = extensionOf(path);
  // TypeScript writes the extension of what will be emitted.
  const source = /^[cm]?jsx?$/.test(extension)
    ? [path.replace(/js(x?)$/, 'ts$1'), path.replace(/jsx?$/, 'tsx')]
    : [];
  const guesses = [
    ...source,
    ...SCRIPT_EXTENSIONS_FIRST.map((extension) => `${path}.${extension}`),
    `${path}.json`,
    ...SCRIPT_EXTENSIONS_FIRST.map((extension) => `${path === '' ? '' : `${path}/`}index.${extension}`),
  ];
  return guesses.find(has);
}
