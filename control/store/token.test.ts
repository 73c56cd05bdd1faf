import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { readOrCreateToken } from './token.ts';

const useTokenFile = (): { token: string } => ({ token: join(useTmpDir(), 'token') });

test('makes a token at the first start and finds it at the next', async () => {
  const dataDir = useTokenFile();
  const first = await readOrCreateToken(dataDir);
  expect(first).toEqual({ token: expect.stringMatching(/^slv_[0-9A-Za-z]{40}$/), created: true });
  expect(await readOrCreateToken(dataDir)).toEqual({ token: first.token, created: false });
  expect(statSync(dataDir.token).mode & 0o777).toBe(0o600);
});

test('prefers a given token and does not write it down', async () => {
  const dataDir = useTokenFile();
  expect(await readOrCreateToken(dataDir, 'given-by-the-owner')).toEqual({
    token: 'given-by-the-owner',
    created: false,
  });
  expect(existsSync(dataDir.token)).toBe(false);
});

test('takes a token that somebody put there, and closes it to others', async () => {
  const dataDir = useTokenFile();
  writeFileSync(dataDir.token, 'sixteen-letters!\n');
  chmodSync(dataDir.token, 0o644);
  expect(await readOrCreateToken(dataDir)).toEqual({ token: 'sixteen-letters!', created: false });
  expect(statSync(dataDir.token).mode & 0o777).toBe(0o600);
});

test.each(['', 'fifteen-letters', 'words with spaces in them'])(
  'refuses a file that holds "%s", and leaves it alone',
  async (content) => {
    const dataDir = useTokenFile();
    writeFileSync(dataDir.token, content);
    await expect(readOrCreateToken(dataDir)).rejects.toThrow(
      `${dataDir.token} must hold 16 to 256 printable characters without spaces`,
    );
    expect(readFileSync(dataDir.token, 'utf8')).toBe(content);
  },
);

test('says what to do when the file cannot be written', async () => {
  const dataDir = { token: join(useTmpDir(), 'gone', 'token') };
  await expect(readOrCreateToken(dataDir)).rejects.toMatchObject({
    code: 'SYS_002',
    message: `${dataDir.token} is in a directory that does not exist (any more): put the data directory back, or set SELVEDGE_DATA to another.`,
  });
});
