// Goal: static files are answered as Cloudflare's own tools answer them.
// Method: the same tree, rules and requests go to Miniflare, which reads the tree and its `_headers` and `_redirects` by
// itself, and to an instance of ours. What a client sees must be the same, but for the ETag, which Miniflare makes of a
// file's time.

import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Miniflare } from 'miniflare';
import { expect, onTestFinished, test } from 'vitest';
import type { AssetsConfig } from '../../control/model/assets.ts';
import { compatibilityDate, useAssetsInstance } from '../support/use-assets-instance.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const TREE: Readonly<Record<string, string>> = {
  '/index.html': '<h1>home</h1>',
  '/404.html': '<h1>not here</h1>',
  '/about.html': 'about',
  '/blog/index.html': 'blog',
  '/blog/404.html': 'no such post',
  '/blog/post.html': 'post',
  '/both.html': 'both, a file',
  '/both/index.html': 'both, a folder',
  '/bin': 'binary',
  '/bin.html': 'bin, HTML',
  '/deep/er/index': 'called index',
  '/deep/er/page.html': 'page',
  '/a b.txt': 'space',
  '/caf\u00e9.html': 'cafe',
  '/[x].css': 'a{}',
  '/100%.txt': 'percent',
  '/%41.txt': 'encoded',
  '/Case.TXT': 'case',
  '/app.js': 'export {}',
  '/.well-known/x.txt': 'known',
};

const PATHS = [
  ...[
    '/',
    '/index',
    '/index.html',
    '/index/',
    '/about',
    '/about/',
    '/about.html',
    '/about.html/',
    '/about/index',
  ],
  ...['/about/index.html', '/blog', '/blog/', '/blog/index', '/blog/index.html', '/blog.html', '/blog/post'],
  ...['/blog/post/', '/blog/post.html', '/blog/nothing', '/blog/no/thing', '/both', '/both/', '/both.html'],
  ...['/both/index', '/both/index.html', '/bin', '/bin/', '/bin.html', '/bin/index.html', '/deep/er/index'],
  ...['/deep/er/', '/deep/er', '/deep/er/page', '/deep/er/page/', '/a%20b.txt', '/caf%C3%A9', '/caf%c3%a9'],
  ...['/caf%C3%A9.html', '/%5Bx%5D.css', '/[x].css', '/100%25.txt', '/100%.txt', '/%41.txt', '/%2541.txt'],
  ...[
    '/Case.TXT',
    '/case.txt',
    '/CASE',
    '/app.js',
    '/app.js?v=1',
    '/app.js/',
    '//about',
    '/blog//post',
    '//',
  ],
  ...['/about?x=1', '/about/?x=1', '/about.html?x=/y', '/.well-known/x.txt', '/a/../about', '/%2e%2e/about'],
  ...['/via/about', '/via/about.html', '/via/nothing', '/via/blog/'],
  ...['/blog%2Fpost', '/blog/..%2fabout', '/nothing', '/nothing.html', '/nothing/', '/no/thing?q', '/%ff'],
];

interface Seen {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

type Ask = (path: string, init?: { method?: string; headers?: Record<string, string> }) => Promise<Seen>;

const KEPT = /^(location|content-type|cache-control|cf-cache-status|x-.*|link|set-cookie|allow)$/;

const seen = (status: number, headers: object, body: string): Seen => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.test(name))),
  body,
});

/** Paths as they stand, which no URL parser has touched. */
function ask(target: { socketPath: string } | { port: number; host: string }): Ask {
  return (path, { method = 'GET', headers = {} } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { ...target, path, method, agent: false, headers: { host: 'site.test', ...headers } },
        (response) => {
          text(response).then(
            (body) => resolve(seen(response.statusCode ?? 0, response.headers, body)),
            reject,
          );
        },
      );
      sent.on('error', reject);
      sent.end();
    });
}

const SCRIPT = `export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith('/via/')) return env.ASSETS.fetch(new URL(pathname.slice(4) + search, request.url));
    return new Response('function ' + request.method + ' ' + pathname + search, { headers: { 'x-by': 'function' } });
  },
}`;

interface Case extends AssetsConfig {
  readonly withFunction?: boolean;
  readonly date?: string;
}

async function useBoth({ withFunction, date = compatibilityDate, ...config }: Case): Promise<[Ask, Ask]> {
  const directory = useTmpDir();
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  for (const [path, content] of Object.entries(TREE)) write(path, content);
  const { _headers, _redirects, run_worker_first: first, ...handling } = config;
  if (_headers !== undefined) write('_headers', _headers);
  if (_redirects !== undefined) write('_redirects', _redirects);
  const staticRouting = Array.isArray(first) && {
    static_routing: {
      user_worker: first.filter((rule) => !rule.startsWith('!')),
      asset_worker: first.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1)),
    },
  };
  const script = withFunction
    ? SCRIPT
    : 'export default { fetch: () => new Response("none", { status: 500 }) }';
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    modules: true,
    script,
    compatibilityDate: date,
    assets: {
      directory,
      binding: 'ASSETS',
      routerConfig: {
        has_user_worker: withFunction === true,
        ...(first === true && { invoke_user_worker_ahead_of_assets: true }),
        ...(staticRouting || {}),
      },
      assetConfig: handling,
    },
  });
  onTestFinished(() => miniflare.dispose());
  const { hostname, port } = await miniflare.ready;
  const instance = await useAssetsInstance({
    files: TREE,
    config,
    script: withFunction ? SCRIPT : undefined,
    compatibilityDate: date,
  });
  return [ask({ host: hostname, port: Number(port) }), ask({ socketPath: instance.socketPath('http') })];
}

