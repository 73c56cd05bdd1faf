// Where entries are kept: their heads and small bodies in an SQLite file, large bodies in files of their own.
//
// Nothing is synced. What a killed process has written is there, as the kernel has it. After a crash of the machine
// nobody can say what is, so a store that was not closed in this boot of the machine is begun anew: a cache may forget, and
// may not be wrong.

import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Entry, EntryHead } from './entry.ts';

/** Of the file's shape; another one is begun anew. 2: keys are hashes, so that what was in them is not kept as text. */
const shape = 2;

export class Disk {
  readonly #dir: string;
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #head: StatementSync;
  readonly #body: StatementSync;
  readonly #delete: StatementSync;
  readonly #used: StatementSync;
  #nextId: number;

  /** @throws {Error} when another process has the store, or the disk does not take it. */
  constructor(dir: string, boot: string) {
    this.#dir = dir;
    mkdirSync(join(dir, 'bodies'), { recursive: true, mode: 0o700 });
    this.#db = openOrRenew(dir, boot);
    this.#insert = this.#db.prepare(
      'INSERT INTO entries (id, head, bytes, body, used) VALUES (?, ?, ?, ?, ?)',
    );
    this.#head = this.#db.prepare('UPDATE entries SET head = ? WHERE id = ?');
    this.#body = this.#db.prepare('SELECT body FROM entries WHERE id = ?');
    this.#delete = this.#db.prepare('DELETE FROM entries WHERE id = ?');
    this.#used = this.#db.prepare('UPDATE entries SET used = ? WHERE id = ?');
    const { last } = this.#db.prepare('SELECT max(id) AS last FROM entries').get() as { last: number | null };
    this.#nextId = (last ?? 0) + 1;
  }

  /** All entries, the one used least recently first. Files that no row names are removed. */
  load(): Entry[] {
    const rows = this.#db
      .prepare('SELECT id, head, bytes, body IS NOT NULL AS inline FROM entries ORDER BY used, id')
      .all() as unknown as { id: number; head: string; bytes: number; inline: number }[];
    const files = new Set(readdirSync(join(this.#dir, 'bodies')));
    const entries: Entry[] = [];
    for (const { id, head, bytes, inline } of rows) {
      if (inline === 1 || files.delete(String(id)))
        entries.push({ ...(JSON.parse(head) as EntryHead), id, bodyBytes: bytes, inline: inline === 1 });
      else this.#delete.run(id);
    }
    for (const name of files) rmSync(join(this.#dir, 'bodies', name), { force: true });
    return entries;
  }

  newId(): number {
    this.#nextId += 1;
    return this.#nextId - 1;
  }

  bodyFile(id: number): string {
    return join(this.#dir, 'bodies', String(id));
  }

  /** Without `body` it is in its file already. */
  insert({ id, bodyBytes, inline: _, ...head }: Entry, body: Uint8Array | null, used: number): void {
    this.#insert.run(id, JSON.stringify(head), bodyBytes, body, used);
  }

  freshen({ id, bodyBytes: _, inline: __, ...head }: Entry): void {
    this.#head.run(JSON.stringify(head), id);
  }

  /** Undefined when it is gone. */
  readInline(id: number): Buffer | undefined {
    const row = this.#body.get(id) as { body: Uint8Array | null } | undefined;
    return row?.body ? Buffer.from(row.body) : undefined;
  }

  /** A descriptor of the body's file, which is then read to its end whatever becomes of the entry. */
  openBody(id: number): number | undefined {
    try {
      return openSync(this.bodyFile(id), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  remove({ id, inline }: Entry): void {
    this.#delete.run(id);
    if (!inline) rmSync(this.bodyFile(id), { force: true });
  }

  /** Several changes as one. A full disk may refuse the end of it, which then is to leave none open. */
  atOnce(work: () => void): void {
    this.#db.exec('BEGIN');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  markUsed(ids: ReadonlyMap<number, number>): void {
    this.atOnce(() => {
      for (const [id, at] of ids) this.#used.run(at, id);
    });
  }

  /** The store is whole on the disk, also for another boot of the machine. */
  close(): void {
    try {
      this.#db.exec('PRAGMA synchronous = FULL');
      this.#db.exec("UPDATE meta SET value = 'closed' WHERE name = 'boot'");
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      // A full disk is no reason to keep it from the next process.
      this.#db.close();
    }
  }
}

function openOrRenew(dir: string, boot: string): DatabaseSync {
  const file = join(dir, 'index.db');
  try {
    const db = openIndex(file);
    const { value } = (db.prepare("SELECT value FROM meta WHERE name = 'boot'").get() ?? {}) as {
      value?: string;
    };
    if (value === undefined || value === 'closed' || value === boot) return claim(db, boot);
    db.close();
  } catch (error) {
    if (isLocked(error)) throw error;
  }
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true, force: true });
  mkdirSync(join(dir, 'bodies'), { mode: 0o700 });
  return claim(openIndex(file), boot);
}

function openIndex(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  // Exclusive: a process that is being replaced must have let go before the next one counts on what is there.
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found !== 0 && found !== shape) throw new Error(`The cache's index has the shape ${found}.`);
  db.exec(`
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS entries (
      id INTEGER PRIMARY KEY, head TEXT NOT NULL, bytes INTEGER NOT NULL, body BLOB, used INTEGER NOT NULL
    );
    PRAGMA user_version = ${shape};
  `);
  return db;
}

function claim(db: DatabaseSync, boot: string): DatabaseSync {
  db.prepare(
    "INSERT INTO meta VALUES ('boot', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  ).run(boot);
  return db;
}

const isLocked = (error: unknown): boolean => /database is locked/i.test(String(error));

/** The kernel's own name for the time since it started. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
