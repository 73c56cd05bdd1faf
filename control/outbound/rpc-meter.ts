// Counts the calls and the answers in one direction of a connection on which workerd calls methods, so that one on
// which nothing is under way can be told from one that waits for a slow method. It reads the frames of Cap'n Proto's
// protocol and of each message its kind, nothing else.

/** Kinds of a message in rpc.capnp: those that ask for an answer, and the answer. */
const CALL = 2;
const RETURN = 3;
const BOOTSTRAP = 8;
const WORD_BYTES = 8;
/** A frame has fewer segments; another number means that we read something else. */
const segmentsMax = 512;
const PREAMBLE_END = '\r\n\r\n';

export class RpcMeter {
  asked = 0;
  answered = 0;
  /** HTTP's CONNECT, or its answer, comes before the frames. */
  #preamble = true;
  #pending: Buffer = Buffer.alloc(0);
  #skip = 0;
  #lost = false;

  /** It met what it cannot read, and counts no more. */
  get lost(): boolean {
    return this.#lost;
  }

  feed(chunk: Buffer): void {
    if (this.#lost) return;
    let rest = chunk;
    for (;;) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length === 0) return;
      this.#pending = this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest]);
      const taken = this.#preamble ? this.#takePreamble() : this.#takeFrame();
      if (!taken) return;
      rest = this.#pending;
      this.#pending = Buffer.alloc(0);
    }
  }

  #takePreamble(): boolean {
    const end = this.#pending.indexOf(PREAMBLE_END);
    if (end < 0) return false;
    this.#preamble = false;
    this.#skip = end + PREAMBLE_END.length;
    return true;
  }

  /** True when the beginning of a frame has been read: then `#skip` leads behind the frame. */
  #takeFrame(): boolean {
    const bytes = this.#pending;
    if (bytes.length < 4) return false;
    const segments = bytes.readUInt32LE(0) + 1;
    if (segments > segmentsMax) {
      this.#lost = true;
      return false;
    }
    const headBytes = Math.ceil((4 + 4 * segments) / WORD_BYTES) * WORD_BYTES;
    if (bytes.length < headBytes + WORD_BYTES) return false;
    let words = 0;
    for (let segment = 0; segment < segments; segment += 1) words += bytes.readUInt32LE(4 + 4 * segment);
    // The root's pointer: how many words lie between it and the struct, whose first 16 bits are the kind.
    const kindAt = headBytes + WORD_BYTES * (1 + (bytes.readInt32LE(headBytes) >> 2));
    if (bytes.length < kindAt + 2) return false;
    this.#count(bytes.readUInt16LE(kindAt));
    this.#skip = headBytes + words * WORD_BYTES;
    return true;
  }

  #count(kind: number): void {
    if (kind === CALL || kind === BOOTSTRAP) this.asked += 1;
    else if (kind === RETURN) this.answered += 1;
  }
}
