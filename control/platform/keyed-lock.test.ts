import { expect, test } from 'vitest';
import { KeyedLock } from './keyed-lock.ts';

test('work of one key runs in order, also after a failure; work of another key does not wait', async () => {
  const lock = new KeyedLock();
  const seen: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = lock.run('a', async () => {
    await gate;
    seen.push('a1');
    throw new Error('a1 failed');
  });
  const second = lock.run('a', async () => seen.push('a2'));
  await lock.run('b', async () => seen.push('b'));
  open();
  await expect(first).rejects.toThrow('a1 failed');
  await second;
  expect(seen).toEqual(['b', 'a1', 'a2']);
});
