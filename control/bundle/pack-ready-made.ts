// Ready-made modules as a bundle: they stand beside our harness as they were sent, and workerd joins them, as it does on
// Cloudflare. esbuild, which joins the source of other functions, would have to understand every import that a
// module makes; here dynamic imports of a computed name, top-level await in a cycle, Wasm under any name and
// `cloudflare:` modules are workerd's own business.

import type { ReadyMade, ReadyMadeParts } from '../model/ready-made.ts';
import { buildFailure, deployFailure, isBuildFailure } from './build-failure.ts';
import { entrySource, globalsSource } from './entry-source.ts';
import { HARNESS_MODULE, harnessModule } from './harness-module.ts';
import type { ModuleShape } from './module-shape.ts';
import { packBundle } from './pack-bundle.ts';
import { resolveShape } from './resolve-shape.ts';
import type { SourceFile } from './source-files.ts';
import type { Bundle, BundleModule } from './types.ts';

/** Names that the platform's own modules have beside the user's. */
export const READY_ENTRY = 'selvedge-entry.js';
const GLOBALS_MODULE = 'selvedge-globals.js';
const RESERVED = new Set([READY_ENTRY, GLOBALS_MODULE, HARNESS_MODULE]);

/** @throws {AppError} FN_005 for modules that are no program. */
export async function packReadyMade({ parts }: ReadyMade): Promise<Bundle> {
  const { main, syntax, modules, globals = {} } = parts;
  if (modules.length === 0) return packNothing(parts);
  const logs = [
    `entry: ${main} (ready-made, with ${modules.length - 1} other module${modules.length === 2 ? '' : 's'}, which run as they are)`,
  ];
  for (const { name } of modules)
    if (RESERVED.has(name))
      throw deployFailure(
        `A module is called "${name}", which is a name of the platform's own: rename it.`,
        logs,
      );
  const script = syntax === 'script';
  const named = script ? [] : namedExports(await shapeOf(parts, logs));
  logs.push(
    script
      ? "convention: module, since it is a script, which calls addEventListener('fetch')"
      : 'convention: module, since it is ready-made',
  );
  const entry = entrySource({ file: main, name: 'default', named, serviceWorker: script })
    .replace(JSON.stringify(`user:${main}`), JSON.stringify(`./${main}`))
    .replace("'entry:globals'", `'./${GLOBALS_MODULE}'`);
  const own: BundleModule[] = [
    { name: READY_ENTRY, type: 'esm', content: entry },
    await harnessModule('module'),
    ...(script ? [{ name: GLOBALS_MODULE, type: 'esm' as const, content: globalsOf(globals) }] : []),
  ];
  const packed = {
    code: filesOf(parts),
    convention: 'module' as const,
    modules: [...own, ...modules],
    sourceMap: EMPTY_MAP,
  };
  return packBundle(
    {
      ...packed,
      readyMade: { main, syntax, sourceMaps: parts.sourceMaps, ...(parts.globals && { globals }) },
    },
    logs,
  );
}

/** workerd takes no Wasm as a binding of modules, which is what a script is run as here; so all files are imported. */
const globalsOf = (globals: Readonly<Record<string, string>>): string =>
  [
    ...Object.values(globals).map(
      (module, index) => `import global${index} from ${JSON.stringify(`./${module}`)};`,
    ),
    globalsSource,
    ...Object.keys(globals).map((name, index) => `globalThis[${JSON.stringify(name)}] = global${index};`),
  ].join('\n');

/** Static files stand before it, and there is nothing behind them. */
function packNothing({ main, syntax, sourceMaps }: ReadyMadeParts): Bundle {
  const packed = { code: {}, convention: 'module', modules: [], sourceMap: EMPTY_MAP } as const;
  return packBundle({ ...packed, readyMade: { main, syntax, sourceMaps } }, [
    'entry: none, since there are static files alone',
  ]);
}

/** The platform's entry needs none. */
const EMPTY_MAP = JSON.stringify({ version: 3, sources: [], names: [], mappings: '' });

const namedExports = (shape: ModuleShape): string[] =>
  [...shape.exports.keys()].filter((name) => name !== 'default');

async function shapeOf({ main, modules }: ReadyMadeParts, logs: readonly string[]): Promise<ModuleShape> {
  const files = new Map<string, SourceFile>(
    modules.filter(({ type }) => type === 'esm').map(({ name, content }) => [name, content]),
  );
  try {
    return await resolveShape({ files }, main, logs);
  } catch (error) {
    if (isBuildFailure(error)) throw await buildFailure(error.errors, logs);
    throw error;
  }
}

/** As people are shown them; who asks for the source gets this. */
function filesOf({ modules }: ReadyMadeParts): Record<string, string | { base64: string }> {
  return Object.fromEntries(
    modules.map(({ name, type, content }) => [
      name,
      type === 'wasm' || type === 'data' ? { base64: content } : content,
    ]),
  );
}
