// Static files of functions: announced, uploaded, made part of a version, and collected when no version has them.
//
//   announce -> a token, and which files are missing -> upload those -> a version that names the files
//
// What a project has is its own: a hash alone gets nobody the content of another project, nor tells whether it is there.

import { randomBytes } from 'node:crypto';
import {
  type AnnouncedFiles,
  type AssetFile,
  extensionOf,
  readAnnouncement,
  readManifest,
  writeManifest,
} from '../../model/asset-manifest.ts';
import type { AssetsConfig, VersionAssets } from '../../model/assets.ts';
import { AppError } from '../../model/errors.ts';
import type { BundleHash } from '../../model/ids.ts';
import { assetSessionSeconds } from '../../model/limits.ts';
import { packBuckets } from '../../plan/assets/pack-buckets.ts';
import { servedConfig } from '../../plan/assets/serve-assets.ts';
import type { AssetFiles } from '../../store/asset-files.ts';
import type { AssetStore } from '../../store/asset-records.ts';
import { type Bundles, hashBundle } from '../../store/bundles.ts';
import type { Store } from '../../store/store.ts';
import type { AssetsOwner } from '../platform.ts';
import { receiveFiles, type UploadedFile } from './receive-files.ts';
import { signUpload, type UploadRight, verifyUpload } from './upload-token.ts';

/** Files that no version has are kept this long: they may be of an upload, whose version is about to be made. */
export const unwantedMs = 2 * assetSessionSeconds * 1000;

export interface AssetsOptions {
  readonly store: Store;
  /** Lists of files, by their hash. */
  readonly manifests: Bundles;
  readonly files: AssetFiles;
  readonly now?: () => Date;
}

export interface Announced {
  readonly token: string;
  /** Hashes of the files to send, those of one request together; empty when none is missing. */
  readonly buckets: readonly (readonly string[])[];
}

export interface Received {
  /** Of the upload: the same one, to be handed on when a version is made. Null while files are missing. */
  readonly token: string | null;
}

export class Assets {
  readonly #options: AssetsOptions;
  readonly #now: () => Date;

