// Byte arrays by name, at most so many bytes in all; those not asked for longest go first.

export class MemoryCache {
  readonly #bytesMax: number;
  /** A Map keeps the order of insertion, so the first is the one not asked for longest. */
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(name: string): Uint8Array | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry;
  }

  /** An entry larger than the whole cache is not kept. */
  set(name: string, entry: Uint8Array): void {
    this.#remove(name);
    if (entry.length > this.#bytesMax) return;
    this.#entries.set(name, entry);
    this.#bytes += entry.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#bytes -= this.#entries.get(name)?.length ?? 0;
    this.#entries.delete(name);
  }
}
