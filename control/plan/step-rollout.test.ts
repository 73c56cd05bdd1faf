// Whole rollouts with a clock of our own: what is seen is given, and time passes when we say so.

import { expect, test } from 'vitest';
import { stepWaitSeconds } from '../model/limits.ts';
import { type Guard, planOf, type RolloutPlan, startRolloutSchema } from '../model/rollout.ts';
import { type Figures, noFigures } from './judge-guard.ts';
import {
  beginRollout,
  canTake,
  holdSecondsMax,
  type RolloutEvent,
  type RolloutProgress,
  type Sight,
  shareBpAt,
  stepRollout,
} from './step-rollout.ts';

const version = 'ab'.repeat(32);
const begin = Date.parse('2026-11-27T12:00:00.000Z');
const histogram = Array.from({ length: 17 }, () => 0);
const seen = (answered: number, failed = 0): Figures => ({
  ...{ answered, failed },
  histogram: histogram.with(3, answered),
});
const fine: Sight = { now: seen(500), old: seen(500), ready: true, failing: undefined };
const quiet: Sight = { ...fine, now: noFigures, old: noFigures };
const broken: Sight = { ...fine, now: seen(100, 50) };
const guard: Guard = { error_rate: { max: 5 }, min_requests: 50 };

const planFor = (input: object): RolloutPlan => planOf(startRolloutSchema.parse({ version, ...input }));
const canary = planFor({ strategy: 'canary', wait_seconds: 60, guard });

/** A rollout that is driven: each call says what happened, and when. */
function drive(plan: RolloutPlan) {
  let now = begin;
  let at: RolloutProgress = beginRollout(now);
  const happens = (event: RolloutEvent): RolloutProgress => {
    at = stepRollout(plan, at, event, now);
    return at;
  };
  return {
    get at() {
      return at;
    },
    get share() {
      return shareBpAt(plan, at) / 100;
    },
    /** Ticks once a second, seeing the same all the time. */
    pass: (seconds: number, sight: Sight) => {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        happens({ is: 'tick', sight });
      }
      return at;
    },
    tick: (sight: Sight) => happens({ is: 'tick', sight }),
    set: (time: number) => {
      now = time;
    },
    command: (is: 'promote' | 'pause' | 'resume' | 'abort') => happens({ is, by: 'ci' }),
    restart: () => happens({ is: 'restarted' }),
  };
}

test('a canary goes through its steps, each watched for its time, and is completed', () => {
  const rollout = drive(canary);
  expect(rollout.share).toBe(1);
  rollout.pass(59, fine);
  expect(rollout.share).toBe(1);
  rollout.pass(1, fine);
  expect(rollout.share).toBe(10);
  rollout.pass(60, fine);
  expect(rollout.share).toBe(50);
  rollout.pass(60, fine);
  expect([rollout.share, rollout.at.state]).toEqual([100, 'running']);
  rollout.pass(60, fine);
  expect([rollout.share, rollout.at.state]).toEqual([100, 'completed']);
});

test('a canary whose guard is content says by which figures it went on', () => {
  const rollout = drive(canary);
  expect(rollout.pass(60, fine).reason).toBe('The guard is content: 500 requests, 0 failed, p95 7.8 ms.');
});

test('a guard that is not content rolls back at once, without waiting for the end of the step', () => {
  const rollout = drive(canary);
  rollout.pass(61, fine);
  rollout.pass(1, broken);
  expect(rollout.at).toMatchObject({
    state: 'rolled_back',
    reason: 'Rolled back at step 2: error rate 50 %, at most 5 % (100 requests, 50 failed).',
  });
  expect(rollout.share).toBe(0);
});

test('what is rolled back stays so, whatever is seen or asked', () => {
  const rollout = drive(canary);
  rollout.pass(1, broken);
  const { at } = rollout;
  rollout.pass(1000, fine);
  for (const command of ['promote', 'pause', 'resume', 'abort'] as const) {
    expect(canTake(at, command)).toBe(false);
    rollout.command(command);
  }
  rollout.restart();
  expect(rollout.at).toBe(at);
});

