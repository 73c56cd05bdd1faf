// What bundling takes and gives.

import type { Code, Convention } from '../model/function.ts';
import type { BundleHash } from '../model/ids.ts';
import type { ReadyMadeParts, ReadyModuleType } from '../model/ready-made.ts';
import type { InstalledPackages } from './installed-packages.ts';

export interface BundleInput {
  readonly code: Code;
  /** `index.handler`, `handler`, `main.processOrder`. */
  readonly handler: string;
  readonly convention: Convention | 'auto';
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface BundleModule {
  /** Name under which the other modules import it; unique in the bundle. The first module is the entry. */
  readonly name: string;
  readonly type: ReadyModuleType;
  /** Text for esm, commonjs, text and json; base64 for wasm and data. */
  readonly content: string;
}

/** What a bundle file holds. Its hash is over the exact bytes of the file, so it is named by what it is. */
export interface BundleContent {
  readonly format: 1;
  readonly convention: Convention;
  readonly modules: readonly BundleModule[];
  /** Source map (v3, JSON) of the entry module; its `sources` are the user's own file names. */
  readonly sourceMap: string;
  /** The source as it was sent. */
  readonly code: Code;
  /** Of a program that runs as it was sent: `code` are its modules then. */
  readonly readyMade?: Omit<ReadyMadeParts, 'modules'>;
}

export interface Bundle {
  readonly hash: BundleHash;
  /** The bundle file's bytes: canonical JSON of `content`. */
  readonly bytes: Uint8Array;
  readonly content: BundleContent;
  /** Lines of the build log: what `auto` chose and why, what was installed, warnings. */
  readonly logs: readonly string[];
  /** Packages that were installed for it; undefined for source that names none. */
  readonly packages?: InstalledPackages;
}
