// Tells when files of a folder change, a moment after the last of several changes.
//
// Each folder is watched, and no file: so a file that an editor replaces by another one is seen as one that it
// writes. Node's own recursive watching loses a file once it was replaced, and chokidar 5 drops a change within 50 ms
// of the one before; after either, what serves is not what was saved.

import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** An editor writes a file in several steps. */
const quietMs = 15;
/** Folders whose files are not the function's own, or are made by tools. */
const IGNORED: ReadonlySet<string> = new Set(['node_modules', '.git', '.selvedge', 'dist', 'coverage']);

export interface WatchOptions {
  /** Absolute path. */
  readonly folder: string;
  /** Files that changed, came or went, by their paths below the folder. */
  readonly onChange: (files: readonly string[]) => void;
  /** It cannot watch any more, or never could. */
  readonly onFault: (error: unknown) => void;
}

export class FolderWatch {
  readonly #options: WatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** Watches when it returns. The caller must call `close`. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#add(options.folder);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** The files in it, which were there before anyone watched. */
  #add(folder: string): string[] {
    if (this.#watchers.has(folder)) return [];
    try {
      const watcher = watch(folder, (event, name) => this.#heard(event, join(folder, name ?? '')));
      this.#watchers.set(folder, watcher);
      watcher.on('error', () => this.#drop(folder)); // It was removed, and the folder above tells of that.
      const entries = readdirSync(folder, { withFileTypes: true });
      const paths = entries.map((entry) => ({ entry, path: join(folder, entry.name) }));
      return paths.flatMap(({ entry, path }) => {
        if (this.#isIgnored(path)) return [];
        return entry.isDirectory() ? this.#add(path) : [path];
      });
    } catch (error) {
      this.#drop(folder);
      const { code } = error as NodeJS.ErrnoException;
      // A folder may go between the news of it and our look; the one that was asked for may not.
      if (folder === this.#options.folder || (code !== 'ENOENT' && code !== 'ENOTDIR'))
        this.#options.onFault(error);
      return [];
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #heard(event: string, path: string): void {
    if (this.#isIgnored(path)) return;
    if (event === 'rename') {
      // A folder that came has files already; one that went and came back is another one.
      this.#drop(path);
      for (const file of this.#add(path)) this.#changed.add(file);
    }
    if (!this.#watchers.has(path)) this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), quietMs);
  }

  #tell(): void {
    if (this.#changed.size === 0) return;
    const files = [...this.#changed].map((path) => relative(this.#options.folder, path)).sort();
    this.#changed.clear();
    this.#options.onChange(files);
  }

  #isIgnored(path: string): boolean {
    return isIgnored(relative(this.#options.folder, path));
  }
}

/** Files that editors put beside the one that is edited change nothing. */
export function isIgnored(path: string): boolean {
  const parts = path.split(sep);
  return parts.some((part) => IGNORED.has(part)) || /(~|\.sw[a-z]|^4913|\.tmp)$/.test(parts.at(-1) ?? '');
}
