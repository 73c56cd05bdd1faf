// Which slot an instance gets. Slots rotate: the one that has been free the longest comes first, so that a
// connection which a front kept alive to a stopped instance never meets the next one.

export class SlotAllocator {
  /** In the order in which they became free. */
  readonly #free: number[];
  readonly #taken = new Set<number>();

  constructor(slots: number) {
    this.#free = Array.from({ length: slots }, (_, slot) => slot);
  }

  /** Undefined when every slot is taken. */
  take(): number | undefined {
    const slot = this.#free.shift();
    if (slot !== undefined) this.#taken.add(slot);
    return slot;
  }

  /** Takes a slot that an adopted instance has; false if it is taken or does not exist. */
  claim(slot: number): boolean {
    const index = this.#free.indexOf(slot);
    if (index < 0) return false;
    this.#free.splice(index, 1);
    this.#taken.add(slot);
    return true;
  }

  release(slot: number): void {
    if (this.#taken.delete(slot)) this.#free.push(slot);
  }

  get taken(): number {
    return this.#taken.size;
  }
}
