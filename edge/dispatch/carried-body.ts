// A request's body on its way from the client to the instance, through our hands: so that it is counted, and so
// that a client which broke it off can be told from an instance which takes no more of it. workerd says the same
// of both, and to take one for the other would let any visitor have instances avoided.

/** So much of a body is kept until it is answered, so that it can go to another instance if this one had ended. */
export const keptBytesMax = 64 * 1024;

/** How long an answer is held back for a client that still sends what nobody reads. */
export const unreadWaitMs = 5000;

export class CarriedBody {
  readonly #source: ReadableStream<Uint8Array>;
  readonly #length: number | null;
  readonly #bytesMax: number;
  readonly #breaker = new AbortController();
  #over: Promise<void> = Promise.resolve();
  #kept: Uint8Array[] | undefined = [];
  #bytes = 0;
  #state: 'comes' | 'whole' | 'brokenOff' | 'tooLong' = 'comes';
  #refused = false;

  /** `length` is what the client declares; null for a body in chunks. */
  constructor(source: ReadableStream<Uint8Array>, length: number | null, bytesMax: number) {
    this.#source = source;
    this.#length = length;
    this.#bytesMax = bytesMax;
  }

  /**
   * Begins to read; once. The fetch that carries the body must have the signal too: it is aborted when the client
   * breaks the body off or it grows too long.
   */
  start(): { readonly body: ReadableStream; readonly signal: AbortSignal } {
    const { readable, writable } =
      this.#length === null ? new IdentityTransformStream() : new FixedLengthStream(this.#length);
    this.#over = this.#carry(writable);
    return { body: readable, signal: this.#breaker.signal };
  }

  /** Resolves when nothing more comes from the client. */
  get over(): Promise<void> {
    return this.#over;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get comes(): boolean {
    return this.#state === 'comes';
  }

  /** The client ended its side before the end of the body. */
  get brokenOff(): boolean {
    return this.#state === 'brokenOff';
  }

  get tooLong(): boolean {
    return this.#state === 'tooLong';
  }

  /** The instance took no more, while the client still sent. */
  get refused(): boolean {
    return this.#refused;
  }

  /** All of it, if it has come to its end and was short enough to keep. */
  whole(): Uint8Array | undefined {
    if (this.#state !== 'whole' || !this.#kept) return undefined;
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#kept) {
      all.set(part, at);
      at += part.byteLength;
    }
    return all;
  }

  /** Gives the exchange up, as nobody waits for its answer. */
  giveUp(): void {
    this.#breaker.abort();
  }

  /**
   * What an instance refuses is still read: workerd resets a connection on which it answers before it has read
   * everything, and the client might lose the answer.
   */
  async #carry(writable: WritableStream): Promise<void> {
    const [reader, writer] = [this.#source.getReader(), writable.getWriter()];
    const refuse = (): void => {
      this.#refused = true;
    };
    writer.closed.catch(refuse);
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (!this.#take(part.value)) return;
        if (!this.#refused) await writer.write(part.value).catch(refuse);
      }
    } catch {
      // A stream that errors is closed by workerd as if it had come to its end, and the function would take half
      // a body for all of it. So the break is an abort of the whole exchange, and the end is not passed on.
      this.#state = 'brokenOff';
      this.#breaker.abort();
      return;
    }
    this.#state = 'whole';
    // Not waited for: the instance may read the end much later than the client has sent it.
    writer.close().catch(refuse);
  }

  /** False one byte past the limit: not even the end is passed on then. */
  #take(part: Uint8Array): boolean {
    this.#bytes += part.byteLength;
    if (this.#bytes > keptBytesMax) this.#kept = undefined;
    this.#kept?.push(part);
    if (this.#bytes <= this.#bytesMax) return true;
    this.#state = 'tooLong';
    this.#breaker.abort();
    return false;
  }
}
