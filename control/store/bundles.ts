// Bundles: immutable files named by the SHA-256 of their bytes, in `bundles/<first two digits>/`.
//
// A bundle is stored before the version that names it, so a crash in between leaves a file that nothing
// names. Garbage collection takes it later; it spares young files, whose version may be about to commit.

import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { statSync, unlinkSync, utimesSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../model/errors.ts';
import type { BundleHash } from '../model/ids.ts';
import type { DataDir } from './data-dir.ts';
import { asStorageError } from './storage-error.ts';
import { PARTIAL_SUFFIX, syncDirectory, writeDurably } from './write-durably.ts';

const HASH = /^[0-9a-f]{64}$/;
const EXTENSION = '.json';

/** The name that these bytes have. */
export const hashBundle = (bytes: Uint8Array): BundleHash =>
  createHash('sha256').update(bytes).digest('hex') as BundleHash;

export class Bundles {
  readonly #directory: string;

  constructor(dataDir: Pick<DataDir, 'bundles'>) {
    this.#directory = dataDir.bundles;
  }

  /**
   * When it resolves the bundle survives a power loss. A bundle that is there already is left alone, but for
   * its time, which shields it from garbage collection as if it were new; one that is not what its name says is
   * replaced.
   *
   * @throws {AppError} SYS_002 when it cannot be written.
   */
  async put(hash: BundleHash, bytes: Uint8Array): Promise<void> {
    assert.equal(hashBundle(bytes), hash, 'a bundle is named by the hash of its bytes');
    const path = this.#path(hash);
    const directory = dirname(path);
    try {
      if (touchIfThere(path) && (await isWhole(path, hash))) return await syncDirectory(directory);
      const created = await mkdir(directory, { recursive: true, mode: 0o700 });
      if (created !== undefined) await syncDirectory(this.#directory);
      await writeDurably(path, bytes);
    } catch (error) {
      throw asStorageError(error, path);
    }
  }

  /** @throws {AppError} SYS_004 when the file is missing or its bytes are not those that its name says. */
  async get(hash: BundleHash): Promise<Uint8Array> {
    const path = this.#path(hash);
    const bytes = await readFile(path).catch((error: unknown) => {
      if (!isMissing(error)) throw asStorageError(error, path);
      throw new AppError('SYS_004', `The bundle ${path} is missing: ${CURE}`, {}, error);
    });
    const found = hashBundle(bytes);
    if (found === hash) return bytes;
    throw new AppError('SYS_004', `The bundle ${path} is damaged, its SHA-256 is ${found}: ${CURE}`);
  }

  /** False if there was none. */
  async remove(hash: BundleHash): Promise<boolean> {
    return unlinkIfOlder(this.#path(hash), Number.POSITIVE_INFINITY);
  }

  async list(): Promise<BundleHash[]> {
    const names = (await this.#files()).map((path) =>
      path.slice(dirname(path).length + 1, -EXTENSION.length),
    );
    return names.filter((name) => HASH.test(name)).map((name) => name as BundleHash);
  }

  /**
   * Removes bundles that are not `inUse` and were put more than `olderThanMs` ago, and what writes that died
   * left behind; answers how many files. `olderThanMs` is well above the time a deploy takes.
   */
  async collectGarbage(inUse: ReadonlySet<BundleHash>, olderThanMs: number): Promise<number> {
    const before = Date.now() - olderThanMs;
    const used = new Set([...inUse].map((hash) => this.#path(hash)));
    let removed = 0;
    for (const path of await this.#files()) {
      if (!used.has(path) && unlinkIfOlder(path, before)) removed += 1;
    }
    return removed;
  }

  #path(hash: BundleHash): string {
    assert.match(hash, HASH);
    return join(this.#directory, hash.slice(0, 2), `${hash}${EXTENSION}`);
  }

  /** Bundles and leftovers of writes; nothing else, should somebody have put it there. */
  async #files(): Promise<string[]> {
    try {
      const files = await readdir(this.#directory, { recursive: true, withFileTypes: true });
      return files
        .filter(
          (file) => file.isFile() && (file.name.endsWith(EXTENSION) || file.name.endsWith(PARTIAL_SUFFIX)),
        )
        .map((file) => join(file.parentPath, file.name));
    } catch (error) {
      throw asStorageError(error, this.#directory);
    }
  }
}

const CURE = 'restore it from a backup of the data directory, or deploy the function from its source again.';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const isWhole = async (path: string, hash: BundleHash): Promise<boolean> =>
  hashBundle(await readFile(path)) === hash;

// These two look and act without an await in between, so that collecting garbage can't take a file that a
// `put` has just decided to keep.

function touchIfThere(path: string): boolean {
  try {
    const now = new Date();
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function unlinkIfOlder(path: string, beforeMs: number): boolean {
  try {
    if (statSync(path).mtimeMs >= beforeMs) return false;
    unlinkSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw asStorageError(error, path);
  }
}
