// Goal: `wrangler login` gives wrangler a key of a short life, and `wrangler logout` takes it away.
// Method: the real wrangler waits for its browser, whose part the test plays; then with what wrangler stored.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler, wranglerBinary } from '../support/use-wrangler.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

test('login, use, refresh and logout', async () => {
  const wrangler = useWrangler(platform);
  const { control } = platform;
  const login = {
    ...{ WRANGLER_AUTH_URL: `${control}/oauth2/auth`, WRANGLER_TOKEN_URL: `${control}/oauth2/token` },
    ...{ WRANGLER_REVOKE_URL: `${control}/oauth2/revoke`, WRANGLER_AUTH_DOMAIN: new URL(control).host },
    // An empty one is none: the login is what opens the API.
    CLOUDFLARE_API_TOKEN: '',
  };
  const environment = wrangler.environment(login);
  const child = spawn(process.execPath, [wranglerBinary, 'login', '--browser=false'], {
    ...{ cwd: wrangler.cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const url = await waitFor('the link', () => /authenticate: (http\S+)/.exec(output)?.[1]);
    const question = new URL(url);
    expect((await fetch(question)).status).toBe(200);
    const answer = await fetch(`${question.origin}${question.pathname}`, {
      ...{ method: 'POST', redirect: 'manual' },
      body: new URLSearchParams([...question.searchParams, ['token', testToken]]),
    });
    expect(answer.status).toBe(303);
    const callback = answer.headers.get('location') ?? '';
    // wrangler's server, which sends the browser on to a page of Cloudflare's.
    expect((await fetch(callback, { redirect: 'manual' })).status).toBe(307);
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
  expect(output).toContain('Successfully logged in');

  expect(await wrangler.ok(['whoami'], { env: login })).toContain('default');
  const keys = async (): Promise<string[]> =>
    (await platform.api<{ keys: { name: string; id: string }[] }>('GET', '/keys')).body.keys.map(
      ({ id }) => id,
    );
  const [first] = await keys();

  // A token that has run out is renewed, and the key of before is gone.
  const stored = join(environment.HOME ?? '', '.config/.wrangler/config/default.toml');
  writeFileSync(
    stored,
    readFileSync(stored, 'utf8').replace(
      /expiration_time = .*/,
      'expiration_time = "2020-01-01T00:00:00.000Z"',
    ),
  );
  await wrangler.ok(['whoami'], { env: login });
  const [second, ...more] = await keys();
  expect(more).toEqual([]);
  expect(second).not.toBe(first);

  await wrangler.ok(['logout'], { env: login });
  expect(await keys()).toEqual([]);
});
