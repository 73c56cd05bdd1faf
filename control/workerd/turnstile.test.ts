import { expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

test('lets as many in as there are places, and the others in the order in which they came', async () => {
  const turnstile = new Turnstile(2);
  const doors = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const entered: number[] = [];
  const work = doors.map((door, n) =>
    turnstile.run(() => {
      entered.push(n);
      return door.promise;
    }),
  );
  expect(entered).toEqual([0, 1]);
  doors[1]?.resolve();
  await work[1];
  expect(entered).toEqual([0, 1, 2]);
  doors[0]?.resolve();
  await work[0];
  expect(entered).toEqual([0, 1, 2, 3]);
});

test('work that fails frees its place', async () => {
  const turnstile = new Turnstile(1);
  await expect(turnstile.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(turnstile.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
});
