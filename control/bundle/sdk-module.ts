// `selvedge/functions`, what functions import of the platform, ready for their bundles. It is built once, so that a build
// has only the user's code to do.

import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type OnResolveResult, type Plugin } from 'esbuild';
import type { SourceFiles } from './source-files.ts';

export const SDK_NAME = 'selvedge/functions';
/** Imported by no file: names that a file uses of the module without importing them. */
const SDK_GLOBALS = 'selvedge/functions-globals';
const NAMESPACE = 'selvedge-sdk';
/** Seed 004 imports `middleware` and has these for granted. */
const GRANTED = ['cors', 'auth', 'rateLimit', 'cache', 'geo', 'abTest'] as const;

const SDK_DIR = fileURLToPath(new URL('../../edge/sdk/', import.meta.url));

/** Each is a module of its own, so that what a function does not use stays out of its bundle. */
const PARTS = ['middleware', 'cors', 'auth', 'rate-limit', 'cache', 'geo', 'ab-test', 'from-hono'] as const;
const ENTRY = 'functions.js';

/** Text by file name. */
type SdkModules = ReadonlyMap<string, string>;

let built: Promise<SdkModules> | undefined;

/** Its sources do not change while control runs. */
function sdkModules(): Promise<SdkModules> {
  built ??= buildSdk();
  return built;
}

async function buildSdk(): Promise<SdkModules> {
  const { outputFiles } = await build({
    entryPoints: ['functions', ...PARTS].map((name) => `${name}.ts`),
    absWorkingDir: SDK_DIR,
    outdir: SDK_DIR,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    target: 'esnext',
    // Parsed at every cold start.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

const imports = ({ files }: SourceFiles): boolean =>
  [...files.values()].some((file) => typeof file === 'string' && file.includes(SDK_NAME));

/** For `inject` of esbuild: a name that some file declares or imports is never taken from here. */
export const grantedNames = (source: SourceFiles): string[] => (imports(source) ? [SDK_GLOBALS] : []);

export const sdkPlugin: Plugin = {
  name: 'selvedge-sdk',
  setup(plugin) {
    plugin.onResolve({ filter: /^selvedge\/functions$/ }, () => moduleOf(ENTRY));
    plugin.onResolve({ filter: /^selvedge\/functions-globals$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? moduleOf(path) : undefined,
    );
    plugin.onResolve({ filter: /^\.\//, namespace: NAMESPACE }, ({ path }) => moduleOf(basename(path)));
    plugin.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => ({
      contents:
        path === SDK_GLOBALS
          ? `export { ${GRANTED.join(', ')} } from '${SDK_NAME}';`
          : ((await sdkModules()).get(path) ?? ''),
      loader: 'js',
    }));
  },
};

const moduleOf = (path: string): OnResolveResult => ({ path, namespace: NAMESPACE, sideEffects: false });
