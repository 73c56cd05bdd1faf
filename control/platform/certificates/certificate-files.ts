// The folder through which control hands certificates to the TLS door. It is filled from the database at each start, and
// changed with it; the door reads it and goes on with it when control has stopped. Keys are in it as they are, so it is
// open to the platform's user alone.

import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../model/errors.ts';

export class CertificateFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * The door finds the pair of before or that of now: one half of each is not taken.
   *
   * @throws {AppError} SYS_002 when the disk does not take it.
   */
  write(name: string, certificate: string, key: string): void {
    try {
      this.#put(`${name}.key`, key);
      this.#put(`${name}.crt`, certificate);
    } catch (cause) {
      throw new AppError(
        'SYS_002',
        `${join(this.#dir, name)} cannot be written (${String(cause)}): free some space on its disk, or make it writable.`,
        {},
        cause,
      );
    }
  }

  remove(name: string): void {
    for (const suffix of ['crt', 'key']) rmSync(join(this.#dir, `${name}.${suffix}`), { force: true });
  }

  /** What an earlier control has left and nobody wants any more. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#dir))
      if (!names.has(file.replace(/\.(crt|key)~?$/, ''))) rmSync(join(this.#dir, file), { force: true });
  }

  #put(file: string, text: string): void {
    const path = join(this.#dir, file);
    writeFileSync(`${path}~`, text, { mode: 0o600 });
    renameSync(`${path}~`, path);
  }
}
