// The pid of the program inside a sandbox, as bubblewrap reports it (`--info-fd`).
//
// The report goes into a file and not into a pipe. Bubblewrap writes it in several pieces before it lets the
// program run; with a pipe, a reader that has left by then, because it knows enough or was killed, ends
// bubblewrap by SIGPIPE and leaves the program waiting for ever for its word to go on. A write that fails does
// the same, so the file is in memory and not on a disk that may be full.

import { closeSync, type FSWatcher, readSync, watch } from 'node:fs';
import { openNameless, pathOfDescriptor } from './shared-memory-file.ts';

/** The report has a few dozen characters for each namespace. */
const reportBytesMax = 4096;

export class PidReport {
  readonly #watcher: FSWatcher;
  /** Descriptor to be inherited by bubblewrap. */
  readonly fd: number;

  /** Makes the file. The caller must `close`. */
  constructor() {
    this.fd = openNameless();
    try {
      this.#watcher = watch(pathOfDescriptor(this.fd));
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
  }

  /** Resolves when the report is whole; with undefined when `ended` comes first and there is none. */
  async pid(ended: Promise<unknown>): Promise<number | undefined> {
    const whole = new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#read() !== undefined) resolve();
      };
      this.#watcher.on('change', look);
      this.#watcher.on('error', reject);
      look();
    });
    await Promise.race([whole, ended]);
    return this.#read();
  }

  close(): void {
    this.#watcher.close();
    closeSync(this.fd);
  }

  /** Undefined while the report is not there to its end. */
  #read(): number | undefined {
    const buffer = Buffer.alloc(reportBytesMax);
    const text = buffer.toString('utf8', 0, readSync(this.fd, buffer, 0, reportBytesMax, 0));
    try {
      const pid = (JSON.parse(text) as { 'child-pid'?: unknown })['child-pid'];
      return typeof pid === 'number' ? pid : undefined;
    } catch {
      return undefined; // Only a part of it is written yet.
    }
  }
}
