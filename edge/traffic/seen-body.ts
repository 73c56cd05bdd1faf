// What was seen of an answer's body on its way: its first bytes, to be compared with another's, and whether it came to
// its end.

/** Of a body; what comes behind is not compared. */
export const comparedBytesMax = 64 * 1024;

export class SeenBody {
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #cut = false;
  #whole = false;
  readonly #over = Promise.withResolvers<void>();

  /** Copies what it keeps: the piece may be used again. */
  add(piece: Uint8Array): void {
    const room = comparedBytesMax - this.#bytes;
    if (piece.byteLength > room) this.#cut = true;
    if (room <= 0) return;
    const kept = piece.slice(0, room);
    this.#pieces.push(kept);
    this.#bytes += kept.byteLength;
  }

  /** Nothing more comes; `whole` when that is the end of the body. */
  end(whole: boolean): void {
    this.#whole = whole;
    this.#over.resolve();
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** There is more of it than is kept. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Whether what is kept can be compared: it goes to the body's end, or is as long as any that is compared. */
  get comparable(): boolean {
    return this.#whole || this.#cut;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    return all;
  }
}
