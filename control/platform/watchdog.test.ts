// The watchdog with instances that are only said to run and a clock that is only said to go.

import { expect, test } from 'vitest';
import { demoteAfterMs, overdueGraceMs, type StretchLimits } from '../plan/judge-stretch.ts';
import type { EndCause } from '../workerd/end-cause.ts';
import type { Instance } from '../workerd/instance.ts';
import { Watchdog, watchEveryMs } from './watchdog.ts';

function useWatchdog(limits: StretchLimits = { timeoutMs: 1000, cpuMs: null }) {
  const instance = { id: 'instance-1', functionId: 'fn_1', version: 'v1' } as Instance;
  const instances = new Set([instance]);
  const did: string[] = [];
  const causes: EndCause[] = [];
  const hearts: (() => void)[] = [];
  let cpuMs = 0;
  let now = 0;
  const watchdog = new Watchdog({
    instances: () => instances,
    limits: () => limits,
    cpuMs: () => cpuMs,
    heartbeat: () => {
      did.push('heartbeat');
      return new Promise((resolve) => hearts.push(resolve));
    },
    demote: () => did.push('demote'),
    restore: () => did.push('restore'),
    end: (ended, cause) => {
      did.push('end');
      causes.push(cause);
      instances.delete(ended);
    },
  });
  /** Lets time pass, of which the instance works `share`. */
  const pass = (ms: number, share: number): void => {
    for (const until = now + ms; now < until; ) {
      now += watchEveryMs;
      cpuMs += watchEveryMs * share;
      watchdog.round(now);
    }
  };
  const answer = async (): Promise<void> => {
    hearts.shift()?.();
    await Promise.resolve();
  };
  pass(watchEveryMs, 0);
  return { watchdog, did, causes, pass, answer, jump: (ms: number) => (now += ms) };
}

test('leaves an idle instance alone', () => {
  const { did, pass } = useWatchdog();
  pass(5000, 0);
  pass(5000, 0.2);
  expect(did).toEqual([]);
});

test('a loop is demoted and then ended at the timeout', () => {
  const { watchdog, did, causes, pass } = useWatchdog();
  pass(watchEveryMs + 1000 - watchEveryMs, 1);
  expect(did).toEqual(['heartbeat', 'demote']);
  pass(watchEveryMs, 1);
  expect(did).toEqual(['heartbeat', 'demote', 'end']);
  expect(causes[0]?.code).toBe('FN_002');
  expect(causes[0]?.message).toContain('its timeout of 1 s');
  expect(watchdog.ended).toBe(1);
});

test('cpu_ms ends a loop sooner, and says so', () => {
  const { did, causes, pass } = useWatchdog({ timeoutMs: 30_000, cpuMs: 100 });
  pass(3 * watchEveryMs, 1);
  expect(did).toEqual(['heartbeat', 'end']);
  expect(causes[0]?.message).toContain('100 ms of CPU time (cpu_ms)');
});

test('an instance that works hard and answers is left alone', async () => {
  const { did, pass, answer } = useWatchdog();
  for (let i = 0; i < 50; i += 1) {
    pass(watchEveryMs, 1);
    await answer();
  }
  expect(new Set(did)).toEqual(new Set(['heartbeat']));
});

test('one that answers late gets its processor back', async () => {
  const { did, pass, answer } = useWatchdog();
  pass(watchEveryMs + demoteAfterMs, 1);
  await answer();
  expect(did).toEqual(['heartbeat', 'demote', 'restore']);
  pass(5000, 0);
  expect(did).toHaveLength(3);
});

test('one that overran a timeout and blocks without using CPU is ended too', () => {
  const { watchdog, did, pass } = useWatchdog();
  watchdog.overran('fn_1', 'v1');
  pass(watchEveryMs + overdueGraceMs, 0);
  expect(did).toEqual(['heartbeat', 'demote', 'end']);
});

test('a pause of control itself is not counted against anybody', () => {
  const { did, pass, jump } = useWatchdog();
  pass(watchEveryMs, 1);
  jump(60_000);
  pass(watchEveryMs, 1);
  expect(did).not.toContain('end');
});
