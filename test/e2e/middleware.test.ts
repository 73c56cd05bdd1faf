// Goal: seed 004's chain runs as it is written but for the package's name, and chains do in real functions what they say:
// the context, the cache, the places of the platform.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { seedBlock } from '../support/seed-block.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge({ SELVEDGE_TRUSTED_PROXIES: '127.0.0.2', SELVEDGE_GEO: 'off' });

test("the seed's example, with the package's name in place of the seed's", async () => {
  const code = seedBlock('004/middleware-support.ts').replace('@bunbase/functions', 'selvedge/functions');
  const { convention } = await platform.create('seeded', { 'index.ts': code });
  expect(convention).toBe('fetch');
  const refused = await platform.call('seeded', '/', { headers: { 'x-selvedge-user': 'forged' } });
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, '*']);
  // Who may come is the platform's to say.
  const digest = createHash('sha256').update('a long password').digest('hex');
  const rules = {
    auth: { method: { type: 'basic', users: [{ name: 'ada', password_sha256: digest }] } },
  };
  const changed = await platform.api('PUT', '/functions/seeded', { rules });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  const headers = { authorization: `Basic ${btoa('ada:a long password')}` };
  const answer = await platform.call('seeded', '/', { headers });
  expect([answer.status, answer.text]).toEqual([200, '{"success":true}']);
  expect(answer.headers['ratelimit-policy']).toBe('"function";q=100;w=60');
});

const chain = `
import { abTest, cache, geo, middleware, rateLimit } from 'selvedge/functions';
let calls = 0;
export default { fetch: middleware([
  geo({ deny: { countries: ['AQ'] } }),
  abTest({ name: 'button', variants: { red: 1 } }),
  rateLimit({ maxRequests: 1000, window: '1m', key: (request) => new URL(request.url).pathname }),
  cache({ maxAge: '1m' }),
  (request, { env, geo, variant, rateLimit }) =>
    Response.json({ call: ++calls, name: env.NAME, country: geo.country ?? null, variant, left: rateLimit.remaining }),
]) };`;

test('a chain of all parts as a Workers module: variables, variant, limit, and answers that are kept', async () => {
  await platform.create('chained', { 'index.js': chain }, { environment: { NAME: 'ada' } });
  const first = await platform.call('chained', '/a');
  expect([first.status, JSON.parse(first.text)]).toEqual([
    ...[200, { call: 1, name: 'ada', country: null, variant: 'red', left: 999 }],
  ]);
  expect(first.headers['cache-control']).toBe('max-age=60');
  const call = async (path: string): Promise<number> =>
    JSON.parse((await platform.call('chained', path)).text).call;
  await expect.poll(() => call('/a'), { timeout: 5000 }).toBe(1);
  expect(await call('/other')).toBeGreaterThan(1);
});
