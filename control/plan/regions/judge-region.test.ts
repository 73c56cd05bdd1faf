import { expect, test } from 'vitest';
import {
  judgeRegion,
  latencyChangesMin,
  latencyMarginMs,
  type RegionCheck,
  type RegionState,
  regionFailuresMax,
  regionSuccessesMin,
  UNKNOWN_REGION,
} from './judge-region.ts';

type Seen = number | string;

/** A number is an answer in so many milliseconds, a text the fault of none; a check a second. */
function after(seen: readonly Seen[], from: RegionState = UNKNOWN_REGION): RegionState {
  return seen.reduce<RegionState>((state, one, index) => {
    const at = (state.checkedAt ?? 0) + (index === 0 && state.checkedAt === null ? 1 : 1000);
    const check: RegionCheck = typeof one === 'number' ? { at, latencyMs: one } : { at, fault: one };
    return judgeRegion(state, check);
  }, from);
}

test('the first word decides at once', () => {
  expect(after([])).toMatchObject({ healthy: true, since: null, latencyMs: null });
  expect(after([12])).toMatchObject({ healthy: true, since: 1, latencyMs: 12 });
  expect(after(['cut off'])).toMatchObject({ healthy: false, since: 1, fault: 'cut off' });
});

test('a region is left after so many failures in a row, and not after one fewer', () => {
  const failures = Array<Seen>(regionFailuresMax).fill('cut off');
  expect(after([5, ...failures.slice(1)])).toMatchObject({ healthy: true, fault: null });
  expect(after([5, ...failures])).toMatchObject({ healthy: false, fault: 'cut off' });
  expect(after([5, ...failures.slice(1), 5, ...failures.slice(1)])).toMatchObject({ healthy: true });
});

test('it is taken again after so many answers in a row, and not after one fewer', () => {
  const down = after(['cut off']);
  const answers = Array<Seen>(regionSuccessesMin).fill(5);
  expect(after(answers.slice(1), down)).toMatchObject({ healthy: false, fault: 'cut off' });
  expect(after(answers, down)).toMatchObject({ healthy: true, fault: null });
  expect(after([...answers.slice(1), 'again', ...answers.slice(1)], down)).toMatchObject({ healthy: false });
});

test('one that answers every other time neither comes back nor goes', () => {
  const flapping = Array.from({ length: 40 }, (_, at): Seen => (at % 2 === 0 ? 5 : 'cut off'));
  expect(after([5, ...flapping])).toMatchObject({ healthy: true });
  expect(after(flapping, after(['cut off']))).toMatchObject({ healthy: false });
});

test('another latency is told when it was another one, by the margin, so many times in a row', () => {
  const more = Array<Seen>(latencyChangesMin).fill(40 + latencyMarginMs + 1);
  expect(after([40, ...more.slice(1)])).toMatchObject({ latencyMs: 40 });
  expect(after([40, ...more])).toMatchObject({ latencyMs: 51 });
  expect(after([40, ...more.map(() => 40 + latencyMarginMs)])).toMatchObject({ latencyMs: 40 });
  expect(after([40, ...more.slice(1), 40, ...more.slice(1)])).toMatchObject({ latencyMs: 40 });
});

test('of a large latency the margin is a share, and of the measures that differ the middle one is told', () => {
  expect(after([200, 249, 250, 250, 250])).toMatchObject({ latencyMs: 200 });
  expect(after([200, 251, 900, 260])).toMatchObject({ latencyMs: 260 });
  expect(after([200, 20, 5, 21])).toMatchObject({ latencyMs: 20 });
});
