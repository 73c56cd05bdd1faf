// The tour and the client in one module of JavaScript, as whoever builds for a browser or a function makes it.

import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** A module that exports `tour`, `createClient` and `createCloudBox`. */
export async function bundleTour(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './control/client/client.ts'; export { tour } from './test/support/client-tour.ts';`,
      ...{ resolveDir: root, loader: 'ts' },
    },
    ...{ bundle: true, write: false, format: 'esm', platform: 'neutral', target: 'es2022' },
  });
  return String(outputFiles[0]?.text);
}
