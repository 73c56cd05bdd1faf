import { expect, test } from 'vitest';
import {
  beginsOfWaitingMax,
  beginsPerSharedTurnMax,
  beginsPerTurnMax,
  Lane,
  sharedTurnMsMin,
  Turns,
} from './turns.ts';

const NOW = 1_000_000;

/** Turns whose event loop goes round when the test says so. */
function useTurns() {
  const turns = new Turns();
  const begun: string[] = [];
  let now = NOW;
  let round: PromiseWithResolvers<void> | undefined;
  let runs = 0;
  const lengths: number[] = [];
  const loop = (ms: number): Promise<void> => {
    lengths.push(ms);
    round = Promise.withResolvers<void>();
    return round.promise;
  };
  const ask = (name: string, lane: Lane, times = 1): void => {
    for (let count = 0; count < times; count += 1) {
      if (turns.begin(lane, now)) begun.push(name);
      else if (turns.wait(lane, () => begun.push(name), now)) {
        runs += 1;
        void turns.run(loop, () => now);
      }
    }
  };
  const goRound = async (): Promise<void> => {
    now += 1;
    round?.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  const count = (name: string): number => begun.filter((one) => one === name).length;
  return { turns, ask, goRound, count, begun, lengths, runs: () => runs, pass: (ms: number) => (now += ms) };
}

test('up to its share of a turn a function begins at once, and one past it waits for the next turn', async () => {
  const { ask, goRound, count } = useTurns();
  const lane = new Lane();
  ask('a', lane, beginsPerTurnMax + 1);
  expect(count('a')).toBe(beginsPerTurnMax);
  await goRound();
  expect(count('a')).toBe(beginsPerTurnMax + 1);
});

test("a function with few requests begins at once, whatever another's flood", async () => {
  const { ask, goRound, count } = useTurns();
  const [flood, honest] = [new Lane(), new Lane()];
  ask('flood', flood, 1000);
  for (let round = 1; round <= 5; round += 1) {
    ask('honest', honest);
    expect(count('honest')).toBe(round);
    await goRound();
    expect(count('flood')).toBe(beginsPerTurnMax + beginsPerSharedTurnMax * round);
  }
});

test('functions that wait share each turn evenly, and none is left out', async () => {
  const { ask, goRound, count } = useTurns();
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) ask(name, new Lane(), 200);
  const before = names.map(count);
  for (let round = 0; round < 5; round += 1) await goRound();
  const woken = names.map((name, index) => count(name) - (before[index] ?? 0));
  expect(woken.reduce((sum, each) => sum + each)).toBe((5 * beginsOfWaitingMax) / 4);
  expect(Math.max(...woken) - Math.min(...woken)).toBeLessThanOrEqual(5);
});

test('nobody passes those of its own function who wait', async () => {
  const { ask, goRound, begun } = useTurns();
  const lane = new Lane();
  ask('first', lane, beginsPerTurnMax);
  ask('second', lane);
  ask('third', lane, beginsPerTurnMax);
  await goRound();
  expect(begun.indexOf('second')).toBe(beginsPerTurnMax);
});

test('who has left is not woken, and takes no share', async () => {
  const { turns, ask, goRound, begun } = useTurns();
  const lane = new Lane();
  ask('a', lane, beginsPerTurnMax + 1);
  const left = Array.from({ length: beginsPerTurnMax }, () => () => void begun.push('left'));
  for (const wake of left) turns.wait(lane, wake, NOW);
  ask('b', lane);
  for (const wake of left) turns.forget(lane, wake);
  await goRound();
  expect(begun.slice(beginsPerTurnMax)).toEqual(['a', 'b']);
});

test('turns are counted by one context while somebody waits, and by the clock otherwise', async () => {
  const { ask, goRound, count, runs, pass } = useTurns();
  const lane = new Lane();
  ask('a', lane, 3 * beginsPerTurnMax);
  expect(runs()).toBe(1);
  for (let round = 0; round < 40; round += 1) await goRound();
  expect(count('a')).toBe(3 * beginsPerTurnMax);
  pass(5);
  ask('a', lane, beginsPerTurnMax);
  expect([count('a'), runs()]).toEqual([4 * beginsPerTurnMax, 1]);
  ask('a', lane);
  expect(runs()).toBe(2);
});

test('a context that counted turns and is gone is replaced', () => {
  const { ask, runs, pass } = useTurns();
  const lane = new Lane();
  ask('a', lane, beginsPerTurnMax + 1);
  pass(3000);
  ask('a', lane);
  expect(runs()).toBe(2);
});

test('a turn has a least length while other functions have requests, and none otherwise', async () => {
  const { ask, goRound, lengths } = useTurns();
  const [flood, honest] = [new Lane(), new Lane()];
  ask('flood', flood, 1000);
  await goRound();
  ask('honest', honest);
  await goRound();
  await goRound();
  expect(lengths).toEqual([0, 0, sharedTurnMsMin, sharedTurnMsMin]);
});
