// The bytes of webhooks' bodies that a front holds at a time. A body is read before it is known whose it is, so that
// without a bound to the sum strangers could fill the front's memory.

/** Of all bodies of webhooks that are being read, or wait for their function. */
export const webhookBytesHeldMax = 64 * 1024 * 1024;

/** What one request holds. */
export interface Hold {
  /** Whether so many more would find room now. */
  fits(bytes: number): boolean;
  /** False, and nothing is taken, where there is no room. */
  take(bytes: number): boolean;
  /** Gives all of it back. */
  release(): void;
}

export class HeldBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes count as they come and not as they are announced: who announces and does not send keeps nobody out. */
  hold(): Hold {
    let own = 0;
    const fits = (bytes: number): boolean => this.#bytes + bytes <= webhookBytesHeldMax;
    return {
      fits,
      take: (bytes) => {
        if (!fits(bytes)) return false;
        own += bytes;
        this.#bytes += bytes;
        return true;
      },
      release: () => {
        this.#bytes -= own;
        own = 0;
      },
    };
  }
}
