// The store: what is in it, what it may take, and who goes when it is full.

import { rmSync } from 'node:fs';
import type { EntryTimes } from '../../edge/http-cache/entry-times.ts';
import { uselessAt } from '../../edge/http-cache/entry-times.ts';
import type { Fields } from '../../edge/http-cache/fields.ts';
import type { Ask } from '../../edge/http-cache/judge-condition.ts';
import { matchesVary } from '../../edge/http-cache/match-vary.ts';
import type { Disk } from './disk.ts';
import { Entries } from './entries.ts';
import type { Entry, EntryHead } from './entry.ts';
import { HotBodies } from './hot-bodies.ts';
import { cacheEntriesMax, cacheEntryBytesMax, cacheHotBytesMax, cacheVariantsMax } from './limits.ts';

/** A body that has come: in memory if it is small, in a file beside the others if not. */
export type TakenBody = { readonly bytes: Buffer } | { readonly file: number; readonly length: number };

export interface Found {
  readonly entry: Entry | undefined;
  /** There is something of this key, for other requests. */
  readonly others: boolean;
}

export class CacheStore {
  readonly #disk: Disk;
  readonly #bytesMax: number;
  readonly #hot = new HotBodies(cacheHotBytesMax);
  /** When entries were used, since it was last written down. */
  #used = new Map<number, number>();
  readonly entries = new Entries();
  evicted = 0;

  constructor(disk: Disk, bytesMax: number) {
    this.#disk = disk;
    this.#bytesMax = bytesMax;
    for (const entry of disk.load()) this.entries.add(entry);
    this.#makeRoom();
  }

  get cacheEntryBytesMax(): number {
    return Math.min(cacheEntryBytesMax, Math.floor(this.#bytesMax / 4));
  }

  /** The newest of its key that the request may have. */
  find(key: string, ask: Ask, now: number): Found {
    let [found, others]: [Entry | undefined, boolean] = [undefined, false];
    for (const entry of [...this.entries.ofKey(key)]) {
      if (uselessAt(entry.times) <= now) this.remove(entry);
      else if (matchesVary(entry.vary, ask)) found = entry;
      else others = true;
    }
    if (found) {
      this.entries.used(found);
      this.#used.set(found.id, now);
    }
    return { entry: found, others };
  }

  newFile(): { id: number; path: string } {
    const id = this.#disk.newId();
    return { id, path: this.#disk.bodyFile(id) };
  }

  bodyFile(id: number): string {
    return this.#disk.bodyFile(id);
  }

  dropFile(id: number): void {
    rmSync(this.#disk.bodyFile(id), { force: true });
  }

  /** In place of any other that the same requests would get. */
  put(head: EntryHead, body: TakenBody, now: number): Entry {
    const inline = 'bytes' in body;
    const entry: Entry = {
      ...head,
      id: inline ? this.#disk.newId() : body.file,
      bodyBytes: inline ? body.bytes.byteLength : body.length,
      inline,
    };
    this.#disk.atOnce(() => {
      for (const other of [...this.entries.ofKey(head.key)]) if (sameVary(other, head)) this.remove(other);
      this.#disk.insert(entry, inline ? body.bytes : null, now);
    });
    this.entries.add(entry);
    if (inline) this.#hot.set(entry.id, body.bytes);
    const variants = this.entries.ofKey(head.key);
    if (variants.length > cacheVariantsMax && variants[0]) this.remove(variants[0]);
    this.#makeRoom();
    return entry;
  }

  /** The same body with other fields and times; undefined when it has gone meanwhile. */
  freshen(entry: Entry, fields: Fields, times: EntryTimes): Entry | undefined {
    if (!this.entries.has(entry)) return undefined;
    const fresh = { ...entry, fields, times };
    this.#disk.freshen(fresh);
    this.entries.remove(entry);
    this.entries.add(fresh);
    return fresh;
  }

  /** The body: bytes, or a descriptor of a file that the caller closes. Undefined when it is gone. */
  read(entry: Entry): Buffer | number | undefined {
    if (!entry.inline) return this.#disk.openBody(entry.id);
    const hot = this.#hot.get(entry.id);
    if (hot) return hot;
    const bytes = this.#disk.readInline(entry.id);
    if (bytes) this.#hot.set(entry.id, bytes);
    return bytes;
  }

  remove(entry: Entry): boolean {
    if (!this.entries.remove(entry)) return false;
    this.#hot.delete(entry.id);
    this.#used.delete(entry.id);
    this.#disk.remove(entry);
    return true;
  }

  /** Removes what `matches`, and tells how many that were. */
  purge(among: Iterable<Entry>, matches: (entry: Entry) => boolean): number {
    const doomed = [...among].filter(matches);
    if (doomed.length === 0) return 0;
    this.#disk.atOnce(() => {
      for (const entry of doomed) this.remove(entry);
    });
    return doomed.length;
  }

  flush(): void {
    if (this.#used.size === 0) return;
    const used = this.#used;
    this.#used = new Map();
    this.#disk.markUsed(used);
  }

  close(): void {
    try {
      this.flush();
    } finally {
      this.#disk.close();
    }
  }

  #makeRoom(): void {
    while (this.entries.bytes > this.#bytesMax || this.entries.count > cacheEntriesMax) {
      const entry = this.entries.nextToGo();
      if (!entry) return;
      this.remove(entry);
      this.evicted += 1;
    }
  }
}

function sameVary({ vary: one }: EntryHead, { vary: other }: EntryHead): boolean {
  return (
    one.length === other.length &&
    one.every(([name, value], at) => other[at]?.[0] === name && other[at]?.[1] === value)
  );
}
