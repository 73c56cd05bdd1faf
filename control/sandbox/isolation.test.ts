import { expect, test } from 'vitest';
import type { Sandbox } from './bubblewrap.ts';
import { isolationOf, problemsOf } from './isolation.ts';

const whole: Sandbox = {
  kind: 'bubblewrap',
  description: 'bubblewrap 0.8.0',
  libraries: [],
  filterFd: 20,
  userNamespaceFd: 21,
  weaknesses: [],
};

test('a whole sandbox tells of its filter and its user, and is no problem', () => {
  expect(isolationOf(whole)).toMatchObject({
    sandbox: 'bubblewrap 0.8.0',
    system_calls: expect.stringMatching(/^an allowlist of \d+/),
    user: expect.stringContaining('2000000000'),
  });
  expect(problemsOf(whole)).toEqual([]);
});

test('a sandbox without a filter says so, and its weakness is a problem', () => {
  const { filterFd: _, ...without } = whole;
  const sandbox = { ...without, weaknesses: ['No filter of system calls: the kernel lacks it'] };
  expect(isolationOf(sandbox).system_calls).toMatch(/^no filter/);
  expect(problemsOf(sandbox)).toEqual([
    'The sandbox is weaker than it should be. No filter of system calls: the kernel lacks it.',
  ]);
});

test('no sandbox is none in every respect, and a problem', () => {
  const none: Sandbox = { kind: 'none', description: 'bubblewrap is not installed', libraries: [] };
  expect(new Set(Object.values(isolationOf(none)))).toEqual(new Set(['none: bubblewrap is not installed']));
  expect(problemsOf(none)).toEqual(['Functions run without a sandbox: bubblewrap is not installed.']);
});
