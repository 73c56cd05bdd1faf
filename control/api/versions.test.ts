import { expect, test } from 'vitest';
import { errorOf, FUNCTION_ID, TIME, useApi, VERSION_ID } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';

const shown = {
  id: VERSION_ID,
  function_id: FUNCTION_ID,
  bundle: 'cd'.repeat(32),
  convention: 'event',
  settings: {
    compatibility_date: '2026-11-21',
    compatibility_flags: [],
    memory: 128,
    concurrency: 100,
    wait_until_timeout: 30,
    egress: 'public',
    env: [
      { key: 'API_KEY', secret: true },
      { key: 'GREETING', secret: false },
    ],
  },
  build_logs: ['convention: event'],
  message: null,
  tag: null,
  author: null,
  source_hash: null,
  triggered_by: null,
  signature: null,
  audit: null,
  created_at: TIME,
};

test('lists versions without any value of the environment', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', '/functions/cart/versions?project=shop&limit=2&cursor=c');
  expect(await response.json()).toEqual({ versions: [shown], cursor: null });
  expect(platform.listVersions).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    { limit: 2, cursor: 'c' },
  );
});

test('shows a version', async () => {
  const { call, platform } = useApi();
  expect(await (await call('GET', '/functions/cart/versions/abababab')).json()).toEqual(shown);
  expect(platform.getVersion).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: undefined },
    'abababab',
  );
});

test('answers FN_001 for a version that is not there', async () => {
  const { call, platform } = useApi();
  platform.getVersion.mockRejectedValue(new AppError('FN_001', 'cart has no version "deadbeef".'));
  const response = await call('GET', '/functions/cart/versions/deadbeef');
  expect(response.status).toBe(404);
  expect((await errorOf(response)).error.message).toBe('cart has no version "deadbeef".');
});

test('shows the text that a version runs with', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', '/functions/cart/versions/abababab/config?project=shop');
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toBe('const config :Workerd.Config = ();\n');
  expect(platform.getVersionConfig).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    'abababab',
  );
});

test('lists the versions that have a tag, and refuses an empty one', async () => {
  const { call, platform } = useApi();
  await call('GET', '/functions/cart/versions?tag=v1.2&limit=5');
  expect(platform.listVersions).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart' },
    { limit: 5, tag: 'v1.2' },
  );
  expect((await call('GET', '/functions/cart/versions?tag=')).status).toBe(400);
});
