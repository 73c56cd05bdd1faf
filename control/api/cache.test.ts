// GET /cache and POST /cache/purge over a platform in memory.

import { expect, test } from 'vitest';
import { useApi } from '../../test/support/use-api.ts';

test('shows sizes and counts', async () => {
  const { call } = useApi();
  const answer = await call('GET', '/cache');
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { size_bytes: 2048, limit_bytes: 1_048_576, entries: 1, evicted: 0, collapsed: 0, functions: [] },
  ]);
});

test('hands on what is to be forgotten, in one form, and says how much it was', async () => {
  const { call, platform } = useApi();
  const answer = await call('POST', '/cache/purge', { project: 'shop', urls: ['https://shop.test/a'] });
  expect([answer.status, await answer.json()]).toEqual([200, { purged: 3 }]);
  expect(platform.purgeCache).toHaveBeenCalledWith(expect.anything(), {
    project: 'shop',
    urls: ['shop.test/a'],
  });
});

test('refuses a purge that names nothing, and says what it must', async () => {
  const { call, platform } = useApi();
  const answer = await call('POST', '/cache/purge', { project: 'shop' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('exactly one of urls, tags, prefixes and everything, and has none');
  expect(platform.purgeCache).not.toHaveBeenCalled();
});
