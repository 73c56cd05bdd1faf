// Goal: wrangler knows whose token it has, and which projects it may use.
// Method: the real wrangler against a platform of its own.

import { expect, test } from 'vitest';
import { accountIdOf } from '../../control/api/cloudflare/account-of.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler } from '../support/use-wrangler.ts';

const platform = useSharedSelvedge();

test('whoami tells the name of the token and the projects as accounts', async () => {
  const output = await useWrangler(platform).ok(['whoami']);
  expect(output).toContain('default');
  expect(output).toContain(accountIdOf('default'));
});

test('a key for one project deploys there, and nowhere else; a new project is named by its name', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': JSON.stringify({
      ...{ name: 'cart', main: 'index.js', compatibility_date: '2026-11-01', vars: { WHERE: 'live' } },
      env: { staging: { vars: { WHERE: 'staging' } } },
    }),
    'index.js': 'export default { fetch: (request, env) => new Response(env.WHERE) };',
  });
  await wrangler.ok(['deploy'], { env: { CLOUDFLARE_ACCOUNT_ID: 'shop' } });
  expect((await platform.call('cart.shop.localhost')).text).toBe('live');

  const key = { name: 'ci', role: 'deployer', projects: ['shop'] };
  const { token } = (await platform.api<{ token: string }>('POST', '/keys', key)).body;
  const env = { CLOUDFLARE_API_TOKEN: token };
  await wrangler.ok(['deploy', '--env', 'staging'], { env });
  expect((await platform.call('cart-staging.shop.localhost')).text).toBe('staging');
  const elsewhere = { ...env, CLOUDFLARE_ACCOUNT_ID: accountIdOf('default') };
  expect(await wrangler.refused(['deploy'], { env: elsewhere })).toContain('There is no account');
  expect((await platform.call('cart')).status).toBe(404);
});

test('whoami with a token of nobody says so', async () => {
  const { output } = await useWrangler(platform).run(['whoami'], {
    env: { CLOUDFLARE_API_TOKEN: 'wrong-token-0123456789' },
  });
  expect(output).toMatch(/neither the owner's|not authenticated|Invalid|Authentication/);
});
