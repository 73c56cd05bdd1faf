// Goal: wrangler puts the router of this repository on a Selvedge, where it serves two functions of it.
// Method: the real `wrangler deploy` of the three, as their files are, against a platform of its own; then requests.

import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler } from '../support/use-wrangler.ts';

const root = join(import.meta.dirname, '../..');
const platform = useSharedSelvedge();

test('the router is a function like others, and leads to functions by its service bindings', async () => {
  const wrangler = useWrangler(platform);
  // What wrangler deploys from, apart from what it writes beside it.
  for (const path of ['edge', 'wrangler.toml', 'test/fixtures/router']) {
    mkdirSync(join(wrangler.cwd, path, '..'), { recursive: true });
    cpSync(join(root, path), join(wrangler.cwd, path), { recursive: true });
  }
  // As in a clone after `npm ci`: the router has packages.
  symlinkSync(join(root, 'node_modules'), join(wrangler.cwd, 'node_modules'));
  for (const name of ['hello', 'cart'])
    expect(await wrangler.ok(['deploy', '-c', `test/fixtures/router/${name}/wrangler.toml`])).toContain(
      `Uploaded ${name}`,
    );
  expect(await wrangler.ok(['deploy', '-c', 'wrangler.toml'])).toContain('Uploaded selvedge-router');

  const token = { authorization: 'Bearer a-token-for-the-example' };
  const at = (path: string, headers: Record<string, string> = {}) =>
    platform.call('selvedge-router', path, { headers });
  const hello = await at('/p/default/functions/hello/some/path');
  expect([hello.status, hello.text]).toEqual([200, '{"hello":"/some/path","method":"GET","body":""}']);
  expect((await at('/p/shop/functions/cart/items')).status).toBe(401);
  // The front takes its own tokens alone, and hands on what the router knows.
  const cart = await at('/p/shop/functions/cart/items', token);
  expect(JSON.parse(cart.text)).toMatchObject({ cart: '/items', authorization: null });
  const nowhere = await at('/p/shop/functions/nobody');
  expect([nowhere.status, JSON.parse(nowhere.text).error.code]).toEqual([404, 'FN_001']);
});
