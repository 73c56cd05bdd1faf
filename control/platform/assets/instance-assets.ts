// A version's static files as its instances are given them.

import { AppError } from '../../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../../model/function.ts';
import { servedConfig, servedEntries } from '../../plan/assets/serve-assets.ts';
import type { InstanceAssets } from '../../workerd/assets-services.ts';
import { bundleEdge } from '../../workerd/edge-bundle.ts';
import type { Assets } from './assets.ts';

let built: Promise<string> | undefined;

/** Built when it is wanted first: most platforms have no static files. */
const worker = (): Promise<string> => {
  built ??= bundleEdge('assets');
  return built;
};

/** For people, in place of 80 KB that are the same in every config. */
const WORKER_SHOWN = '// edge/assets.worker.ts of Selvedge, built';

export interface InstanceAssetsInput {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  readonly hasFunction: boolean;
  /** Folder with the files of all projects, as the instance sees it. */
  readonly assetsDir: string;
  readonly audience: 'instance' | 'people';
}

/** Undefined for a version without any. */
export async function instanceAssets(
  assets: Assets,
  { record, version, hasFunction, assetsDir, audience }: InstanceAssetsInput,
): Promise<InstanceAssets | undefined> {
  const { assets: own, compatibilityDate, compatibilityFlags, bindings } = version.settings;
  const names = bindings.filter(({ type }) => type === 'assets').map(({ name }) => name);
  if (own === null) {
    if (names.length === 0) return undefined;
    throw new AppError(
      'FN_006',
      `The binding "${names[0]}" is of static files, and the function has none: deploy some with it, or leave the binding out.`,
    );
  }
  const [text, { files, folder }] = await Promise.all([
    audience === 'people' ? WORKER_SHOWN : worker(),
    assets.filesOf(record.project, own),
  ]);
  return {
    worker: text,
    folder: `${assetsDir}/${folder}`,
    entries: servedEntries(files),
    names,
    config: servedConfig({ config: own.config, hasFunction, compatibilityDate, compatibilityFlags }),
  };
}
