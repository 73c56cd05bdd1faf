import { expect, test } from 'vitest';
import { errorOf, TOKEN, useApi, view } from '../../test/support/use-api.ts';
import { OWNER } from '../model/access.ts';
import { AppError } from '../model/errors.ts';

const hash = 'ab'.repeat(16);
const files = { '/index.html': { hash, size: 3 } };

test('an announcement is for the function by its name, wherever it was named by its id', async () => {
  const { call, platform } = useApi();
  platform.announceAssets.mockResolvedValueOnce({ token: 'a.b.c', buckets: [['h1', 'h2'], ['h3']] });
  const response = await call('POST', `/functions/${view.record.id}/assets`, { files });
  expect(await response.json()).toEqual({ token: 'a.b.c', missing: ['h1', 'h2', 'h3'] });
  const owner = { project: view.record.project, function: view.record.name };
  expect(platform.announceAssets).toHaveBeenCalledWith(expect.anything(), owner, files);
});

test('a function need not exist yet, unless it is named by an id', async () => {
  const { call, platform } = useApi();
  platform.getFunction.mockRejectedValue(new AppError('FN_001', 'none'));
  expect((await call('POST', '/functions/new/assets?project=shop', { files })).status).toBe(200);
  const owner = { project: 'shop', function: 'new' };
  expect(platform.announceAssets).toHaveBeenCalledWith(expect.anything(), owner, files);
  expect((await call('POST', '/functions/fn_0123456789abcdefghij/assets', { files })).status).toBe(404);
});

test('a file is handed on as it arrives, with its type and the token', async () => {
  const { app, platform } = useApi();
  const seen: unknown[] = [];
  platform.receiveAssets.mockImplementationOnce(async (token, uploads) => {
    for await (const { content, ...file } of uploads) {
      const chunks = [];
      for await (const chunk of content) chunks.push(chunk);
      seen.push(token, { ...file, text: Buffer.concat(chunks).toString() });
    }
    return { token: null };
  });
  const headers = { authorization: `Bearer ${TOKEN}`, 'upload-token': 'a.b.c', 'content-type': 'text/css' };
  const response = await app.request(`/functions/cart/assets/${hash}`, {
    method: 'PUT',
    headers,
    body: 'a{}',
  });
  expect(await response.json()).toEqual({ complete: false });
  expect(seen).toEqual(['a.b.c', { hash, contentType: 'text/css', encoding: 'raw', text: 'a{}' }]);
  const by = expect.objectContaining({ actor: OWNER });
  expect(platform.receiveAssets).toHaveBeenCalledWith('a.b.c', expect.anything(), by);
});

test.each([
  ['without the token', hash, {}, 'put it into the header "upload-token"'],
  ['under a hash that is none', '..%2f..%2fstate.db', { 'upload-token': 'x' }, 'must be 32 hex digits'],
])('a file %s is refused', async (_, name, headers, why) => {
  const { call, platform } = useApi();
  const response = await call('PUT', `/functions/cart/assets/${name}`, 'x', headers);
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain(why);
  expect(platform.receiveAssets).not.toHaveBeenCalled();
});

test('a function takes files by their token, and null takes them away', async () => {
  const { call, platform } = useApi();
  const assets = { manifest: 'ab'.repeat(32), config: { html_handling: 'none' as const } };
  platform.settleAssets.mockResolvedValueOnce(assets);
  const given = { token: 'a.b.c', html_handling: 'none' };
  await call('POST', '/functions', { name: 'site', project: 'shop', code: 'x', assets: given });
  expect(platform.settleAssets).toHaveBeenCalledWith(
    ...[expect.anything(), { project: 'shop', function: 'site' }, 'a.b.c', { html_handling: 'none' }],
  );
  expect(platform.createFunction).toHaveBeenCalledWith(
    expect.anything(),
    expect.objectContaining({ assets }),
  );
  await call('PUT', '/functions/site', { assets: null });
  expect(platform.updateFunction.mock.lastCall?.[2]).toMatchObject({ assets: null });
  await call('PUT', '/functions/site', { timeout: 60 });
  expect(platform.updateFunction.mock.lastCall?.[2]).not.toHaveProperty('assets');
});
