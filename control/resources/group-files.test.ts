import { expect, test } from 'vitest';
import { counter } from './group-files.ts';
import { privateBytes } from './process-usage.ts';

test('a counter is found by its whole name', () => {
  const events = 'low 0\nhigh 0\nmax 31\noom 2\noom_kill 1\noom_group_kill 0\n';
  expect(counter(events, 'oom')).toBe(2);
  expect(counter(events, 'oom_kill')).toBe(1);
  expect(counter('oom_kill_disable 0\nunder_oom 0\noom_kill 3\n', 'oom_kill')).toBe(3);
});

test('a counter that is not there has counted nothing', () => {
  expect(counter('low 0\n', 'oom')).toBe(0);
  expect(counter(undefined, 'oom')).toBe(0);
});

test('memory of a process alone is what is resident without mapped files', () => {
  expect(privateBytes('316544 13000 11000 9000 0 40000 0\n')).toBe(2000 * 4096);
});
