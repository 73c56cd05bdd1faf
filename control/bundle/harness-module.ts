// The harness with one convention's adapter, as the module that stands beside the entry of every bundle.
//
// It is a module of its own, built once for each convention, for three reasons: a build then has only the
// user's code to do (5 ms in place of 30), the user's names are free of ours, and a frame of a stack is the
// platform's exactly if it is in this module.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Convention } from '../model/function.ts';
import type { BundleModule } from './types.ts';

/** Name by which the entry imports it. */
export const HARNESS_MODULE = 'selvedge.js';

const ADAPTERS_DIR = fileURLToPath(new URL('../../edge/adapters/', import.meta.url));

const ADAPTERS: Readonly<Record<Convention, string>> = {
  module: 'adaptModule',
  fetch: 'adaptFetch',
  event: 'adaptEvent',
  data: 'adaptData',
  baas: 'adaptBaas',
};

const built = new Map<Convention, Promise<BundleModule>>();

/** Its sources do not change while control runs, so it is built at the first need and kept. */
export function harnessModule(convention: Convention): Promise<BundleModule> {
  let module = built.get(convention);
  if (!module) {
    module = buildHarness(convention);
    built.set(convention, module);
  }
  return module;
}

async function buildHarness(convention: Convention): Promise<BundleModule> {
  const contents = [
    `export { runtime } from './start.ts';`,
    `export { namedEntrypoint, wrapHandler } from './harness.ts';`,
    `export { exposeBindings } from './service-worker-globals.ts';`,
    `export { ${ADAPTERS[convention]} as adapt } from './${convention}.ts';`,
  ].join('\n');
  const result = await build({
    stdin: { contents, resolveDir: ADAPTERS_DIR, loader: 'ts', sourcefile: 'selvedge.ts' },
    absWorkingDir: ADAPTERS_DIR,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'esnext',
    external: ['cloudflare:*', 'node:*'],
    // Names stay, so that a fault of the platform's own can be read; whitespace is parsed at every cold start.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return { name: HARNESS_MODULE, type: 'esm', content: result.outputFiles[0]?.text ?? '' };
}
