// Goal: static files without wrangler, and what hostile clients try with them.
// Method: a platform of its own, and its API called with fetch.

import { expect, test } from 'vitest';
import { announcementOf, type ClientFile, clientFile } from '../support/asset-files.ts';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge();

const announce = (name: string, files: readonly ClientFile[], project = 'default') =>
  platform.api<{ token: string; missing: string[] }>('POST', `/functions/${name}/assets?project=${project}`, {
    files: announcementOf(files),
  });

async function send(name: string, { hash, bytes, contentType }: ClientFile, uploadToken: string) {
  const response = await fetch(`${platform.control}/functions/${name}/assets/${hash}`, {
    method: 'PUT',
    headers: {
      ...{ authorization: `Bearer ${testToken}`, 'upload-token': uploadToken },
      ...(contentType !== null && { 'content-type': contentType }),
    },
    body: Uint8Array.from(bytes),
  });
  return {
    status: response.status,
    body: (await response.json()) as { complete?: boolean; error?: { message: string } },
  };
}

const page = (text: string, path = '/index.html') => clientFile(path, text, 'text/html; charset=utf-8');

test('files before a function, then others, then none', async () => {
  const files = [await page('<h1>one</h1>'), await clientFile('/data.bin', Buffer.alloc(100_000, 7), null)];
  const { body } = await announce('own', files);
  expect(body.missing).toEqual(files.map(({ hash }) => hash));
  for (const [index, file] of files.entries())
    expect(await send('own', file, body.token)).toEqual({ status: 200, body: { complete: index === 1 } });
  const code =
    'export default { fetch: (request, env) => env.FILES.fetch(new URL("/data.bin", request.url)) }';
  await platform.create('own', code, {
    ...{ convention: 'module', bindings: [{ type: 'assets', name: 'FILES' }] },
    assets: { token: body.token, html_handling: 'none' },
  });
  expect(await platform.call('own', '/index.html')).toMatchObject({ status: 200, text: '<h1>one</h1>' });
  expect((await platform.call('own', '/from-the-function')).text).toHaveLength(100_000);

  const next = [await page('<h1>two</h1>'), files[1] as ClientFile];
  const second = (await announce('own', next)).body;
  expect(second.missing).toEqual([next[0]?.hash]);
  await send('own', next[0] as ClientFile, second.token);
  expect((await platform.api('PUT', '/functions/own', { assets: { token: second.token } })).status).toBe(200);
  expect((await platform.call('own', '/')).text).toBe('<h1>two</h1>');

  await platform.api('POST', '/functions/own/rollback', {});
  expect((await platform.call('own', '/index.html')).text).toBe('<h1>one</h1>');
  const gone = await platform.api('PUT', '/functions/own', { assets: null, bindings: [] });
  expect(gone.status).toBe(200);
  expect((await platform.call('own', '/index.html')).status).toBe(500);
});

test('files alone, without any code', async () => {
  const file = await page('alone');
  const { body } = await announce('alone', [file]);
  await send('alone', file, body.token);
  await platform.create('alone', undefined, { assets: { token: body.token } });
  expect(await platform.call('alone')).toMatchObject({ status: 200, text: 'alone' });
  expect((await platform.call('alone', '/nothing')).status).toBe(404);
});

test('a content is of the project that has sent it, and a token of the function that it was made for', async () => {
  const file = await page('secret content');
  const { body } = await announce('mine', [file]);
  await send('mine', file, body.token);
  const other = await announce('theirs', [file], 'other');
  expect(other.body.missing).toEqual([file.hash]);
  const without = await platform.api<{ error: { message: string } }>('POST', '/functions', {
    ...{ name: 'theirs', project: 'other', assets: { token: other.body.token } },
  });
  expect(without.status).toBe(400);
  expect(without.body.error.message).toContain('1 of 1 static files were not uploaded');
  const borrowed = await platform.api('POST', '/functions', {
    ...{ name: 'theirs', project: 'other', assets: { token: body.token } },
  });
  expect(borrowed.status).toBe(403);
});

test('another content under the hash, another hash, and a token that was made up are refused', async () => {
  const file = await page('as it is');
  const { body } = await announce('forged', [file]);
  expect(await send('forged', { ...file, bytes: Buffer.from('as it IS') }, body.token)).toMatchObject({
    status: 400,
  });
  expect(await send('forged', await page('another'), body.token)).toMatchObject({ status: 400 });
  const [head, , signature] = body.token.split('.');
  const claims = {
    project: 'default',
    function: 'forged',
    manifest: 'ab'.repeat(32),
    aud: 'selvedge assets',
    exp: 9e9,
  };
  const made = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  expect(await send('forged', file, made)).toMatchObject({ status: 401 });
  expect((await send('forged', file, body.token)).body).toEqual({ complete: true });
});
