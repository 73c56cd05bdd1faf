// What an instance has besides its function when its version has static files: the worker that stands before it, and the
// folder of the files. Both are ours; user code shares a process with them, as it does with workerd.

import type { AssetEntry, ServedAssetsConfig } from '../../edge/contract/assets.ts';
import { compatibilityDateDefault } from './compatibility.ts';
import type { Binding, Service, ServiceDesignator } from './config.ts';

export interface InstanceAssets {
  /** Text of the built `edge/assets.worker.ts`. */
  readonly worker: string;
  /** Absolute path of the folder with the files, as the instance sees it. */
  readonly folder: string;
  readonly entries: readonly AssetEntry[];
  readonly config: ServedAssetsConfig;
  /** Under which the function finds them in its `env`. */
  readonly names: readonly string[];
}

/** What an instance's socket leads to when there are static files. */
export const assetsDoor: ServiceDesignator = { name: 'assets' };

/** `env.ASSETS`, under each of its names. */
export const assetsBindings = ({ names }: InstanceAssets): Binding[] =>
  names.map((name) => ({ kind: 'service', name, service: { ...assetsDoor, entrypoint: 'binding' } }));

/** `user` is the service of the function; undefined where a version is its assets alone. */
export function assetServices(assets: InstanceAssets, user: ServiceDesignator | undefined): Service[] {
  const bindings: Binding[] = [
    ...(user ? [{ kind: 'service', name: 'USER', service: user } as const] : []),
    { kind: 'service', name: 'BLOBS', service: { name: 'asset-files' } },
    { kind: 'json', name: 'MANIFEST', content: JSON.stringify(assets.entries) },
    { kind: 'json', name: 'CONFIG', content: JSON.stringify(assets.config) },
  ];
  return [
    {
      kind: 'worker',
      name: assetsDoor.name,
      modules: [{ kind: 'esModule', name: 'assets.js', content: assets.worker }],
      compatibilityDate: compatibilityDateDefault,
      compatibilityFlags: [],
      bindings,
    },
    { kind: 'disk', name: 'asset-files', path: assets.folder, writable: false },
  ];
}
