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

test('whoami with a token of nobody says so', async () => {
  const { output } = await useWrangler(platform).run(['whoami'], {
    env: { CLOUDFLARE_API_TOKEN: 'wrong-token-0123456789' },
  });
  expect(output).toMatch(/neither the owner's|not authenticated|Invalid|Authentication/);
});
