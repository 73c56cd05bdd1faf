import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConsoleFollower } from './console-follower.ts';

function useFollower(directory = mkdtempSync(join(tmpdir(), 'slv-'))) {
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const lines: string[] = [];
  const errors: unknown[] = [];
  const follower = new ConsoleFollower(directory, {
    onLines: (_id, parsed) => lines.push(...parsed.map(({ message }) => message)),
    onDropped: () => undefined,
    onError: (_id, error) => errors.push(error),
  });
  return { directory, file: join(directory, 'instance-1'), follower, lines, errors };
}

test('a line without its end waits for it while the process runs, and is told when the process has ended', async () => {
  const { file, follower, lines } = useFollower();
  writeFileSync(file, 'whole\nhalf of');
  await follower.read('instance-1');
  expect(lines).toEqual(['whole']);
  appendFileSync(file, ' the last words');
  await follower.finish('instance-1');
  expect(lines).toEqual(['whole', 'half of the last words']);
});

test('what was written while no control ran is told by the next one, once', async () => {
  const first = useFollower();
  writeFileSync(first.file, 'before\n');
  await first.follower.read('instance-1');
  appendFileSync(first.file, 'meanwhile\n');
  const next = useFollower(first.directory);
  await next.follower.finish('instance-1');
  expect(next.lines).toEqual(['meanwhile']);
});

test('finish tells what was written during a read that was under way', async () => {
  const { file, follower, lines } = useFollower();
  writeFileSync(file, 'one\n');
  const reading = follower.read('instance-1');
  appendFileSync(file, 'two');
  await Promise.all([reading, follower.finish('instance-1')]);
  expect(lines).toEqual(['one', 'two']);
});

test('a file that is removed leaves nothing, even when its removal is seen as a change', async () => {
  const { directory, file, follower, lines } = useFollower();
  writeFileSync(file, 'last\n');
  await follower.finish('instance-1');
  await follower.remove('instance-1');
  expect(existsSync(file)).toBe(false);
  await follower.read('instance-1');
  expect(readdirSync(directory)).toEqual([]);
  // Nothing of its position is remembered: a file of the same name is read from its beginning.
  writeFileSync(file, 'anew\n');
  await follower.read('instance-1');
  expect(lines).toEqual(['last', 'anew']);
});

test('lines are told although how far they were read cannot be kept', async () => {
  const { file, follower, lines, errors } = useFollower();
  await mkdir(`${file}.read`);
  writeFileSync(file, 'said\n');
  await follower.read('instance-1');
  expect(lines).toEqual(['said']);
  expect(errors).toMatchObject([{ code: 'EISDIR' }]);
});

test('what is hidden is told and then written over in the file, and what comes behind it stays whole', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slv-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'instance-1');
  const told: string[] = [];
  const follower = new ConsoleFollower(directory, {
    onLines: (_id, parsed) => told.push(...parsed.map(({ message }) => message)),
    onDropped: () => undefined,
    onError: (_id, error) => expect.fail(String(error)),
    hidden: async (_id, bytes) => {
      const start = Buffer.from(bytes).indexOf('secret');
      return start === -1 ? [] : [{ start, end: start + 'secret'.length }];
    },
  });
  writeFileSync(file, 'before\n');
  await follower.read('instance-1');
  appendFileSync(file, 'a secret here\nand a half');
  await follower.read('instance-1');
  appendFileSync(file, ' line\n');
  await follower.read('instance-1');
  expect(told).toEqual(['before', 'a secret here', 'and a half line']);
  expect(readFileSync(file, 'utf8')).toBe('before\na ****** here\nand a half line\n');
});
