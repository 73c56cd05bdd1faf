// A request's body on its way from the client to the instance. It takes none of the short ways on which workerd
// carries a body by itself, so that it is counted, and so that a client which broke it off can be told from an
// instance which takes no more of it. workerd says the same of both, and to take one for the other would let any
// visitor have instances avoided. docs/design/request-bodies.md has the ways and what they cost.

/** Bodies that declare no more are read before they are sent, and kept: they can go to another instance too. */
export const keptBytesMax = 64 * 1024;

/** What is read at a time: the reader's own pieces of 8 KB cost four times as much. */
const readBytesMax = 64 * 1024;

/** How long an answer is held back for a client that still sends what nobody reads. */
export const unreadWaitMs = 3000;

/** Between two pieces of what is read and thrown away, as the client has sent too much: some 13 MB a second. */
const unwantedPauseMs = 5;

export class CarriedBody {
  readonly #request: Request;
  readonly #length: number | null;
  readonly #bytesMax: number;
  readonly #breaker = new AbortController();
  #over: Promise<void> = Promise.resolve();
  #state: 'comes' | 'whole' | 'brokenOff' | 'tooLong' = 'comes';
  #refused = false;
  #kept: ArrayBuffer | undefined;

  /** `length` is what the client declares; null for a body in chunks. */
  constructor(request: Request, length: number | null, bytesMax: number) {
    this.#request = request;
    this.#length = length;
    this.#bytesMax = bytesMax;
  }

  /**
   * Resolves with what the fetch that carries the body must have: the signal is aborted when the client breaks the
   * body off or it grows too long. Rejects when a short one breaks off. Once.
   */
  async start(): Promise<RequestInit> {
    const length = this.#length;
    if (length !== null && length <= keptBytesMax) return { body: await this.#read() };
    const { readable, writable } =
      length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
    const source = this.#request.body as ReadableStream<Uint8Array>;
    this.#over = this.#carry(source, writable);
    return { body: readable, signal: this.#breaker.signal };
  }

  /** Resolves when nothing more comes from the client. */
  get over(): Promise<void> {
    return this.#over;
  }

  get comes(): boolean {
    return this.#state === 'comes';
  }

  /** The client ended its side before the end of the body. */
  get brokenOff(): boolean {
    return this.#state === 'brokenOff';
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  get tooLong(): boolean {
    return this.#state === 'tooLong';
  }

  /** The instance took no more, while the client still sent. */
  get refused(): boolean {
    return this.#refused;
  }

  /** All of it, if it is kept. */
  get kept(): ArrayBuffer | undefined {
    return this.#kept;
  }

  /** Gives the exchange up, as nobody waits for its answer. */
  giveUp(): void {
    this.#breaker.abort();
  }

  async #read(): Promise<ArrayBuffer> {
    try {
      this.#kept = await this.#request.arrayBuffer();
    } catch (error) {
      this.#state = 'brokenOff';
      throw error;
    }
    this.#state = 'whole';
    return this.#kept;
  }

  /**
   * What an instance refuses is still read: workerd resets a connection on which it answers before it has read
   * everything, and the client might lose the answer.
   */
  async #carry(source: ReadableStream<Uint8Array>, writable: WritableStream): Promise<void> {
    const [reader, writer] = [source.getReader({ mode: 'byob' }), writable.getWriter()];
    let buffer = new ArrayBuffer(readBytesMax);
    const refuse = (): void => {
      this.#refused = true;
    };
    writer.closed.catch(refuse);
    let bytes = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (done) break;
        bytes += value.byteLength;
        // Not even the end is passed on.
        if (bytes > this.#bytesMax && !this.tooLong) this.#break('tooLong');
        if (this.tooLong) await scheduler.wait(unwantedPauseMs);
        else if (!this.#refused) await writer.write(value).catch(refuse);
        buffer = value.buffer as ArrayBuffer;
      }
    } catch {
      if (!this.tooLong) this.#break('brokenOff');
      return;
    }
    if (this.tooLong) return;
    this.#state = 'whole';
    // Not waited for: the instance may read the end much later than the client has sent it.
    writer.close().catch(refuse);
  }

  /**
   * A stream that errors is closed by workerd as if it had come to its end, and the function would take half a
   * body for all of it. So the break is an abort of the whole exchange.
   */
  #break(state: 'brokenOff' | 'tooLong'): void {
    this.#state = state;
    this.#breaker.abort();
  }
}
