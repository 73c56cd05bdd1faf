// Small bodies that were used lately, in memory: reading one from the index takes longer than sending it.

export class HotBodies {
  readonly #bytesMax: number;
  readonly #bodies = new Map<number, Buffer>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(id: number): Buffer | undefined {
    const body = this.#bodies.get(id);
    if (body && this.#bodies.delete(id)) this.#bodies.set(id, body);
    return body;
  }

  set(id: number, body: Buffer): void {
    this.delete(id);
    this.#bodies.set(id, body);
    this.#bytes += body.byteLength;
    for (const oldest of this.#bodies.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.delete(oldest);
    }
  }

  delete(id: number): void {
    const body = this.#bodies.get(id);
    if (!body) return;
    this.#bodies.delete(id);
    this.#bytes -= body.byteLength;
  }
}
