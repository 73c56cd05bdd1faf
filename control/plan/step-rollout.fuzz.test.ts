// Whatever happens to a rollout in whatever order: it never leaps, never comes back to life, and never goes on while its
// guard is not content.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RolloutPlan } from '../model/rollout.ts';
import { isOver, STRATEGIES } from '../model/rollout.ts';
import { FULL_SHARE_BP } from '../model/share.ts';
import { type Figures, judgeGuard } from './judge-guard.ts';
import { beginRollout, type RolloutEvent, shareBpAt, stepRollout } from './step-rollout.ts';

const figures: fc.Arbitrary<Figures> = fc
  .record({ answered: fc.nat(200), failed: fc.nat(200), bucket: fc.nat(16) })
  .map(({ answered, failed, bucket }) => ({
    answered,
    failed: Math.min(answered, failed),
    histogram: Array.from({ length: 17 }, (_, index) => (index === bucket ? answered : 0)),
  }));

const plans: fc.Arbitrary<RolloutPlan> = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  stepsBp: fc
    .uniqueArray(fc.integer({ min: 0, max: FULL_SHARE_BP - 1 }), { minLength: 1, maxLength: 5 })
    .map((steps) => [...steps.toSorted((a, b) => a - b), FULL_SHARE_BP]),
  waitSeconds: fc.option(fc.integer({ min: 1, max: 600 })),
  guard: fc.option(
    fc.record({
      error_rate: fc.record({
        max: fc.integer({ min: 0, max: 100 }),
        relative: fc.integer({ min: 1, max: 5 }),
      }),
      p95: fc.record({ max_ms: fc.integer({ min: 1, max: 1000 }) }),
      min_requests: fc.integer({ min: 1, max: 100 }),
    }),
  ),
});

const events: fc.Arbitrary<RolloutEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ now: figures, old: figures, ready: fc.boolean(), fails: fc.boolean() })
      .map(({ fails, ...sight }) => ({
        is: 'tick' as const,
        sight: { ...sight, failing: fails && sight.now.answered % 7 === 0 ? 'it ends' : undefined },
      })),
  },
  fc.constantFrom('promote', 'pause', 'resume', 'abort').map((is) => ({ is, by: 'ci' }) as RolloutEvent),
  fc.constant({ is: 'restarted' } as const),
);

/** The clock may go back. */
const happenings = fc.array(fc.tuple(events, fc.integer({ min: -2000, max: 900 })), { maxLength: 60 });

test('a rollout moves one step at a time, or gives everything back, and what is over stays so', () => {
  fc.assert(
    fc.property(plans, happenings, (plan, all) => {
      let now = 1_800_000_000_000;
      let at = beginRollout(now);
      for (const [event, seconds] of all) {
        now += seconds * 1000;
        const next = stepRollout(plan, at, event, now);
        if (isOver(at.state)) expect(next).toBe(at);
        expect([0, 1]).toContain(next.step - at.step);
        expect(next.step).toBeLessThan(plan.stepsBp.length);
        const back = next.state === 'aborted' || next.state === 'rolled_back';
        expect(shareBpAt(plan, next)).toBe(back ? 0 : plan.stepsBp[next.step]);
        if (next.state === 'completed') expect(shareBpAt(plan, next)).toBe(FULL_SHARE_BP);
        if (back && at.state !== next.state) expect(next.reason).toMatch(/^(Rolled back|Aborted)/);
        // Neither a step nor an end that was not asked for comes before its wait is over.
        if (event.is === 'tick' && next.step > at.step)
          expect(now - at.since).toBeGreaterThanOrEqual(
            (plan.waitSeconds ?? Number.POSITIVE_INFINITY) * 1000,
          );
        at = next;
      }
    }),
    { seed: 20261127, numRuns: 2000 },
  );
});

test('no tick goes on with a version that its guard is not content with', () => {
  fc.assert(
    fc.property(plans, happenings, (plan, all) => {
      let now = 1_800_000_000_000;
      let at = beginRollout(now);
      for (const [event, seconds] of all) {
        now += seconds * 1000;
        const next = stepRollout(plan, at, event, now);
        const share = shareBpAt(plan, at);
        const looked = event.is === 'tick' && !isOver(at.state) && now >= at.since && share > 0;
        if (looked && plan.guard && share < FULL_SHARE_BP) {
          const { is } = judgeGuard(plan.guard, event.sight.now, event.sight.old);
          if (is === 'bad') expect(next.state).toBe('rolled_back');
          if (is === 'open') expect(next.step).toBe(at.step);
        }
        at = next;
      }
    }),
    { seed: 20261127, numRuns: 2000 },
  );
});
