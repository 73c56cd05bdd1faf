// Goal: the router runs under wrangler with functions as service bindings, through the same pipeline as a front.
// Method: the real `wrangler dev` with wrangler.toml of this repository and two Workers; `wrangler deploy --dry-run`.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const binary = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin/wrangler.js',
);
const scratch = mkdtempSync(join(tmpdir(), 'slv-router-'));

const environment = {
  ...{ PATH: process.env.PATH ?? '', HOME: scratch, XDG_CONFIG_HOME: join(scratch, '.config'), CI: '1' },
  ...{
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  },
};

function wrangler(words: readonly string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [binary, ...words], {
    ...{ cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
    // Its own children end with it.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  return { child, output: () => stripVTControlCharacters(output) };
}

let port = 0;
let dev: ChildProcess | undefined;

beforeAll(async () => {
  const configs = [
    'wrangler.toml',
    'test/fixtures/router/hello/wrangler.toml',
    'test/fixtures/router/cart/wrangler.toml',
  ];
  const { child, output } = wrangler([
    ...['dev', ...configs.flatMap((file) => ['-c', file])],
    ...['--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--persist-to', join(scratch, 'state')],
    ...['--show-interactive-dev-session=false'],
  ]);
  dev = child;
  port = await new Promise((resolve, reject) => {
    const look = (): void => {
      const ready = /Ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(output());
      if (ready) resolve(Number(ready[1]));
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => reject(new Error(`wrangler dev ended with ${code}:\n${output()}`)));
  });
});

afterAll(async () => {
  if (dev?.pid && dev.exitCode === null) {
    const ended = new Promise((resolve) => dev?.once('exit', resolve));
    process.kill(-dev.pid, 'SIGTERM');
    await ended;
  }
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const call = (
  host: string,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = init;
    const options = { host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false };
    request(options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    })
      .once('error', reject)
      .end(body);
  });

const token = { authorization: 'Bearer a-token-for-the-example' };

test('two functions answer, at their hosts, at their paths, and at a route', async () => {
  const hello = await call('hello.localhost', '/some/path?a=1', { method: 'POST', body: 'words' });
  expect([hello.status, JSON.parse(hello.text)]).toEqual([
    200,
    { hello: '/some/path', method: 'POST', body: 'words' },
  ]);
  const cart = await call('cart.shop.localhost', '/items', { headers: token });
  expect(JSON.parse(cart.text)).toEqual({ cart: '/items', mount: null, authorization: null });
  const mounted = await call('example.org', '/p/shop/functions/cart/items', { headers: token });
  expect(JSON.parse(mounted.text)).toMatchObject({ cart: '/items', mount: '/p/shop/functions/cart' });
  const routed = await call('api.example.com', '/cart/7', { headers: token });
  expect(JSON.parse(routed.text)).toMatchObject({ cart: '/cart/7' });
});

test("the pipeline is the front's: credentials, request ids, refusals and marks are as there", async () => {
  const refused = await call('cart.shop.localhost', '/');
  expect([refused.status, refused.headers['x-selvedge-error']]).toEqual([401, 'FN_009']);
  const wrong = await call('cart.shop.localhost', '/', {
    headers: { authorization: 'Bearer another-token-than-that' },
  });
  expect(wrong.status).toBe(401);
  const nowhere = await call('nobody.localhost', '/');
  expect([nowhere.status, nowhere.headers['x-selvedge-error']]).toEqual([404, 'FN_001']);
  const kept = await call('hello.localhost', '/', { headers: { 'x-request-id': 'my-own-request-id' } });
  expect(kept.headers['x-request-id']).toBe('my-own-request-id');
  const forged = await call('cart.shop.localhost', '/', {
    headers: { ...token, 'x-selvedge-mount': '/forged' },
  });
  expect(JSON.parse(forged.text)).toMatchObject({ mount: null });
});

test('a function that answers 500 by itself has its own answer, and no mark of ours is on it', async () => {
  const own = await call('hello.localhost', '/own-500');
  expect([own.status, own.text, own.headers['x-selvedge-error']]).toEqual([500, 'my own', undefined]);
  expect(own.headers['x-selvedge-outcome']).toBeUndefined();
});

test('wrangler deploy would put the router there, without a schema library in it', async () => {
  const outdir = join(scratch, 'out');
  const { child, output } = wrangler(['deploy', '--dry-run', '--outdir', outdir]);
  expect(await new Promise((resolve) => child.once('close', resolve)), output()).toBe(0);
  expect(output()).toMatch(/env\.HELLO \(hello\)/);
  expect(output()).toMatch(/env\.CART \(cart\)/);
  expect(output()).toContain('env.ROUTER');
  const script = readdirSync(outdir).find((name) => name.endsWith('.js')) ?? '';
  const text = readFileSync(join(outdir, script), 'utf8');
  expect(text).toContain('SettingsFault');
  expect(text).not.toMatch(/ZodError|prettifyError/);
});
