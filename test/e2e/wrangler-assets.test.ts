// Goal: static files that wrangler uploads are served as on Cloudflare, with the function or without one.
// Method: the real wrangler, in a folder with a project, against a platform of its own; then requests to the edge. How
// paths are answered in detail is compared with Cloudflare's tools in test/workerd/assets-conformance.test.ts.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler } from '../support/use-wrangler.ts';

const platform = useSharedSelvedge();

const config = (name: string, more: object = {}): string =>
  JSON.stringify({ name, compatibility_date: '2026-11-01', ...more });

const site = {
  'public/index.html': '<h1>home</h1>',
  'public/about.html': 'about us',
  'public/404.html': 'no such page',
  'public/app.js': 'export {}',
  'public/data/x': 'without a type',
};

async function ask(name: string, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { status, headers: answered, text } = await platform.call(name, path, { headers, method });
  const {
    'content-type': type,
    location,
    'cache-control': cache,
    etag,
    'x-frame-options': frames,
  } = answered;
  return { status, text, type, location, cache, etag, frames };
}

test('static files alone: pages, types, a 404 page, ETags; a second deploy sends what has changed; a rollback', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    ...site,
    'wrangler.json': config('static', { assets: { directory: 'public', not_found_handling: '404-page' } }),
    'public/.assetsignore': '*.secret',
    'public/a.secret': 'not to be seen',
  });
  expect(await wrangler.ok(['deploy'])).toContain('Uploaded 5 files');
  expect(await ask('static', '/')).toMatchObject({
    ...{ status: 200, text: '<h1>home</h1>', type: 'text/html; charset=utf-8' },
    cache: 'public, max-age=0, must-revalidate',
  });
  expect(await ask('static', '/about.html?a=1')).toMatchObject({ status: 307, location: '/about?a=1' });
  expect(await ask('static', '/app.js')).toMatchObject({ type: 'text/javascript; charset=utf-8' });
  expect(await ask('static', '/data/x')).toMatchObject({ text: 'without a type', type: undefined });
  expect(await ask('static', '/a.secret')).toMatchObject({ status: 404, text: 'no such page' });
  expect(await ask('static', '/about', {}, 'POST')).toMatchObject({ status: 405 });
  const etag = String((await ask('static', '/about')).etag);
  expect(await ask('static', '/about', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });

  expect(await wrangler.ok(['deploy'])).toContain('No updated asset files to upload');
  wrangler.write({ 'public/about.html': 'about you' });
  const second = await wrangler.ok(['deploy']);
  expect(second).toContain('Uploaded 1 file ');
  expect(second).toContain('(4 already uploaded)');
  expect((await ask('static', '/about')).text).toBe('about you');

  await wrangler.ok(['rollback', '-y', '--message', 'back']);
  expect((await ask('static', '/about')).text).toBe('about us');
});

test('files before a function, which can ask for them; _headers and _redirects; nobody sees those two', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    ...site,
    'public/_headers':
      '/*\n  X-Frame-Options: DENY\n/app.js\n  ! Cache-Control\n  Cache-Control: max-age=60\n',
    'public/_redirects': '/old/* /:splat 301\n/proxied /about 200\n',
    'src/index.ts': `export default {
      async fetch(request: Request, env: { FILES: Fetcher }): Promise<Response> {
        const { pathname } = new URL(request.url);
        if (!pathname.startsWith('/files')) return new Response('function ' + pathname);
        const found = await env.FILES.fetch(new URL(pathname.slice(6), request.url));
        return new Response('found: ' + (await found.text()), found);
      },
    };`,
    'wrangler.json': config('both', {
      main: 'src/index.ts',
      assets: { directory: 'public', binding: 'FILES' },
    }),
  });
  await wrangler.ok(['deploy']);
  expect(await ask('both', '/about')).toMatchObject({ status: 200, text: 'about us' });
  expect((await ask('both', '/about')).frames).toBe('DENY');
  expect(await ask('both', '/app.js')).toMatchObject({ cache: 'max-age=60' });
  expect(await ask('both', '/old/about')).toMatchObject({ status: 301, location: '/about' });
  expect(await ask('both', '/proxied')).toMatchObject({ status: 200, text: 'about us' });
  expect(await ask('both', '/api')).toMatchObject({ text: 'function /api' });
  expect(await ask('both', '/_headers')).toMatchObject({ text: 'function /_headers' });
  expect(await ask('both', '/files/about')).toMatchObject({ status: 200, text: 'found: about us' });
  const mount = '/p/default/functions/both';
  expect(await ask('127.0.0.1', `${mount}/about.html`)).toMatchObject({
    status: 307,
    location: `${mount}/about`,
  });
});

test('a single page, and patterns of what the function gets first', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    ...site,
    'src/index.js':
      'export default { fetch: (request) => new Response("function " + new URL(request.url).pathname) };',
    'wrangler.json': config('spa', {
      main: 'src/index.js',
      assets: {
        directory: 'public',
        not_found_handling: 'single-page-application',
        run_worker_first: ['/api/*', '!/api/docs/*', '/app.js'],
      },
    }),
  });
  await wrangler.ok(['deploy']);
  expect(await ask('spa', '/some/page')).toMatchObject({ status: 200, text: '<h1>home</h1>' });
  expect(await ask('spa', '/api/x')).toMatchObject({ text: 'function /api/x' });
  expect(await ask('spa', '/api/docs/x')).toMatchObject({ text: '<h1>home</h1>' });
  expect(await ask('spa', '/app.js')).toMatchObject({ text: 'function /app.js' });
  expect(await ask('spa', '/about')).toMatchObject({ text: 'about us' });
});

test('a version that is not live has its own files at its own address', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({ ...site, 'wrangler.json': config('preview', { assets: { directory: 'public' } }) });
  await wrangler.ok(['deploy']);
  wrangler.write({ 'public/about.html': 'about tomorrow' });
  const output = await wrangler.ok(['versions', 'upload']);
  const id = /Version ID: ([0-9a-f]{8})/.exec(output)?.[1];
  expect((await ask('preview', '/about')).text).toBe('about us');
  expect((await ask(`${id}-preview`, '/about')).text).toBe('about tomorrow');
});

test('rules that are none are refused with their line, and nothing is deployed', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    ...{ 'public/index.html': 'x', 'public/_redirects': '/a /b\n/* /index.html 200\n' },
    'wrangler.json': config('wrong', { assets: { directory: 'public' } }),
  });
  expect(await wrangler.refused(['deploy'])).toContain('Invalid _redirects: line 2 leads to itself');
  expect((await platform.api('GET', '/functions/wrong')).status).toBe(404);
});

test('invoke gets a file like anybody else, at once', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({ ...site, 'wrangler.json': config('invoked', { assets: { directory: 'public' } }) });
  await wrangler.ok(['deploy']);
  const { body } = await platform.api<{ response: string; duration_ms: number }>(
    'POST',
    '/functions/invoked/invoke',
    {
      ...{ method: 'GET', path: '/about' },
    },
  );
  expect(body.response).toBe('about us');
});

test('folders of files are of one project, and their names are not to be guessed', () => {
  const [folder, ...others] = readdirSync(join(platform.dataDir, 'assets/files'));
  expect(folder).toMatch(/^[0-9a-f]{32}$/);
  expect(others).toEqual([]);
});