test('a guard that is not content at 100 % goes back to the old version too', () => {
  const rollout = drive(canary);
  rollout.pass(180, fine);
  expect(rollout.share).toBe(100);
  rollout.pass(1, broken);
  expect([rollout.share, rollout.at.state]).toEqual([0, 'rolled_back']);
});

test('a relative guard alone has nothing to compare with at 100 %, so that the rollout is completed there', () => {
  const rollout = drive(
    planFor({ strategy: 'canary', wait_seconds: 60, guard: { error_rate: { relative: 2 } } }),
  );
  rollout.pass(180, fine);
  expect(rollout.pass(1, broken).state).toBe('completed');
});

test('a step with too few requests is held, says so, and goes on when they have come', () => {
  const rollout = drive(canary);
  rollout.pass(300, { ...fine, now: seen(49) });
  expect([rollout.share, rollout.at.reason]).toEqual([1, 'It waits for requests: 49 of 50 requests.']);
  rollout.pass(1, fine);
  expect(rollout.share).toBe(10);
});

test('a step without requests is given up after the longest hold, and one second before it is not', () => {
  const rollout = drive(canary);
  rollout.pass(60 + holdSecondsMax - 1, quiet);
  expect(rollout.at.state).toBe('running');
  rollout.pass(1, quiet);
  expect(rollout.at).toMatchObject({
    state: 'rolled_back',
    reason: 'Rolled back at step 1: too few requests for the guard: 0 of 50 requests in 3660 s.',
  });
});

test('without requests at the last step nothing is held: everything has moved already', () => {
  const rollout = drive(canary);
  rollout.pass(180, fine);
  expect(rollout.pass(60, quiet).state).toBe('completed');
});

test('without a guard time alone decides, and the last step is not watched', () => {
  const rollout = drive(planFor({ strategy: 'canary', wait_seconds: 60, guard: null }));
  rollout.pass(180, broken);
  expect(rollout.share).toBe(100);
  expect(rollout.pass(1, broken).state).toBe('completed');
});

test('a canary has a guard unless it says that it wants none', () => {
  expect(planFor({ strategy: 'canary' }).guard).not.toBeNull();
  expect(planFor({ strategy: 'rolling' }).guard).toBeNull();
  expect(planFor({ strategy: 'canary' }).stepsBp).toEqual([100, 1000, 5000, 10_000]);
});

test('promote goes to the next step at once, guard or not, and on from the last one completes', () => {
  const rollout = drive(canary);
  rollout.command('promote');
  expect([rollout.share, rollout.at.reason]).toEqual([10, 'Promoted by ci.']);
  rollout.command('promote');
  rollout.command('promote');
  expect([rollout.share, rollout.at.state]).toEqual([100, 'running']);
  expect(rollout.command('promote').state).toBe('completed');
});

test('a paused rollout stays where it is, and when it resumes the step is watched from the start', () => {
  const rollout = drive(canary);
  rollout.pass(59, fine);
  rollout.command('pause');
  expect(rollout.at).toMatchObject({ state: 'paused', reason: 'Paused by ci.' });
  rollout.pass(300, fine);
  expect(rollout.share).toBe(1);
  const before = rollout.at.since;
  expect(rollout.command('resume').since).toBeGreaterThan(before);
  rollout.pass(59, fine);
  expect(rollout.share).toBe(1);
  rollout.pass(1, fine);
  expect(rollout.share).toBe(10);
});

test('a paused rollout is guarded all the same', () => {
  const rollout = drive(canary);
  rollout.command('pause');
  expect(rollout.pass(1, broken).state).toBe('rolled_back');
});

test('the window of a paused rollout begins anew from time to time, so that an old calm hides nothing', () => {
  const rollout = drive(canary);
  const { since } = rollout.at;
  rollout.command('pause');
  rollout.pass(600, fine);
  expect(rollout.at.since).toBe(since);
  rollout.pass(1, fine);
  expect(rollout.at).toMatchObject({ state: 'paused', since: since + 601_000 });
});

test('abort gives everything back to the old version, from running and from paused', () => {
  for (const first of ['promote', 'pause'] as const) {
    const rollout = drive(canary);
    rollout.command(first);
    expect(rollout.command('abort')).toMatchObject({ state: 'aborted', reason: 'Aborted by ci.' });
    expect(rollout.share).toBe(0);
  }
});

