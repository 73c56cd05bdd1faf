// `selvedge/functions`, what functions import of the platform, as one module for their bundles. It is built once, so that
// a build has only the user's code to do, and what of it a function does not use is left out of its bundle.

import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { SourceFiles } from './source-files.ts';

export const SDK_NAME = 'selvedge/functions';
/** Imported by no file: names that a file uses of the module without importing them. */
const SDK_GLOBALS = 'selvedge/functions-globals';
const NAMESPACE = 'selvedge-sdk';
/** Seed 004 imports `middleware` and has these for granted. */
const GRANTED = ['cors', 'auth', 'rateLimit', 'cache', 'geo', 'abTest'] as const;

const SDK_DIR = fileURLToPath(new URL('../../edge/sdk/', import.meta.url));

let built: Promise<string> | undefined;

/** Its sources do not change while control runs. */
function sdkSource(): Promise<string> {
  built ??= buildSdk();
  return built;
}

async function buildSdk(): Promise<string> {
  const result = await build({
    entryPoints: ['functions.ts'],
    absWorkingDir: SDK_DIR,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    target: 'esnext',
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

const imports = ({ files }: SourceFiles): boolean =>
  [...files.values()].some((file) => typeof file === 'string' && file.includes(SDK_NAME));

/** For `inject` of esbuild: a name that some file declares or imports is never taken from here. */
export const grantedNames = (source: SourceFiles): string[] => (imports(source) ? [SDK_GLOBALS] : []);

export const sdkPlugin: Plugin = {
  name: 'selvedge-sdk',
  setup(plugin) {
    plugin.onResolve({ filter: /^selvedge\/functions(-globals)?$/ }, ({ path, kind, namespace }) =>
      path === SDK_NAME || kind === 'entry-point' || namespace === NAMESPACE
        ? { path, namespace: NAMESPACE, sideEffects: false }
        : undefined,
    );
    plugin.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => ({
      contents:
        path === SDK_GLOBALS ? `export { ${GRANTED.join(', ')} } from '${SDK_NAME}';` : await sdkSource(),
      loader: 'js',
    }));
  },
};
