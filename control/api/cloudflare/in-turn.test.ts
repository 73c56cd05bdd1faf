import { expect, test } from 'vitest';
import { Turns } from './in-turn.ts';

test('work under one key follows each other, a failure among it, and nothing is remembered of it', async () => {
  const turns = new Turns();
  const done: string[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = turns.run('a', async () => {
    await gate;
    done.push('first');
    throw new Error('no');
  });
  const second = turns.run('a', () => void done.push('second'));
  await turns.run('b', () => void done.push('other'));
  expect(done).toEqual(['other']);
  release();
  await expect(first).rejects.toThrow('no');
  await second;
  expect(done).toEqual(['other', 'first', 'second']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(turns.size).toBe(0);
});
