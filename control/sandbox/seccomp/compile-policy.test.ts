// Goal: the filter says what the policy says, for every number and argument.
// Method: the program is run here as the kernel would run it.

import { expect, test } from 'vitest';
import { encode, type Instruction, opcodes } from './bpf.ts';
import { compilePolicy, verdicts } from './compile-policy.ts';
import { firstYoungCall, instancePolicy, storagePolicy } from './policy.ts';
import { architectures, type SystemCall, systemCallNumbers } from './system-call-numbers.ts';

interface Call {
  readonly audit: number;
  readonly number: number;
  readonly args?: readonly number[];
}

function run(program: readonly Instruction[], { audit, number, args = [] }: Call): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(audit, 4);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const { code, ifTrue, ifFalse, k } =
      program[at] ?? expect.fail(`the program runs beyond its end at ${at}`);
    if (code === opcodes.return) return k;
    else if (code === opcodes.load) accumulator = data.readUInt32LE(k);
    else if (code === opcodes.jump) at += k;
    else if (code === opcodes.jumpIfEqual) at += accumulator === k ? ifTrue : ifFalse;
    else if (code === opcodes.jumpIfAtLeast) at += accumulator >= k ? ifTrue : ifFalse;
    else if (code === opcodes.jumpIfAnyBit) at += (accumulator & k) !== 0 ? ifTrue : ifFalse;
    else expect.fail(`unknown instruction ${code}`);
  }
}

const kinds = Object.entries(architectures).map(([name, architecture]) => ({
  name,
  architecture,
  program: compilePolicy(instancePolicy, architecture),
}));
const refusalOf = (number: number): number => (number < firstYoungCall ? verdicts.refuse : verdicts.lacking);

test.each(kinds)(
  '$name: every number has the verdict that the policy gives it',
  ({ architecture, program }) => {
    const { audit, numberOf } = architecture;
    const allowed = new Set(instancePolicy.allowed.map(numberOf));
    const conditional = new Set(
      Object.keys(instancePolicy.conditional).map((call) => numberOf(call as SystemCall)),
    );
    for (let number = 0; number < 2048; number += 1) {
      if (conditional.has(number)) continue;
      const wanted = allowed.has(number) ? verdicts.allow : refusalOf(number);
      expect([number, run(program, { audit, number })]).toEqual([number, wanted]);
    }
  },
);

test.each(kinds)('$name: each jump fits its eight bits and lands in the program', ({ program }) => {
  for (const [at, { code, ifTrue, ifFalse, k }] of program.entries()) {
    expect(Math.max(ifTrue, ifFalse)).toBeLessThan(256);
    const furthest = code === opcodes.jump ? k : Math.max(ifTrue, ifFalse);
    expect(at + 1 + furthest).toBeLessThanOrEqual(program.length - (code === opcodes.return ? 0 : 1));
  }
  expect(encode(program)).toHaveLength(program.length * 8);
});

test.each(kinds)(
  '$name: a call by the numbers of any other architecture ends the process',
  ({ architecture, program }) => {
    const i386 = 0x40000003;
    const arm = 0x40000028;
    const others = Object.values(architectures).map(({ audit }) => audit);
    for (const audit of [i386, arm, 0, ...others]) {
      if (audit === architecture.audit) continue;
      expect(run(program, { audit, number: 1 })).toBe(verdicts.kill);
    }
  },
);

test('the x32 numbers of x86-64 end the process, from the first to the last', () => {
  const program = kinds.find(({ name }) => name === 'x64')?.program ?? [];
  for (const number of [0x40000000, 0x40000001, 0x40000200, 0xffffffff]) {
    expect(run(program, { audit: 0xc000003e, number })).toBe(verdicts.kill);
  }
  expect(run(program, { audit: 0xc000003e, number: 0x3fffffff })).toBe(verdicts.lacking);
});

const thread = 0x3d0f00;
test.each<[string, 'is allowed' | 'is refused', SystemCall, number[]]>([
  ['a thread', 'is allowed', 'clone', [thread]],
  ['a process', 'is refused', 'clone', [0x11]],
  ['a thread in a user namespace', 'is refused', 'clone', [thread | 0x10000000]],
  ['a thread with more in the upper half', 'is refused', 'clone', [thread + 2 ** 32]],
  ['a file, to be read', 'is allowed', 'openat', [-100 >>> 0, 0, 0o2000000]],
  ['a file, to be written', 'is refused', 'openat', [0, 0, 0o1]],
  ['a file, to be read and written', 'is refused', 'openat', [0, 0, 0o2]],
  ['a file, to be made', 'is refused', 'openat', [0, 0, 0o100]],
  ['a file, to be emptied', 'is refused', 'openat', [0, 0, 0o1000]],
  ['a file without a name', 'is refused', 'openat', [0, 0, 0o20200002]],
  ['a unix socket', 'is allowed', 'socket', [1, 1, 0]],
  ['an internet socket', 'is refused', 'socket', [2, 1, 0]],
  ['a netlink socket', 'is refused', 'socket', [16, 3, 0]],
  [
    'an internet socket with more in the upper half, which the kernel does not read',
    'is refused',
    'socket',
    [2 + 2 ** 32],
  ],
  ['a pair of unix sockets', 'is allowed', 'socketpair', [1]],
  ['a non-blocking mode', 'is allowed', 'ioctl', [0, 0x5421]],
  ['a key pressed on the terminal', 'is refused', 'ioctl', [0, 0x5412]],
  ['a descriptor copied', 'is allowed', 'fcntl', [0, 1030]],
  ['a descriptor whose flags are set', 'is refused', 'fcntl', [0, 4]],
  ['a name for the thread', 'is allowed', 'prctl', [15]],
  ['a filter of its own', 'is refused', 'prctl', [22]],
  ['its own limit, read', 'is allowed', 'prlimit64', [0, 7, 0, 4096]],
  ['its own limit, set', 'is refused', 'prlimit64', [0, 7, 4096, 0]],
  ['its own limit, set from high memory', 'is refused', 'prlimit64', [0, 7, 0x7fff00000000, 0]],
  ["another's limit", 'is refused', 'prlimit64', [1, 7, 0, 4096]],
])('%s %s: %s(%j)', (_what, fate, call, args) => {
  for (const { architecture, program } of kinds) {
    const number = architecture.numberOf(call) ?? expect.fail(`${call} is on every architecture`);
    const wanted = fate === 'is allowed' ? verdicts.allow : refusalOf(number);
    expect(run(program, { audit: architecture.audit, number, args })).toBe(wanted);
  }
});

test('no call has two numbers or shares one, and each is named by a policy, once in each', () => {
  const named = [instancePolicy, storagePolicy].map(({ allowed, conditional }) => {
    const calls = [...allowed, ...Object.keys(conditional)];
    expect(new Set(calls).size).toBe(calls.length);
    return calls;
  });
  expect([...new Set(named.flat())].toSorted()).toEqual(Object.keys(systemCallNumbers).toSorted());
  for (const index of [0, 1] as const) {
    const numbers = Object.values(systemCallNumbers).flatMap((pair) => pair[index] ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test('only an instance with objects opens files for writing, and it changes no flags of what is open', () => {
  expect(instancePolicy.allowed).not.toContain('openat');
  expect(storagePolicy.allowed).toContain('openat');
  const commands = storagePolicy.conditional.fcntl?.[0];
  // F_SETFL, without which its console stays in append mode.
  expect(commands && 'oneOf' in commands && commands.oneOf).not.toContain(4);
});
