// SQLite goes on writing to a file that was removed under it, and all that it then commits is gone with the process.
// So before each write we look whether the database and its log are still the files that were opened. A look costs
// two microseconds, and a commit that reaches the disk some thousand times that.

import { statSync } from 'node:fs';
import { AppError } from '../model/errors.ts';

export class KeptFiles {
  /** Identity by path; the log's file comes with the first transaction. */
  readonly #identities = new Map<string, string | undefined>();

  constructor(path: string) {
    for (const file of [path, `${path}-wal`]) this.#identities.set(file, identityOf(file));
  }

  /** To be called after a write: the log is there by then. */
  note(): void {
    for (const [file, identity] of this.#identities) {
      if (identity === undefined) this.#identities.set(file, identityOf(file));
    }
  }

  /** @throws {AppError} SYS_002 when a file is not the one that was opened; nothing may be acknowledged then. */
  check(): void {
    for (const [file, identity] of this.#identities) {
      if (identity === undefined || identityOf(file) === identity) continue;
      throw new AppError(
        'SYS_002',
        `${file} was removed or replaced while Selvedge runs, so nothing more can be stored; functions go on. Stop Selvedge, put the file back from a backup, and start it again.`,
      );
    }
  }
}

function identityOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
