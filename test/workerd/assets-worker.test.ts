// Goal: what stands before a function with static files leaves the platform's own calls as they are, and an asset needs
// nothing of the function. What a visitor sees of it is compared with Cloudflare's tools in assets-conformance.test.ts.

import { expect, test } from 'vitest';
import { CONSOLE_MARK, INVOKE_SCHEDULED } from '../../edge/contract/names.ts';
import { useAssetsInstance } from '../support/use-assets-instance.ts';
import { waitFor } from '../support/wait-for.ts';

const files = { '/index.html': 'home', '/about.html': 'about', '/app.js': 'export {}' };
const echo = `export default { fetch: (request) =>
  Response.json({ url: request.url, cf: request.cf, headers: Object.fromEntries(request.headers) }) }`;

test("a function behind assets gets requests as they came, the platform's headers too", async () => {
  const instance = await useAssetsInstance({ files, script: echo });
  const headers = { 'x-selvedge-mount': '/p/a', 'x-request-id': 'r', 'cf-blob': '{"country":"DE"}' };
  const { body } = await instance.fetch('http', '/nothing?a=1', headers);
  const { 'cf-blob': _hidden, ...seen } = headers;
  expect(JSON.parse(body)).toMatchObject({
    ...{ url: 'http://test.localhost/nothing?a=1', cf: { country: 'DE' }, headers: seen },
  });
});

test("the probe is the function's to answer, whatever is at its path, and of assets alone it is answered", async () => {
  const headers = { 'x-selvedge-probe': '1' };
  const behind = await useAssetsInstance({ files, script: echo });
  expect((await behind.fetch('http', '/', headers)).body).toContain('x-selvedge-probe');
  const alone = await useAssetsInstance({ files });
  expect(await alone.fetch('http', '/', headers)).toMatchObject({ status: 204 });
});

test('assets are served when the function does nothing but loop, throw or wait', async () => {
  for (const body of ['throw new Error("no")', 'return new Promise(() => {})']) {
    const instance = await useAssetsInstance({ files, script: `export default { fetch() { ${body} } }` });
    expect(await instance.fetch('http', '/about')).toMatchObject({ status: 200, body: 'about' });
  }
});

test('a redirect leads to where the function is mounted', async () => {
  const instance = await useAssetsInstance({ files, config: { _redirects: '/x https://example.com/y 301' } });
  const headers = { 'x-selvedge-mount': '/p/shop/functions/site' };
  const location = async (path: string) => (await instance.fetch('http', path, headers)).headers.location;
  expect(await location('/about.html')).toBe('/p/shop/functions/site/about');
  expect(await location('/index.html?a=1')).toBe('/p/shop/functions/site/?a=1');
  expect(await location('/x')).toBe('https://example.com/y');
});

test("who invokes an asset is told when it is done, and the line counts as none of the function's", async () => {
  const instance = await useAssetsInstance({ files });
  await instance.fetch('http', '/about', { 'x-selvedge-invoke': '1', 'x-request-id': 'r1' });
  const line = await waitFor('the line', () => instance.output().endsWith('\n') && instance.output());
  expect(line.startsWith(CONSOLE_MARK)).toBe(true);
  expect(JSON.parse(line.slice(CONSOLE_MARK.length))).toEqual({
    ...{ k: 'end', n: -1, t: expect.any(Number), r: 'r1' },
  });
});

test('an asset whose bytes are lost is a 500 that a front does not take for the end of the instance', async () => {
  const instance = await useAssetsInstance({ files, lost: ['/app.js'] });
  expect(await instance.fetch('http', '/app.js')).toMatchObject({
    status: 500,
    headers: { 'x-selvedge-outcome': 'answered' },
  });
  expect((await instance.fetch('http', '/app.js', { 'if-none-match': 'x' })).status).toBe(500);
});

test('who has an asset already is told so, by its hash, without its bytes being read', async () => {
  const instance = await useAssetsInstance({ files, lost: ['/app.js'] });
  const etag = String((await instance.fetch('http', '/about')).headers.etag);
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
  for (const known of [etag, `W/${etag}`])
    expect(await instance.fetch('http', '/about', { 'if-none-match': known })).toMatchObject({
      status: 304,
      body: '',
    });
});

test.each([
  '/../../etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/blobs',
  '/about/../../x',
])('the path %s leads out of nothing', async (path) => {
  const instance = await useAssetsInstance({ files });
  expect(await instance.fetch('http', path)).toMatchObject({ status: 404, body: '' });
});

test("flags of the asset worker are taken, and are none of the runtime's", async () => {
  const off = await useAssetsInstance({
    ...{ files, script: echo, compatibilityFlags: ['assets_navigation_has_no_effect'] },
    config: { not_found_handling: 'single-page-application' },
  });
  const on = await useAssetsInstance({
    files,
    script: echo,
    config: { not_found_handling: 'single-page-application' },
  });
  const headers = { 'sec-fetch-mode': 'navigate' };
  expect((await off.fetch('http', '/some/page', headers)).body).toContain('/some/page');
  expect((await on.fetch('http', '/some/page', headers)).body).toBe('home');
});

test('what another function asks for by a binding may be an asset, unless it names an entrypoint', async () => {
  const instance = await useAssetsInstance({ files, script: echo });
  const bound = (entrypoint: string | null) => ({
    'x-selvedge-bound': JSON.stringify({ url: 'http://elsewhere.test/about', entrypoint, depth: 1 }),
  });
  expect((await instance.fetch('http', '/bound', bound(null))).body).toBe('about');
  expect((await instance.fetch('http', '/bound', bound('Other'))).body).toContain('x-selvedge-bound');
});

test("a scheduled event is the function's, whatever is at its path", async () => {
  const instance = await useAssetsInstance({ files, script: echo });
  const { body } = await instance.fetch('http', '/', { 'x-selvedge-invoke': INVOKE_SCHEDULED });
  expect(body).toContain('x-selvedge-invoke');
});
