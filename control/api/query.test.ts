import { expect, test } from 'vitest';
import { errorOf, useApi } from '../../test/support/use-api.ts';

const refusal = async (path: string): Promise<string> => {
  const response = await useApi().call('GET', path);
  expect(response.status).toBe(400);
  const { error } = await errorOf(response);
  expect(error.code).toBe('FN_006');
  return error.message;
};

test.each([
  ['/functions?limit=0', 'limit is "0": must be at least 1.'],
  ['/functions?limit=1001', 'limit is "1001": must be at most 1000.'],
  ['/functions?limit=ten', 'limit is "ten": must be a whole number.'],
  ['/functions?limit=', 'limit is "": must be a whole number.'],
  ['/functions?limit=1.5', 'limit is "1.5": must be a whole number.'],
  [
    '/functions?status=live',
    'status is "live": must be one of "draft", "building", "deployed", "failed", "disabled".',
  ],
  ['/functions?cursor=', 'cursor is "": must not be empty.'],
  [`/functions?search=${'x'.repeat(201)}`, `search is "${'x'.repeat(79)}…: must be at most 200 characters.`],
  [
    '/functions?page=2',
    '"page" is not a parameter of this call; allowed are project, environment, status, search, limit, cursor.',
  ],
  ['/functions?limit=1&limit=2', '"limit" is given 2 times: give it once.'],
  ['/functions/cart?include=source', 'include is "source": must be "code".'],
  [
    '/functions/cart?project=No',
    'project is "No": must be lower-case letters, digits, "-" and "_", and begin and end with a letter or digit.',
  ],
  [
    '/functions/cart/logs?since=yesterday',
    'since is "yesterday": must be a time such as "2026-11-21T12:00:00Z".',
  ],
  ['/functions/cart/logs?follow=yes', 'follow is "yes": must be one of "true", "false".'],
  ['/health?verbose=1', '"verbose" is not a parameter of this call; it takes none.'],
])('refuses %s', async (path, message) => {
  expect(await refusal(path)).toBe(message);
});

test('lists every fault of a query', async () => {
  const response = await useApi().call('GET', '/functions?limit=0&statsu=failed');
  expect((await errorOf(response)).error.issues?.map((issue) => issue.path)).toEqual(['limit', 'statsu']);
});

test('passes the default and the largest page size on', async () => {
  const { call, platform } = useApi();
  await call('GET', '/functions');
  expect(platform.listFunctions.mock.lastCall?.[1].limit).toBe(100);
  await call('GET', '/functions?limit=1000');
  expect(platform.listFunctions.mock.lastCall?.[1].limit).toBe(1000);
});
