// The pid of the program inside a sandbox, as bubblewrap reports it (`--info-fd`).
//
// The report goes into a file and not into a pipe. Bubblewrap writes it in several pieces before it lets the
// program run; with a pipe, a reader that has left by then, because it knows enough or was killed, ends
// bubblewrap by SIGPIPE and leaves the program waiting for ever for its word to go on.

import { closeSync, type FSWatcher, openSync, readFileSync, rmSync, watch } from 'node:fs';

export class PidReport {
  readonly #path: string;
  readonly #watcher: FSWatcher;
  /** Descriptor to be inherited by bubblewrap. */
  readonly fd: number;

  /** Makes the file. The caller must `close`. */
  constructor(path: string) {
    this.#path = path;
    this.fd = openSync(path, 'w', 0o600);
    try {
      this.#watcher = watch(path);
    } catch (error) {
      closeSync(this.fd);
      rmSync(path, { force: true });
      throw error;
    }
  }

  /** Resolves when the report is whole; with undefined when `ended` comes first and there is none. */
  async pid(ended: Promise<unknown>): Promise<number | undefined> {
    const whole = new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (readReport(this.#path) !== undefined) resolve();
      };
      this.#watcher.on('change', look);
      this.#watcher.on('error', reject);
      look();
    });
    await Promise.race([whole, ended]);
    return readReport(this.#path);
  }

  close(): void {
    this.#watcher.close();
    closeSync(this.fd);
    rmSync(this.#path, { force: true });
  }
}

/** Undefined while the report is not there to its end. */
function readReport(path: string): number | undefined {
  try {
    const pid = (JSON.parse(readFileSync(path, 'utf8')) as { 'child-pid'?: unknown })['child-pid'];
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined; // Only a part of it is written yet.
  }
}
