// The kernel's classic BPF, as far as a filter of system calls needs it: instructions, and their bytes.

/** Jumps count from the instruction behind. */
export interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly k: number;
}

export const opcodes = {
  /** Loads the 32 bits at offset `k` of what describes the call. */
  load: 0x20,
  jump: 0x05,
  jumpIfEqual: 0x15,
  jumpIfAtLeast: 0x35,
  jumpIfAnyBit: 0x45,
  return: 0x06,
} as const;

/** A conditional jump has 8 bits to say how far. */
export const conditionalJumpMax = 255;
/** The kernel takes no longer program. */
const instructionsMax = 4096;
const instructionBytes = 8;

/** Offsets in `struct seccomp_data`, little-endian: the lower half of an argument comes first. */
export const offsets = {
  number: 0,
  architecture: 4,
  argumentLow: (argument: number): number => 16 + 8 * argument,
  argumentHigh: (argument: number): number => 20 + 8 * argument,
} as const;

const step = (code: number, k: number, ifTrue = 0, ifFalse = 0): Instruction => ({
  code,
  ifTrue,
  ifFalse,
  k,
});

export const load = (offset: number): Instruction => step(opcodes.load, offset);
export const jump = (distance: number): Instruction => step(opcodes.jump, distance);
export const answer = (verdict: number): Instruction => step(opcodes.return, verdict);
export const jumpIfEqual = (k: number, ifTrue: number, ifFalse: number): Instruction =>
  step(opcodes.jumpIfEqual, k, ifTrue, ifFalse);
export const jumpIfAtLeast = (k: number, ifTrue: number, ifFalse: number): Instruction =>
  step(opcodes.jumpIfAtLeast, k, ifTrue, ifFalse);

export const jumpIfAnyBit = (k: number, ifTrue: number, ifFalse: number): Instruction =>
  step(opcodes.jumpIfAnyBit, k, ifTrue, ifFalse);

/** The bytes that bubblewrap hands to the kernel: an array of `struct sock_filter`. */
export function encode(program: readonly Instruction[]): Buffer {
  if (program.length > instructionsMax) {
    throw new RangeError(`A filter of ${program.length} instructions: the kernel takes ${instructionsMax}.`);
  }
  const bytes = Buffer.alloc(program.length * instructionBytes);
  for (const [index, { code, ifTrue, ifFalse, k }] of program.entries()) {
    const at = bytes.writeUInt16LE(code, index * instructionBytes);
    bytes.writeUInt32LE(k, bytes.writeUInt8(ifFalse, bytes.writeUInt8(ifTrue, at)));
  }
  return bytes;
}
