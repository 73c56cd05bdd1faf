// Follows the console files of all instances and fronts: one watch on their directory, and a read of what is
// new in a file that changed. How far each was read is kept beside it, so that a new control goes on where the
// last one stopped and nothing is told twice.

import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsedLine, parseConsole } from './parse-console.ts';

/** A console file that was read to its end and is larger than this is emptied. */
const emptiedAboveBytes = 4 * 1024 * 1024;
const readBytesMax = 1024 * 1024;
const POSITION_SUFFIX = '.read';

export interface FollowerSink {
  /** Lines of the process `id`, in order. */
  readonly onLines: (id: string, lines: readonly ParsedLine[]) => void;
  readonly onDropped: (id: string, count: number) => void;
  /** What in these bytes is to stand in no file once it was told: it is written over with as many stars. */
  readonly hidden?: (id: string, bytes: Uint8Array) => Promise<readonly { start: number; end: number }[]>;
  /** A file could not be read; it is tried again at its next change. */
  readonly onError: (id: string, error: unknown) => void;
}

interface Position {
  offset: number;
  lastNumber: number;
}

export class ConsoleFollower {
  readonly #directory: string;
  readonly #sink: FollowerSink;
  readonly #positions = new Map<string, Position>();
  /** The read under way of each file; a change meanwhile is followed by one more. */
  readonly #reading = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  /** Files that will not grow any more. */
  readonly #ended = new Set<string>();
  #watcher: FSWatcher | undefined;

  constructor(directory: string, sink: FollowerSink) {
    this.#directory = directory;
    this.#sink = sink;
  }

  start(): void {
    this.#watcher = watch(this.#directory, (_event, name) => {
      if (name === null || name.includes('.')) return;
      this.read(name).catch((error: unknown) => this.#sink.onError(name, error));
    });
    this.#watcher.on('error', (error) => this.#sink.onError(this.#directory, error));
  }

  /** Reads what is new in a file; resolves when all that was there at the call has been told. */
  read(id: string): Promise<void> {
    const running = this.#reading.get(id);
    if (running) {
      this.#again.add(id);
      return running;
    }
    const work = this.#readNew(id).finally(() => {
      this.#reading.delete(id);
    });
    this.#reading.set(id, work);
    return work;
  }

  /** Reads a file whose process has ended to its end; what has no line end counts as a line then. */
  async finish(id: string): Promise<void> {
    this.#ended.add(id);
    try {
      // A read under way may not know yet that the process has ended.
      await this.#reading.get(id);
      await this.read(id);
    } finally {
      this.#ended.delete(id);
    }
  }

  /** Removes a file that is read to its end. */
  async remove(id: string): Promise<void> {
    this.#positions.delete(id);
    const path = join(this.#directory, id);
    await Promise.all([rm(path, { force: true }), rm(path + POSITION_SUFFIX, { force: true })]);
  }

  /** Stops following; resolves when what is being read has been told. */
  async close(): Promise<void> {
    this.#watcher?.close();
    await Promise.allSettled(this.#reading.values());
  }

  async #readNew(id: string): Promise<void> {
    const path = join(this.#directory, id);
    const position = this.#positions.get(id) ?? (await readPosition(path + POSITION_SUFFIX));
    this.#positions.set(id, position);
    do {
      this.#again.delete(id);
      const file = await openIfThere(path);
      if (!file) {
        // Its removal is a change too, and the last one.
        this.#positions.delete(id);
        await rm(path + POSITION_SUFFIX, { force: true });
        return;
      }
      try {
        const before = position.offset;
        await this.#drain(id, file, position);
        if (position.offset >= emptiedAboveBytes && (await file.stat()).size === position.offset) {
          await truncate(path);
          position.offset = 0;
        }
        if (position.offset !== before) await this.#keepPosition(id, position);
      } finally {
        await file.close();
      }
    } while (this.#again.has(id));
  }

  /** Without it, as on a full disk, the next control tells these lines again; that is better than losing any. */
  async #keepPosition(id: string, position: Position): Promise<void> {
    try {
      await writeFile(join(this.#directory, id) + POSITION_SUFFIX, JSON.stringify(position));
    } catch (error) {
      this.#sink.onError(id, error);
    }
  }

  /** Writes over what is not to be read in the file. The process only ever appends to it. */
  async #blank(id: string, file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
    try {
      for (const { start, end } of (await this.#sink.hidden?.(id, bytes)) ?? [])
        await file.write(Buffer.alloc(end - start, '*'), 0, end - start, offset + start);
    } catch (error) {
      this.#sink.onError(id, error);
    }
  }

  async #drain(id: string, file: FileHandle, position: Position): Promise<void> {
    const buffer = Buffer.alloc(64 * 1024);
    let pending: Buffer = Buffer.alloc(0);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position.offset + pending.length);
      const atEnd = bytesRead === 0;
      if (atEnd && (pending.length === 0 || !this.#ended.has(id))) return;
      pending = Buffer.concat([pending, buffer.subarray(0, bytesRead)]);
      const end = pending.lastIndexOf(0x0a) + 1;
      // A line without an end waits for its end, but not for ever.
      const cut = atEnd || pending.length >= readBytesMax;
      const whole = end > 0 ? end : cut ? pending.length : 0;
      if (whole === 0) continue;
      const { lines, dropped, lastNumber } = parseConsole(
        pending.toString('utf8', 0, whole),
        position.lastNumber,
        Date.now(),
      );
      const told = pending.subarray(0, whole);
      position.offset += whole;
      position.lastNumber = lastNumber;
      pending = pending.subarray(whole);
      if (lines.length > 0) this.#sink.onLines(id, lines);
      if (dropped > 0) this.#sink.onDropped(id, dropped);
      await this.#blank(id, file, told, position.offset - whole);
    }
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readPosition(path: string): Promise<Position> {
  try {
    const { offset, lastNumber } = JSON.parse(await readFile(path, 'utf8')) as Position;
    return { offset, lastNumber };
  } catch {
    return { offset: 0, lastNumber: 0 }; // A file that nobody has read yet.
  }
}