  constructor(options: AssetsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  async announce(
    { project, function: functionName }: AssetsOwner,
    manifest: Readonly<Record<string, unknown>>,
  ): Promise<Announced> {
    const files = readAnnouncement(manifest);
    const store = await this.#storeFor(project);
    const kept = new Map([...files].map(([path, file]) => [path, { ...file, contentType: null }]));
    const right = { project, function: functionName, manifest: await this.#keep(kept) };
    const missing = await this.#missing(store, files);
    return {
      token: await signUpload(right, store.uploadKey, this.#now()),
      buckets: packBuckets(missing),
    };
  }

  /**
   * Takes files that were announced; nothing of a request that is refused becomes part of a version. `admit` throws for
   * a project that the sender may not change, before anything is read.
   */
  async receive(
    token: string,
    uploads: AsyncIterable<UploadedFile>,
    admit: (project: string) => void = () => undefined,
  ): Promise<Received> {
    const { right, store } = await this.#rightOf(token);
    admit(right.project);
    const announced = await this.#announced(right);
    const wanted = new Map(
      [...announced].map(([path, file]) => [file.hash, { ...file, extension: extensionOf(path) }]),
    );
    const received = await receiveFiles(uploads, {
      ...{ wanted, files: this.#options.files, folder: store.folder },
    });
    await this.#options.files.sync(store.folder);
    await this.#options.store.assets.add(store.project, received, this.#now().toISOString());
    return { token: (await this.#missing(store, announced)).length === 0 ? token : null };
  }

  /** What a version of the function keeps of files that were announced and uploaded. */
  async settle(
    { project, function: functionName }: AssetsOwner,
    token: string,
    config: AssetsConfig,
  ): Promise<VersionAssets> {
    // Here and not when an instance starts, so that whoever wrote the rules is told.
    servedConfig({ config, hasFunction: true, compatibilityDate: '', compatibilityFlags: [] });
    const { right, store } = await this.#rightOf(token);
    if (right.project !== project || right.function !== functionName)
      throw new AppError(
        'FN_009',
        `The static files were announced for "${right.function}" in project "${right.project}", and not for "${functionName}" in "${project}": announce them again for that one.`,
      );
    const announced = await this.#announced(right);
    const missing = await this.#missing(store, announced);
    const [first] = missing;
    if (first)
      throw new AppError(
        'FN_006',
        `${missing.length} of ${announced.size} static files were not uploaded, among them ${first.hash}: send each that the announcement's answer lists, and try again.`,
      );
    const known = await this.#want(store, announced);
    const files = new Map(
      [...announced].map(([path, file]): [string, AssetFile] => [
        path,
        { ...file, contentType: known.get(file.hash)?.contentType ?? null },
      ]),
    );
    return { manifest: await this.#keep(files), config };
  }

  /** The files of a version, and the folder that their content is in. */
  async filesOf(
    project: string,
    { manifest }: VersionAssets,
  ): Promise<{ readonly files: ReadonlyMap<string, AssetFile>; readonly folder: string }> {
    const { folder } = await this.#storeFor(project);
    return { files: await this.#read(manifest), folder };
  }

  /** Removes files that no version names; answers how many. */
  async collectGarbage(): Promise<number> {
    const { store, manifests, files } = this.#options;
    const before = new Date(this.#now().getTime() - unwantedMs).toISOString();
    const inUse = await store.versions.assetsInUse();
    let removed = 0;
    for (const { project, folder } of await store.assets.stores()) {
      const used = new Set<string>();
      for (const manifest of inUse.get(project) ?? [])
        for (const { hash } of (await this.#read(manifest)).values()) used.add(hash);
      const known = await store.assets.hashes(project);
      const unused = [...known].filter((hash) => !used.has(hash));
      const gone = await store.assets.remove(project, unused, before);
      await files.remove(folder, gone);
      for (const hash of gone) known.delete(hash);
      removed += gone.length + (await files.removeUnknown(folder, known));
    }
    const named = new Set([...inUse.values()].flatMap((own) => [...own] as BundleHash[]));
    await manifests.collectGarbage(named, unwantedMs);
    return removed;
  }

  async #storeFor(project: string): Promise<AssetStore> {
    const { assets } = this.#options.store;
    const known = await assets.storeOf(project);
    if (known) return known;
    const made = {
      project,
      folder: randomBytes(16).toString('hex'),
      uploadKey: randomBytes(32).toString('base64url'),
    };
    await assets.addStore(made, this.#now().toISOString());
    return (await assets.storeOf(project)) ?? made;
  }

  async #rightOf(token: string): Promise<{ readonly right: UploadRight; readonly store: AssetStore }> {
    const { assets } = this.#options.store;
    const keyOf = async (project: string): Promise<string | undefined> =>
      (await assets.storeOf(project))?.uploadKey;
    const right = await verifyUpload(token, keyOf, this.#now());
    return { right, store: await this.#storeFor(right.project) };
  }

  /** A hash is missing if it is not known, and also if its file is: a backup may lack it. */
  async #missing(store: AssetStore, announced: AnnouncedFiles): Promise<{ hash: string; size: number }[]> {
    const known = await this.#want(store, announced);
    const there = await this.#options.files.list(store.folder);
    const missing = new Map<string, number>();
    for (const { hash, size } of announced.values()) {
      const kept = known.get(hash);
      if (kept && kept.size !== size)
        throw new AppError(
          'FN_006',
          `The file ${hash} has ${kept.size} bytes, and was announced with ${size}: announce it with its size.`,
        );
      if (!kept || !there.has(hash)) missing.set(hash, size);
    }
    return [...missing].map(([hash, size]) => ({ hash, size }));
  }

  #want(store: AssetStore, announced: AnnouncedFiles): Promise<Map<string, Omit<AssetFile, 'hash'>>> {
    const hashes = [...new Set([...announced.values()].map(({ hash }) => hash))];
    return this.#options.store.assets.want(store.project, hashes, this.#now().toISOString());
  }

  async #announced({ manifest }: UploadRight): Promise<AnnouncedFiles> {
    return this.#read(manifest);
  }

  async #keep(files: ReadonlyMap<string, AssetFile>): Promise<string> {
    const bytes = Buffer.from(writeManifest(files), 'utf8');
    const hash = hashBundle(bytes);
    await this.#options.manifests.put(hash, bytes);
    return hash;
  }

  async #read(manifest: string): Promise<ReadonlyMap<string, AssetFile>> {
    const bytes = await this.#options.manifests.get(manifest as BundleHash);
    return readManifest(Buffer.from(bytes).toString('utf8'));
  }
}
