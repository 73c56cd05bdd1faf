import { expect, test } from 'vitest';
import { RateLimit, RateLimits, type RateRule } from './rate-limit.ts';

const NOW = 1_000_000_000;
const rule: RateRule = { requests: 5, windowMs: 1000 };

test('one request past the limit is refused, and told when the next one is let in', () => {
  const limit = new RateLimit();
  const answers = [1, 2, 3, 4, 5, 6].map((at) => limit.lease(rule, 1, NOW + at * 10));
  expect(answers.map(({ granted }) => granted)).toEqual([1, 1, 1, 1, 1, 0]);
  const { forMs } = answers[5] as { forMs: number };
  expect(limit.lease(rule, 1, NOW + 60 + forMs - 1).granted).toBe(0);
  expect(limit.lease(rule, 1, NOW + 60 + forMs).granted).toBe(1);
});

test('a lease is cut to what is left', () => {
  const limit = new RateLimit();
  expect(limit.lease(rule, 3, NOW).granted).toBe(3);
  expect(limit.lease(rule, 3, NOW).granted).toBe(2);
  expect(limit.lease(rule, 3, NOW).granted).toBe(0);
});

test.each([
  { requests: 1, windowMs: 1000 },
  { requests: 7, windowMs: 1000 },
  { requests: 200, windowMs: 60_000 },
  { requests: 1000, windowMs: 3_600_000 },
])('no window of $windowMs ms ever sees more than $requests requests', (each) => {
  const limit = new RateLimit();
  const used: number[] = [];
  const leases: { left: number; until: number }[] = [];
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let now = NOW; now < NOW + 5 * each.windowMs; now += 1 + random(each.windowMs / each.requests)) {
    const { granted, forMs } = limit.lease(each, 1 + random(4), now);
    if (granted === 0) continue;
    used.push(now);
    leases.push({ left: granted - 1, until: now + forMs });
    // Fronts use up what they hold whenever they like, as late as they may.
    for (const lease of leases) {
      if (now < lease.until && lease.left > 0 && random(3) === 0) {
        lease.left -= 1;
        used.push(now);
      }
    }
  }
  expect(used.length).toBeGreaterThan(each.requests);
  for (const [index, at] of used.entries()) {
    const before = used[index - each.requests];
    if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(each.windowMs);
  }
});

test('a limit that is used steadily lets all of its rate through', () => {
  const limit = new RateLimit();
  let granted = 0;
  for (let now = NOW; now < NOW + 60_000; now += 1) granted += limit.lease(rule, 1, now).granted;
  expect(granted).toBeGreaterThanOrEqual(5 * 58);
  expect(granted).toBeLessThanOrEqual(5 * 60);
});

test('a clock that goes back neither frees a place nor keeps one for ever', () => {
  const limit = new RateLimit();
  limit.lease(rule, 5, NOW);
  expect(limit.lease(rule, 1, NOW - 5000).granted).toBe(0);
  expect(limit.lease(rule, 1, NOW + 1200).granted).toBe(1);
});

test('functions are counted apart, a changed rule holds at once, and what is idle is forgotten', () => {
  const limits = new RateLimits();
  expect(limits.lease('a', rule, 5, NOW).granted).toBe(5);
  expect(limits.lease('b', rule, 5, NOW).granted).toBe(5);
  expect(limits.lease('a', { requests: 7, windowMs: 1000 }, 5, NOW).granted).toBe(2);
  expect(limits.lease('a', { requests: 3, windowMs: 1000 }, 1, NOW).granted).toBe(0);
  limits.sweep(NOW);
  expect(limits.lease('a', rule, 1, NOW).granted).toBe(0);
  limits.sweep(NOW + 5000);
  expect(limits.lease('a', rule, 5, NOW).granted).toBe(5);
  expect(limits.lease('a', null, 1, NOW).granted).toBe(1);
});