test('commands that do not fit the state change nothing', () => {
  const rollout = drive(canary);
  const { at } = rollout;
  expect(rollout.command('resume')).toBe(at);
  const paused = rollout.command('pause');
  expect(rollout.command('pause')).toBe(paused);
});

test('after a restart of control the step is watched from the start, as what was seen is lost', () => {
  const rollout = drive(canary);
  rollout.pass(59, fine);
  rollout.restart();
  rollout.pass(59, fine);
  expect(rollout.share).toBe(1);
  rollout.pass(1, fine);
  expect(rollout.share).toBe(10);
});

test('a clock that was set back neither promotes nor waits for ever', () => {
  const rollout = drive(canary);
  rollout.pass(30, fine);
  rollout.set(begin - 3_600_000);
  rollout.tick(fine);
  expect(rollout.at.since).toBe(begin - 3_600_000);
  rollout.pass(59, fine);
  expect(rollout.share).toBe(1);
  rollout.pass(1, fine);
  expect(rollout.share).toBe(10);
});

test('instances that end again and again roll back with their own reason, guard or not', () => {
  const rollout = drive(planFor({ strategy: 'rolling', wait_seconds: 60 }));
  const failing = 'its instances ended 5 times in a row: out of memory.';
  expect(rollout.pass(1, { ...fine, failing })).toMatchObject({
    state: 'rolled_back',
    reason: 'Rolled back at step 1: its instances ended 5 times in a row: out of memory.',
  });
});

test('a rolling rollout has equal steps', () => {
  const plan = planFor({ strategy: 'rolling', steps: 3, wait_seconds: 10 });
  expect(plan.stepsBp).toEqual([3333, 6667, 10_000]);
  const rollout = drive(plan);
  rollout.pass(10, quiet);
  expect(rollout.share).toBe(66.67);
  rollout.pass(10, quiet);
  expect(rollout.share).toBe(100);
  expect(rollout.pass(1, quiet).state).toBe('completed');
});

test('blue-green waits at 0 % for the command, and then has everything', () => {
  const rollout = drive(planFor({ strategy: 'blue-green' }));
  rollout.pass(100_000, quiet);
  expect([rollout.share, rollout.at.reason]).toEqual([0, 'It waits for `promote`.']);
  rollout.command('promote');
  expect([rollout.share, rollout.at.state]).toEqual([100, 'running']);
  expect(rollout.pass(1, quiet).state).toBe('completed');
});

test('blue-green switches by itself once an instance has run for its time', () => {
  const rollout = drive(planFor({ strategy: 'blue-green', wait_seconds: 30 }));
  rollout.pass(60, { ...quiet, ready: false });
  expect([rollout.share, rollout.at.reason]).toEqual([0, 'It waits for an instance of the new version.']);
  rollout.pass(1, quiet);
  expect(rollout.share).toBe(100);
});

test('blue-green with limits of its own is watched after the switch, and switches back', () => {
  const rollout = drive(planFor({ strategy: 'blue-green', wait_seconds: 30, guard }));
  rollout.pass(30, quiet);
  expect(rollout.share).toBe(100);
  rollout.pass(1, broken);
  expect([rollout.share, rollout.at.state]).toEqual([0, 'rolled_back']);
});

test('a canary that only commands move is guarded all the same', () => {
  const rollout = drive(planFor({ strategy: 'canary', wait_seconds: null, guard }));
  rollout.pass(100_000, fine);
  expect(rollout.share).toBe(1);
  expect(rollout.pass(1, broken).state).toBe('rolled_back');
});

test('where only commands move it, the last step is watched for the usual time and then completed', () => {
  const rollout = drive(planFor({ strategy: 'canary', steps: [10, 100], wait_seconds: null, guard }));
  rollout.command('promote');
  rollout.pass(stepWaitSeconds.default - 1, fine);
  expect([rollout.share, rollout.at.state]).toEqual([100, 'running']);
  expect(rollout.pass(1, fine).state).toBe('completed');
});
