// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a rule names a secret.
// Goal: rules that keep out and change requests do so in a whole platform, as their pages say, and no spelling of a
// path gets round one.

import { expect, test } from 'vitest';
import { runPage } from '../support/run-page.ts';
import { testToken } from '../support/test-platform.ts';
import { useOrigin } from '../support/use-origin.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge({ SELVEDGE_EGRESS_PRIVATE: '127.0.0.0/8' });

test('docs/gate.md does what it says', async () => {
  expect((await runPage('gate.md', platform)).compared).toBeGreaterThan(5);
});

test('docs/rewrites.md does what it says', async () => {
  expect((await runPage('rewrites.md', platform)).compared).toBe(3);
});

test('no spelling of a path gets round the rule of a route', async () => {
  await platform.create(
    'fortress',
    'export default (request) => new Response(new URL(request.url).pathname)',
    {
      routes: [
        { pattern: 'fortress.example/admin/*', rules: { ip: { deny: ['0.0.0.0/0', '::/0'] } } },
        { pattern: 'fortress.example/*' },
      ],
    },
  );
  const tries = [
    '/admin',
    '/admin/',
    '/admin/x',
    '/%61dmin/x',
    '/%61%64%6d%69%6E/x',
    '//admin/x',
    '/./admin/x',
    '/a/../admin/x',
  ];
  tries.push(
    '/a/%2e%2e/admin/x',
    '/a/.%2E/admin/x',
    '/\\admin\\x',
    '/a\\..\\admin/x',
    '/admin%2Fx',
    '/admin%2fx',
    '/%2fadmin/x',
  );
  tries.push(
    '/admin%5cx',
    '/%5Cadmin/x',
    '/a%2f..%2fadmin/x',
    '/admin//x',
    '/admin/.',
    '/admin/%2e',
    '/admin?x',
    '/admin#x',
  );
  const got = await Promise.all(tries.map((path) => platform.call('fortress.example', path)));
  for (const [at, { status, text }] of got.entries()) {
    const read = (path: string): string => new URL(path.replace(/\/{2,}/g, '/'), 'http://x').pathname;
    const reached =
      status === 200 && /^\/admin(\/|$)/.test(read(decodeURIComponent(text).replaceAll('\\', '/')));
    expect(reached, `${tries[at]}: ${status} ${text}`).toBe(false);
  }
  expect(got.filter(({ status }) => status === 403).length).toBeGreaterThan(10);
  // What is another path is let in, among it letters that only look like others.
  for (const path of [
    '/ADMIN/x',
    '/admins',
    '/adm%C4%B1n/x',
    '/%EF%BC%8Fadmin/x',
    '/admin;x/y',
    '/admin%00/x',
    '/%2561dmin/x',
  ]) {
    expect((await platform.call('fortress.example', path)).status, path).toBe(200);
  }
});

test('what cannot be, or disagrees, is refused when it is set, with the place and the cure; and changes take effect at once', async () => {
  await platform.create('changing', 'export default () => new Response("in")');
  const put = (body: object) =>
    platform.api<{ error?: { code: string; message: string; issues: { path: string }[] } }>(
      'PUT',
      '/functions/changing',
      body,
    );
  const loop = await put({
    rules: {
      redirects: [
        { from: '/a', to: '/b' },
        { from: '/b', to: '/a' },
      ],
    },
  });
  expect([loop.status, loop.body.error?.code]).toEqual([400, 'FN_006']);
  expect(loop.body.error?.message).toContain('rules.redirects.0.to is "/b", which leads in a circle');
  const merged = await put({
    rules: { csrf: {} },
    routes: [{ pattern: 'changing.example/*', rules: { cors: { origins: ['https://a.example'] } } }],
  });
  expect(merged.status).toBe(400);
  expect(merged.body.error?.message).toMatch(
    /On the route "changing\.example\/\*".* cors\.origins\.0 is "https:\/\/a\.example"/,
  );
  const answers = [];
  for (const rules of [{ ip: { deny: ['127.0.0.1'] } }, {}, { redirects: [{ from: '/', to: '/x' }] }, {}]) {
    expect((await put({ rules })).status).toBe(200);
    answers.push((await platform.call('changing')).status);
  }
  expect(answers).toEqual([403, 200, 302, 200]);
});

test('a secret that a header names reaches the function and nobody else, and one that no header may have is told', async () => {
  const code = 'export default (request) => new Response(request.headers.get("authorization"))';
  await platform.create('backed', code);
  const set = (value: string) =>
    platform.api('POST', '/functions/backed/env', { key: 'TOKEN', value, secret: true });
  await set('tok en\u00e9');
  const rules = { request_headers: [{ set: 'authorization', value: 'Bearer ${secrets.TOKEN}' }] };
  expect((await platform.api('PUT', '/functions/backed', { rules })).status).toBe(200);
  await waitFor('the secret', async () => (await platform.call('backed')).text === 'Bearer tok en\u00e9');
  expect(JSON.stringify((await platform.api('GET', '/functions/backed')).body)).not.toContain('tok en');
  const traced = await platform.call('backed', '/', {
    headers: { authorization: `Bearer ${testToken}`, 'x-selvedge-trace': '1' },
  });
  expect(JSON.stringify(traced.headers)).toMatch(/\(a secret\)/);
  expect(JSON.stringify(traced.headers)).not.toContain('tok en');
  await set('a\r\nx-evil: 1');
  await waitFor('the refusal', async () => (await platform.call('backed')).status === 500);
  expect((await platform.call('backed')).text).toMatch(/header authorization has line breaks/);
});

test('another host answers in the place of the function, with the path, the headers and the limits of its rules', async () => {
  const seen: string[] = [];
  const origin = await useOrigin((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['x-key']}`);
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>there</p>'));
  });
  await platform.create('front', 'export default () => new Response("here")', {
    rules: {
      size: { body: 10 },
      rewrite: [{ path: '/api/*', to: '/v1/*', origin: origin.url }],
      request_headers: [{ set: 'x-key', value: '${path.splat}', when: { path: '/api/*' } }],
      response_headers: [{ set: 'x-by', value: 'rule' }],
      inject: [{ selector: 'p', position: 'append', html: '!' }],
    },
  });
  expect((await platform.call('front', '/else')).text).toBe('here');
  const answer = await platform.call('front', '/api/a/b?c=d', { method: 'POST', body: 'x'.repeat(10) });
  expect([answer.status, answer.text, answer.headers['x-by']]).toEqual([200, '<p>there!</p>', 'rule']);
  expect((await platform.call('front', '/api/a', { method: 'POST', body: 'x'.repeat(11) })).status).toBe(413);
  const chunked = { method: 'POST', body: 'x'.repeat(11), headers: { 'transfer-encoding': 'chunked' } };
  expect((await platform.call('front', '/api/a', chunked)).status).toBe(413);
  expect(seen[0]).toBe('POST /v1/a/b?c=d a/b');
});
