import { expect, test } from 'vitest';
import { keepWarm, warmVersionSeconds, warmVersionsPerFunctionMax } from './keep-warm.ts';

const now = 10_000_000;
const replaced = (version: string, secondsAgo: number, instances: readonly string[] = [version]) => ({
  ...{ version, instances, replacedAt: now - secondsAgo * 1000 },
});

test('keeps the oldest instance of a version that was just replaced, and retires its others', () => {
  expect(keepWarm([replaced('a', 0, ['a1', 'a2', 'a3'])], now)).toEqual({
    warm: [{ version: 'a', instance: 'a1' }],
    retired: ['a2', 'a3'],
  });
});

test('keeps as many versions as it may, those replaced last', () => {
  const versions = Array.from({ length: warmVersionsPerFunctionMax + 1 }, (_, index) =>
    replaced(`v${index}`, 10 - index),
  );
  expect(keepWarm(versions, now).retired).toEqual(['v0']);
});

test('keeps no version beyond its time, and none that was never live', () => {
  const never = { version: 'p', replacedAt: 0, instances: ['p'] };
  expect(keepWarm([replaced('a', warmVersionSeconds - 1), never], now).retired).toEqual(['p']);
  expect(keepWarm([replaced('a', warmVersionSeconds)], now).retired).toEqual(['a']);
});

test('a version without an instance takes nobody else the place', () => {
  const empty = replaced('a', 0, []);
  const others = Array.from({ length: warmVersionsPerFunctionMax }, (_, index) => replaced(`v${index}`, 5));
  expect(keepWarm([empty, ...others], now).retired).toEqual([]);
});
