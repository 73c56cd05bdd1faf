// Static files on disk: `<files>/<folder of the project>/<hash>`.
//
// Instances read them by themselves, as a user of their own: so files are readable for all, a folder's name is a secret
// that only its project's instances are told, and the folder above can be passed through and not listed.

import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asStorageError } from './storage-error.ts';
import { PARTIAL_SUFFIX, syncDirectory } from './write-durably.ts';

/** What an upload that died has left is removed after this long. */
const abandonedMs = 24 * 3_600_000;

export class AssetFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Hashes of the files that are there. */
  async list(folder: string): Promise<Set<string>> {
    const names = await readdir(join(this.#root, folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw asStorageError(error, this.#root);
    });
    return new Set(names.filter((name) => !name.endsWith(PARTIAL_SUFFIX)));
  }

  /** A file that is being written. Nobody sees it before it is kept. */
  async begin(folder: string): Promise<AssetDraft> {
    const directory = join(this.#root, folder);
    const path = join(directory, `${randomBytes(8).toString('hex')}${PARTIAL_SUFFIX}`);
    try {
      const made = await mkdir(directory, { recursive: true, mode: 0o755 });
      // Whatever the process's umask is.
      if (made !== undefined) await chmod(directory, 0o755);
      if (made !== undefined) await syncDirectory(this.#root);
      const file = await open(path, 'wx', 0o644);
      await file.chmod(0o644);
      return new AssetDraft(file, path, directory);
    } catch (error) {
      throw asStorageError(error, path);
    }
  }

  /** When it resolves, all that was kept in the folder survives a power loss. */
  async sync(folder: string): Promise<void> {
    const directory = join(this.#root, folder);
    await syncDirectory(directory).catch((error: unknown) => {
      throw asStorageError(error, directory);
    });
  }

  async remove(folder: string, hashes: readonly string[]): Promise<void> {
    for (const hash of hashes) await rm(join(this.#root, folder, hash), { force: true });
  }

  /** Removes what is not `known` and was written long ago: what uploads that died have left. Answers how many. */
  async removeUnknown(folder: string, known: ReadonlySet<string>): Promise<number> {
    const directory = join(this.#root, folder);
    const before = Date.now() - abandonedMs;
    let removed = 0;
    for (const name of await readdir(directory).catch(() => [])) {
      const path = join(directory, name);
      if (known.has(name) || (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? before) >= before)
        continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }
}

export class AssetDraft {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #directory: string;

  constructor(file: FileHandle, path: string, directory: string) {
    this.#file = file;
    this.#path = path;
    this.#directory = directory;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.writeFile(bytes);
    } catch (error) {
      throw asStorageError(error, this.#path);
    }
  }

  /** The bytes are on disk; the name is when the folder was synced. */
  async keep(hash: string): Promise<void> {
    try {
      await this.#file.sync();
      await this.#file.close();
      await rename(this.#path, join(this.#directory, hash));
    } catch (error) {
      throw asStorageError(error, this.#path);
    }
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }
}
