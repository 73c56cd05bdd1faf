// Whether the machine has room for another instance: a free slot, and memory within what the operator gave.

/** What an instance is reckoned to take until it has been measured. */
const startingInstanceBytes = 16 * 1024 * 1024;

export interface MachineRoomOptions {
  readonly slots: number;
  /** What all instances together may use, in bytes. */
  readonly memoryBytes: number;
  readonly slotsTaken: () => number;
  /** Memory of all instances, from the kernel. */
  readonly measure: () => number;
}

export class MachineRoom {
  readonly #options: MachineRoomOptions;
  #usedBytes = 0;

  constructor(options: MachineRoomOptions) {
    this.#options = options;
  }

  /** Once a second: takes the kernel's figures in place of what was reckoned. */
  measure(): void {
    this.#usedBytes = this.#options.measure();
  }

  /** An instance is about to start. */
  reckon(): void {
    this.#usedBytes += startingInstanceBytes;
  }

  /** As of the last second. */
  get memory(): { readonly usedBytes: number; readonly limitBytes: number } {
    return { usedBytes: this.#usedBytes, limitBytes: this.#options.memoryBytes };
  }

  /** Why there is no room, as the beginning of a sentence; undefined when there is. */
  crowded(): string | undefined {
    const { slots, slotsTaken, memoryBytes } = this.#options;
    if (slotsTaken() >= slots) return `All ${slots} slots of this machine are in use (SELVEDGE_SLOTS)`;
    if (this.#usedBytes + startingInstanceBytes <= memoryBytes) return undefined;
    return `The instances use ${inMb(this.#usedBytes)} of the ${inMb(memoryBytes)} MB that they may (SELVEDGE_MEMORY)`;
  }
}

const inMb = (bytes: number): number => Math.round(bytes / 1024 / 1024);