async function expectSame(
  [theirs, ours]: readonly [Ask, Ask],
  requests: readonly Parameters<Ask>[],
): Promise<void> {
  const answers = async (of: Ask) => {
    const found: Record<string, Seen> = {};
    for (const [path, init] of requests)
      found[`${JSON.stringify(init ?? {})} ${path}`] = await of(path, init);
    return found;
  };
  expect(await answers(ours)).toEqual(await answers(theirs));
}

const all = (init?: Parameters<Ask>[1]): Parameters<Ask>[] => PATHS.map((path) => [path, init]);

const htmlHandling = ['auto-trailing-slash', 'force-trailing-slash', 'drop-trailing-slash', 'none'] as const;

test.each(htmlHandling)('html_handling %s, and a 404 page', async (html_handling) => {
  const both = await useBoth({ html_handling, not_found_handling: '404-page' });
  await expectSame(both, all());
});

test.each(['none', 'single-page-application'] as const)(
  'not_found_handling %s',
  async (not_found_handling) => {
    const both = await useBoth({ not_found_handling });
    await expectSame(both, [...all(), ...all({ headers: { 'sec-fetch-mode': 'navigate' } })]);
  },
);

test.each(['2025-03-01', '2026-11-01'])(
  'assets before a function of %s: what is none goes to it',
  async (date) => {
    const both = await useBoth({ withFunction: true, date, not_found_handling: 'single-page-application' });
    await expectSame(both, [
      ...all(),
      ...all({ headers: { 'sec-fetch-mode': 'navigate' } }),
      ...all({ method: 'POST' }),
    ]);
  },
);

test('methods, conditions, ranges and credentials', async () => {
  const both = await useBoth({ not_found_handling: '404-page' });
  const inits = [
    ...['HEAD', 'POST', 'OPTIONS', 'DELETE'].map((method) => ({ method })),
    ...[{ range: 'bytes=0-1' }, { authorization: 'Bearer x' }, { 'if-none-match': '"x"' }].map((headers) => ({
      headers,
    })),
  ];
  await expectSame(
    both,
    inits.flatMap((init) =>
      ['/', '/about', '/nothing', '/app.js'].map((path) => [path, init] as Parameters<Ask>),
    ),
  );
});

test('_redirects: codes, splats, placeholders, proxies, hosts, queries', async () => {
  const both = await useBoth({
    _redirects: [
      '/old /about',
      '/old301 /about 301 # moved',
      '/old303 /about?from=old 303',
      '/old307 /about#there 307',
      '/old308 https://example.com/x 308',
      '/proxied /about 200',
      '/proxied-html /blog/post.html 200',
      '/caf\u00e9-old /caf\u00e9',
      '/home/* /:splat',
      '/news/:year/:title https://example.com/:year?title=:title 301',
      '/rewrite/:name /:name 200',
      '/late /about',
      '/* /blog/post 302',
    ].join('\n'),
  });
  const paths = [
    ...[
      '/old',
      '/old?x=1',
      '/old301',
      '/old303',
      '/old303?x',
      '/old307',
      '/old308?y=2',
      '/proxied',
      '/proxied-html',
    ],
    ...[
      '/caf%C3%A9-old',
      '/home/',
      '/home/about',
      '/home//evil.example/x',
      '/home/a/b?c',
      '/news/2026/hello',
    ],
    ...[
      '/news/2026/a%20b',
      '/news/2026',
      '/rewrite/about',
      '/rewrite/nothing',
      '/late',
      '/other',
      '/about',
      '/',
    ],
  ];
  await expectSame(
    both,
    paths.map((path) => [path]),
  );
});

test('_headers: patterns, hosts, joins and removals', async () => {
  const both = await useBoth({
    not_found_handling: '404-page',
    _headers: [
      '# all',
      '/*',
      '  X-All: 1',
      '  X-Join: a',
      '/about',
      '  X-About: yes',
      '  X-Join: b',
      '  x-join: c',
      '  ! Cache-Control',
      '/blog/:post',
      '  X-Post: :post',
      '/deep/*',
      '  X-Splat: [:splat]',
      '/app.js',
      '  Cache-Control: public, max-age=31536000, immutable',
      '  Content-Type: text/x-mine',
      'https://site.test/bin',
      '  X-Host: this',
      'https://other.test/*',
      '  X-Host: other',
      'https://:sub.test/about',
      '  X-Sub: :sub',
    ].join('\n'),
  });
  await expectSame(both, [...all(), ...all({ method: 'HEAD' })]);
});

test.each([
  ['everything', true as const],
  ['nothing', false as const],
  ['patterns', ['/blog/*', '!/blog/post', '/*.js', '/via/*']],
])('run_worker_first: %s', async (_, run_worker_first) => {
  const both = await useBoth({
    withFunction: true,
    run_worker_first,
    not_found_handling: 'single-page-application',
  });
  await expectSame(both, [...all(), ...all({ method: 'POST' })]);
});
