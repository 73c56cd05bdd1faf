// Builds the workers of ours at start, each into one module. It takes some 20 ms, and so the source that runs is
// always the source that is installed.

import { join } from 'node:path';
import { build } from 'esbuild';
import { cloudflareAssets } from './cloudflare-assets.ts';

/** The workers of ours that run in workerd: `edge/<name>.worker.ts`. */
export type EdgeWorker = 'router' | 'binding' | 'assets';

const edgeDir = join(import.meta.dirname, '../../edge');

/** The worker as the text of one ES module; the same source gives the same text, wherever it is installed. */
export async function bundleEdge(name: EdgeWorker): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${name}.worker.ts`],
    absWorkingDir: edgeDir,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    external: ['cloudflare:*', 'node:*'],
    ...(name === 'assets' && { plugins: [cloudflareAssets], minify: true }),
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error(`Bundling edge/${name}.worker.ts gave no module.`);
  return text;
}
