// A real workerd that serves static files as an instance does, without the platform around it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetFile } from '../../control/model/asset-manifest.ts';
import type { AssetsConfig } from '../../control/model/assets.ts';
import { servedConfig, servedEntries } from '../../control/plan/assets/serve-assets.ts';
import { bundleEdge } from '../../control/workerd/edge-bundle.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { instanceConfig } from '../../control/workerd/instance-config.ts';
import { clientFile } from './asset-files.ts';
import { useTmpDir } from './use-tmp-dir.ts';
import { type RunningWorkerd, useWorkerd } from './use-workerd.ts';

export interface AssetsInstance {
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
  readonly config?: AssetsConfig;
  /** Source of the function behind them; absent for assets alone. */
  readonly script?: string | undefined;
  readonly compatibilityDate?: string;
  readonly compatibilityFlags?: readonly string[];
  /** Paths whose content is not on disk. */
  readonly lost?: readonly string[];
}

export const compatibilityDate = '2026-11-01';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  png: 'image/png',
};

export async function useAssetsInstance(instance: AssetsInstance): Promise<RunningWorkerd> {
  const folder = join(useTmpDir(), 'blobs');
  mkdirSync(folder);
  const files = new Map<string, AssetFile>();
  for (const [path, content] of Object.entries(instance.files)) {
    const type = TYPES[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? null;
    const { hash, bytes, contentType } = await clientFile(path, content, type);
    if (!instance.lost?.includes(path)) writeFileSync(join(folder, hash), bytes);
    files.set(path, { hash, size: bytes.length, contentType });
  }
  const { script, config = {}, compatibilityFlags = [] } = instance;
  const date = instance.compatibilityDate ?? compatibilityDate;
  const rules = { config, hasFunction: script !== undefined, compatibilityDate: date, compatibilityFlags };
  const text = emitCapnp(
    instanceConfig({
      modules: script === undefined ? [] : [{ name: 'main.js', type: 'esm', content: script }],
      compatibilityDate: date,
      compatibilityFlags,
      env: [],
      info: { function: 'fn_00000000000000000001', name: 'site', project: 'default', version: 'v' },
      memoryMb: 128,
      outboundSocket: '/nowhere.sock',
      assets: {
        worker: await bundleEdge('assets'),
        folder,
        entries: servedEntries(files),
        names: ['ASSETS'],
        config: servedConfig(rules),
      },
    }),
  );
  return useWorkerd(text, { sockets: ['http'] });
}
