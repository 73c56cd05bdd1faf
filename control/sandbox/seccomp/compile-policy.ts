// Makes a policy into a filter: a program that the kernel runs at each system call of an instance.
//
// It first ends whoever calls by another architecture's numbers, by which a list of ours would be read wrongly.
// Then it looks for the number in a tree of comparisons. Calls that are allowed whatever their arguments cost
// nothing on Linux 5.11 and newer: the kernel tries each number once and remembers.

import {
  answer,
  conditionalJumpMax,
  type Instruction,
  jump,
  jumpIfAnyBit,
  jumpIfAtLeast,
  jumpIfEqual,
  load,
  offsets,
} from './bpf.ts';
import { type ArgumentRule, firstYoungCall, type Policy } from './policy.ts';
import type { Architecture, SystemCall } from './system-call-numbers.ts';

const EPERM = 1;
const ENOSYS = 38;
export const verdicts = {
  allow: 0x7fff0000,
  kill: 0x80000000,
  refuse: 0x00050000 | EPERM,
  lacking: 0x00050000 | ENOSYS,
} as const;

/** All numbers from `from` up to the next segment have the same fate. */
interface Segment {
  readonly from: number;
  readonly fate: readonly Instruction[];
}

const always = (verdict: number): readonly Instruction[] => [answer(verdict)];
const refusalOf = (number: number): number => (number >= firstYoungCall ? verdicts.lacking : verdicts.refuse);

export function compilePolicy(policy: Policy, architecture: Architecture): readonly Instruction[] {
  return [
    load(offsets.architecture),
    jumpIfEqual(architecture.audit, 1, 0),
    answer(verdicts.kill),
    load(offsets.number),
    ...search(segmentsOf(policy, architecture)),
  ];
}

function segmentsOf(policy: Policy, { numberOf, foreignFrom }: Architecture): Segment[] {
  const fates = new Map<number, readonly Instruction[]>();
  for (const call of policy.allowed) {
    const number = numberOf(call);
    if (number !== null) fates.set(number, always(verdicts.allow));
  }
  for (const [call, rules] of Object.entries(policy.conditional)) {
    const number = numberOf(call as SystemCall);
    if (number !== null) fates.set(number, checkArguments(rules, refusalOf(number)));
  }
  const numbers = [...fates.keys()].sort((a, b) => a - b);
  const segments: Segment[] = [{ from: 0, fate: always(refusalOf(0)) }];
  for (const from of numbers) {
    segments.push({ from, fate: fates.get(from) ?? [] });
    if (!fates.has(from + 1)) segments.push({ from: from + 1, fate: always(refusalOf(from + 1)) });
  }
  segments.push({ from: firstYoungCall, fate: fates.get(firstYoungCall) ?? always(verdicts.lacking) });
  if (foreignFrom !== undefined) segments.push({ from: foreignFrom, fate: always(verdicts.kill) });
  return mergeNeighbours(segments.sort((a, b) => a.from - b.from));
}

/** Of two that begin at the same number the later wins; of two neighbours alike, one is enough. */
function mergeNeighbours(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    if (merged.at(-1)?.from === segment.from) merged.pop();
    const last = merged.at(-1);
    if (!last || !alike(last.fate, segment.fate)) merged.push(segment);
  }
  return merged;
}

const alike = (one: readonly Instruction[], other: readonly Instruction[]): boolean =>
  one.length === 1 && other.length === 1 && one[0]?.k === other[0]?.k;

/** A tree of comparisons; each leaf ends in an answer, so nothing runs on from one into the next. */
function search(segments: readonly Segment[]): readonly Instruction[] {
  const middle = Math.ceil(segments.length / 2);
  const right = segments.slice(middle);
  const pivot = right[0];
  if (!pivot) return segments[0]?.fate ?? [];
  const below = search(segments.slice(0, middle));
  const over =
    below.length <= conditionalJumpMax
      ? [jumpIfAtLeast(pivot.from, below.length, 0)]
      : [jumpIfAtLeast(pivot.from, 0, 1), jump(below.length)];
  return [...over, ...below, ...search(right)];
}

function checkArguments(rules: readonly ArgumentRule[], refusal: number): readonly Instruction[] {
  return [
    ...rules.flatMap((rule) => {
      const low = offsets.argumentLow(rule.argument);
      if ('noneOfBits' in rule) return [load(low), jumpIfAnyBit(rule.noneOfBits, 0, 1), answer(refusal)];
      const high = rule.wide ? check(offsets.argumentHigh(rule.argument), [0], refusal) : [];
      return [...high, ...check(low, rule.oneOf, refusal)];
    }),
    answer(verdicts.allow),
  ];
}

/** Goes on behind itself if the 32 bits at `offset` are one of `values`. */
function check(offset: number, values: readonly number[], refusal: number): Instruction[] {
  return [
    load(offset),
    ...values.map((value, index) => jumpIfEqual(value, values.length - index, 0)),
    answer(refusal),
  ];
}
