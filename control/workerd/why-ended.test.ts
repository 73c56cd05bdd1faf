import { expect, test } from 'vitest';
import { type EndFacts, memoryMessage, whyEnded } from './why-ended.ts';

const facts = (given: Partial<EndFacts>): EndFacts => ({
  condemned: undefined,
  exceededMemory: false,
  memoryMb: 64,
  exit: { code: 0, signal: null },
  lastWords: undefined,
  ...given,
});

const heapReport = `#
<--- Last few GCs --->

[1:0x1]      172 ms: Mark-Compact (reduce) 57.0 (58.0) -> 57.0 (58.0) MB
workerd/jsg/setup.c++:44: fatal: V8 fatal error; location = Reached heap limit; message = out of memory`;

test('who condemned it says why, whatever else is known', () => {
  const condemned = { code: 'FN_002', message: 'It looped.' } as const;
  expect(whyEnded(facts({ condemned, exceededMemory: true }))).toBe(condemned);
});

test('the memory limit is named with its value and the cure', () => {
  const cause = whyEnded(facts({ exceededMemory: true, exit: { code: 137, signal: null } }));
  expect(cause).toEqual({ code: 'FN_003', message: memoryMessage(64) });
  expect(cause.message).toContain('memory of 64 MB');
  expect(cause.message).toContain('raise "memory" (at most 4096)');
});

test('who has the most memory that can be had is not told to ask for more', () => {
  expect(memoryMessage(4096)).not.toContain('raise');
});

test.each([
  ['exit 1', { code: 1, signal: null }],
  ['SIGABRT', { code: null, signal: 'SIGABRT' }],
  ['SIGTRAP inside the sandbox', { code: 133, signal: null }],
  ['an adopted process', { code: null, signal: null }],
])('a heap that V8 gave up is the memory limit: %s', (_, exit) => {
  expect(whyEnded(facts({ exit, lastWords: heapReport })).code).toBe('FN_003');
});

test('a function that writes what looks like a report and is then killed has not used up its memory', () => {
  const cause = whyEnded(facts({ exit: { code: 137, signal: null }, lastWords: heapReport }));
  expect(cause).toMatchObject({ code: 'FN_004', message: expect.stringContaining('killed from outside') });
});

test.each([
  [{ code: 134, signal: null }, 'SIGABRT'],
  [{ code: null, signal: 'SIGSEGV' }, 'SIGSEGV'],
  [{ code: 162, signal: null }, 'signal 34'],
  [{ code: 3, signal: null }, 'exit 3'],
  [{ code: null, signal: null }, 'how is not known'],
])('any other end is told as it was: %j', (exit, how) => {
  const cause = whyEnded(facts({ exit, lastWords: 'Segmentation fault' }));
  expect(cause).toMatchObject({ code: 'FN_004', message: expect.stringContaining(how) });
});
