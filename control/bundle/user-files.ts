// The esbuild plugin that serves the user's files from memory, and decides what each import may reach: the
// user's own files, packages that were installed for this function, Node's and workerd's modules, and nothing
// else of the machine that builds.

import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { posix, sep } from 'node:path';
import type { ImportKind, Loader, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { resolveUserFile } from './choose-entry.ts';
import { builtinOf, isAbsent, isStub } from './node-builtins.ts';
import { extensionOf, type SourceFile, type SourceFiles, scriptLoaderOf } from './source-files.ts';
import type { BundleModule } from './types.ts';

const TEXT_EXTENSIONS = new Set([
  'txt',
  'html',
  'htm',
  'md',
  'sql',
  'css',
  'svg',
  'xml',
  'csv',
  'graphql',
  'yaml',
  'yml',
]);

export interface UserFilesOptions {
  readonly source: SourceFiles;
  /** Text put behind a file's own: the export that a bare handler lacks. */
  readonly appended: ReadonlyMap<string, string>;
  /** Holds `node_modules`; undefined without dependencies. */
  readonly dependenciesDir: string | undefined;
  /** Takes a module that stays beside the entry: Wasm and data. */
  readonly addModule: (module: BundleModule) => void;
  readonly log: (line: string) => void;
}

export function userFilesPlugin(options: UserFilesOptions): Plugin {
  const { files, inline } = options.source;
  const has = (path: string): boolean => files.has(path);

  return {
    name: 'user-files',
    setup(build) {
      build.onResolve({ filter: /^(cloudflare|workerd):/ }, ({ path }) => ({ path, external: true }));
      resolveBuiltins(build, options);

      build.onResolve({ filter: /^user:/, namespace: 'entry' }, ({ path }) => ({
        path: path.slice('user:'.length),
        namespace: 'user',
      }));
      build.onResolve({ filter: /.*/, namespace: 'user' }, async (args): Promise<OnResolveResult> => {
        const specifier = args.path.replace(/\?(raw|module|text)$/, '');
        if (/^https?:/.test(specifier))
          return failure(
            `"${specifier}" is an import from the network, which a build does not follow. Add the package to "dependencies" and import it by name.`,
          );
        if (specifier.startsWith('/') || specifier.startsWith('file:'))
          return failure(
            `"${specifier}" is an absolute path. Import the function's own files by relative paths.`,
          );
        if (/^\.{1,2}(\/|$)/.test(specifier)) {
          const target = posix.join(posix.dirname(args.importer), specifier).replace(/\/$/, '');
          const found = resolveUserFile(has, target === '.' ? '' : target);
          if (found !== undefined) return userFile(found, files.get(found) ?? '', options);
          return failure(
            `"${specifier}", which ${args.importer} imports, is not among the function's files: ${[...files.keys()].join(', ')}.`,
          );
        }
        return resolvePackage(build, specifier, args.importer, args.kind, options);
      });
      build.onLoad({ filter: /.*/, namespace: 'user' }, ({ path }) => {
        const content = files.get(path) ?? '';
        const contents = typeof content === 'string' ? content + (options.appended.get(path) ?? '') : content;
        return { contents, loader: inline?.name === path ? inline.loader : loaderOf(path) };
      });

      // Packages come from untrusted hands too: a symlink or a path must not lead out of the install.
      build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path }) => {
        const root = options.dependenciesDir && (await realpath(options.dependenciesDir));
        if (root && (await realpath(path)).startsWith(root + sep)) return undefined;
        return failure('An import leads out of the installed packages, which is not allowed.');
      });
    },
  };
}

const failure = (text: string): { errors: { text: string }[] } => ({ errors: [{ text }] });

function loaderOf(path: string): Loader {
  const script = scriptLoaderOf(path);
  if (script) return script;
  const extension = extensionOf(path);
  if (extension === 'json') return 'json';
  return TEXT_EXTENSIONS.has(extension) ? 'text' : 'default';
}

function userFile(path: string, content: SourceFile, options: UserFilesOptions): OnResolveResult {
  const type = ({ wasm: 'wasm', bin: 'data' } as const)[extensionOf(path)];
  if (!type) return { path, namespace: 'user' };
  const bytes = Buffer.from(content);
  // By content, so that two files of one name in different folders do not meet.
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}-${posix.basename(path)}`;
  options.addModule({ name, type, content: bytes.toString('base64') });
  return { path: `./${name}`, external: true };
}

async function resolvePackage(
  build: PluginBuild,
  specifier: string,
  importer: string,
  kind: ImportKind,
  options: UserFilesOptions,
): Promise<OnResolveResult> {
  if (options.dependenciesDir) {
    const found = await build.resolve(specifier, { resolveDir: options.dependenciesDir, kind });
    if (found.errors.length === 0) {
      const { path, namespace, external, sideEffects, suffix } = found;
      return { path, namespace, external, sideEffects, suffix };
    }
  }
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return failure(
    `"${specifier}", which ${importer} imports, could not be found. Add "${name}" to the function's "dependencies", for example {"${name}": "latest"}.`,
  );
}

/**
 * `import` of a builtin stays an import. `require` of one, which an ES module can't do at run time, is led
 * through two small modules: one that imports it, and one that gives the import's default to `require`, as
 * Node would (`require('events')` is the class itself).
 */
function resolveBuiltins(build: PluginBuild, options: UserFilesOptions): void {
  const warned = new Set<string>();
  build.onResolve({ filter: /.*/ }, ({ path, kind, importer, namespace }): OnResolveResult | undefined => {
    if (namespace === 'builtin-import') return { path, external: true };
    const builtin = builtinOf(path);
    if (builtin === undefined) return undefined;
    if (namespace === 'builtin-require') return { path: builtin, namespace: 'builtin-import' };
    if (isAbsent(builtin))
      return failure(
        `"${path}", which ${posix.basename(importer)} imports, is a module of Node that isolates do not have.`,
      );
    if (isStub(builtin) && !warned.has(builtin) && namespace === 'user') {
      warned.add(builtin);
      options.log(
        `warning: ${importer} imports "${path}", which loads in an isolate but does nothing there.`,
      );
    }
    if (kind === 'require-call' || kind === 'require-resolve')
      return { path: builtin, namespace: 'builtin-require' };
    return { path: builtin, external: true };
  });
  build.onLoad({ filter: /.*/, namespace: 'builtin-require' }, ({ path }) => ({
    contents: `module.exports = require(${JSON.stringify(path)}).value;`,
    loader: 'js',
  }));
  build.onLoad({ filter: /.*/, namespace: 'builtin-import' }, ({ path }) => ({
    contents: `import value from ${JSON.stringify(path)}; export { value };`,
    loader: 'js',
  }));
}
