// Cloudflare's workers for static assets, for `edge/assets.worker.ts` to import. Miniflare has them, built, and does not
// export them: its version is pinned, and what is expected of the files is checked here when they are bundled.
//
// Nine tenths of each is a client of Sentry, which does nothing without a DSN and is evaluated all the same. Each
// instance with assets would compile it, so it is taken out: 415 KB become 84.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const FILES: Readonly<Record<string, string>> = {
  'asset-worker': 'assets.worker.js',
  'router-worker': 'router.worker.js',
};
const NAMESPACE = 'cloudflare-assets';
/** The one place that asks for the client, and what the modules that it is made of are wrapped by. */
const CLIENT = /__toESM\(require_index_cjs\w*\(\)\)/g;
const WRAPPER = / = __commonJS\(/g;

export const cloudflareAssets: Plugin = {
  name: NAMESPACE,
  setup(build) {
    const folder = join(dirname(createRequire(import.meta.url).resolve('miniflare')), 'workers/assets');
    build.onResolve({ filter: /^(asset|router)-worker$/ }, ({ path }) => ({ path, namespace: NAMESPACE }));
    build.onLoad({ filter: /./, namespace: NAMESPACE }, async ({ path }) => {
      const file = join(folder, String(FILES[path]));
      return { contents: withoutSentry(await readFile(file, 'utf8'), file), loader: 'js' };
    });
  },
};

/** Modules that nobody asks for are dropped by esbuild once it knows that wrapping them does nothing. */
function withoutSentry(text: string, file: string): string {
  const asked = text.match(CLIENT)?.length ?? 0;
  if (asked !== 1)
    throw new Error(
      `${file} asks ${asked} times for Sentry, and once was expected: is it another Miniflare?`,
    );
  return text.replace(CLIENT, '{}').replace(WRAPPER, ' = /* @__PURE__ */ __commonJS(');
}
