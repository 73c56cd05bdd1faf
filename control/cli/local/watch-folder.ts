// Tells when files of a folder change, a moment after the last of several changes.

import { relative, sep } from 'node:path';
import { watch } from 'chokidar';

/** An editor writes a file in several steps. */
const quietMs = 15;
/** Folders whose files are not the function's own, or are made by tools. */
const IGNORED: ReadonlySet<string> = new Set(['node_modules', '.git', '.selvedge', 'dist', 'coverage']);

export interface WatchOptions {
  readonly folder: string;
  readonly onChange: (files: readonly string[]) => void;
  readonly onFault: (error: unknown) => void;
}

/** Resolves when it watches, with what ends it. */
export async function watchFolder({ folder, onChange, onFault }: WatchOptions): Promise<() => Promise<void>> {
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path) => isIgnored(relative(folder, path)),
  });
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    changed.add(relative(folder, path));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...changed].sort();
      changed.clear();
      onChange(files);
    }, quietMs);
  });
  watcher.on('error', onFault);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

/** Files that editors put beside the one that is edited change nothing. */
export function isIgnored(path: string): boolean {
  const parts = path.split(sep);
  return parts.some((part) => IGNORED.has(part)) || /(~|\.sw[a-z]|^4913|\.tmp)$/.test(parts.at(-1) ?? '');
}
