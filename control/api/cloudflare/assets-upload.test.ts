import { UnsecuredJWT } from 'jose';
import { expect, test, vi } from 'vitest';
import { TOKEN, useApi } from '../../../test/support/use-api.ts';
import { AppError } from '../../model/errors.ts';
import { assetUploadBytesMax } from '../../model/limits.ts';
import { accountIdOf } from './account-of.ts';

const account = accountIdOf('default');
const session = `/client/v4/accounts/${account}/workers/scripts/site/assets-upload-session`;
const upload = `/client/v4/accounts/${account}/workers/assets/upload?base64=true`;
const jwt = (project: string) => new UnsecuredJWT({ project }).encode();

const formOf = (files: Readonly<Record<string, string>>): FormData => {
  const form = new FormData();
  for (const [name, content] of Object.entries(files))
    form.append(name, new File([content], name, { type: 'text/plain' }), name);
  return form;
};

test('an announcement answers with a token and what to send', async () => {
  const { call, platform } = useApi();
  platform.announceAssets.mockResolvedValueOnce({ token: 'a.b.c', buckets: [['h1', 'h2'], ['h3']] });
  const manifest = { '/index.html': { hash: 'ab'.repeat(16), size: 3 } };
  const response = await call('POST', session, { manifest });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    ...{ success: true, result: { jwt: 'a.b.c', buckets: [['h1', 'h2'], ['h3']] } },
  });
  expect(platform.announceAssets).toHaveBeenCalledWith(
    expect.anything(),
    { project: 'default', function: 'site' },
    manifest,
  );
});

test.each([
  ['', undefined],
  ['a token that is none', 'x.y.z'],
])('an announcement needs the token of somebody who may change things: %s', async (_, token) => {
  const { app, platform } = useApi();
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const response = await app.request(session, { method: 'POST', body: '{"manifest":{}}', headers });
  expect(response.status).toBe(401);
  expect(platform.announceAssets).not.toHaveBeenCalled();
});

test('files are handed on as they arrive, with the token that came with them', async () => {
  const { app, platform } = useApi();
  const seen: unknown[] = [];
  platform.receiveAssets.mockImplementationOnce(async (token, uploads) => {
    for await (const { hash, contentType, encoding, content } of uploads) {
      const chunks = [];
      for await (const chunk of content) chunks.push(chunk);
      seen.push([hash, contentType, encoding, Buffer.concat(chunks).toString()]);
    }
    return { token: `${token}!` };
  });
  const headers = { authorization: `Bearer ${jwt('default')}` };
  const response = await app.request(upload, {
    method: 'POST',
    headers,
    body: formOf({ h1: 'QQ==', h2: '' }),
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ result: { jwt: `${jwt('default')}!` } });
  expect(seen).toEqual([
    ['h1', 'text/plain', 'base64', 'QQ=='],
    ['h2', 'text/plain', 'base64', ''],
  ]);
});

test('while files are missing there is no token in the answer', async () => {
  const { app, platform } = useApi();
  platform.receiveAssets.mockResolvedValueOnce({ token: null });
  const headers = { authorization: `Bearer ${jwt('default')}` };
  const response = await app.request(upload, { method: 'POST', headers, body: formOf({}) });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ success: true, result: {} });
});

test('an upload needs its token, of the account that it goes to', async () => {
  const { app, platform } = useApi();
  const send = async (headers: Record<string, string>) =>
    (await app.request(upload, { method: 'POST', headers, body: formOf({}) })).status;
  expect(await send({})).toBe(401);
  expect(await send({ authorization: `Basic ${TOKEN}` })).toBe(401);
  expect(await send({ authorization: `Bearer ${jwt('other')}` })).toBe(403);
  expect(platform.receiveAssets).not.toHaveBeenCalled();
  platform.receiveAssets.mockRejectedValueOnce(new AppError('FN_009', 'no', { status: 401 }));
  expect(await send({ authorization: 'Bearer not-one' })).toBe(401);
});

test('files that are not in base64 are refused before they are read', async () => {
  const { app } = useApi();
  const headers = { authorization: `Bearer ${jwt('default')}` };
  const response = await app.request(upload.replace('?base64=true', ''), {
    method: 'POST',
    headers,
    body: formOf({}),
  });
  expect(response.status).toBe(400);
});

test('a body of the largest size is taken, and one byte more is not, whether announced or not', async () => {
  const { app, platform } = useApi();
  const count = vi.fn();
  platform.receiveAssets.mockImplementation(async (_token, uploads) => {
    for await (const { content } of uploads) for await (const chunk of content) count(chunk.length);
    return { token: null };
  });
  const [head, tail] = ['--b\r\nContent-Disposition: form-data; name="h"; filename="h"\r\n\r\n', '\r\n--b--'];
  const send = async (length: number, announced: boolean) => {
    const text = Buffer.concat([
      Buffer.from(head),
      Buffer.alloc(length - head.length - tail.length),
      Buffer.from(tail),
    ]);
    const headers = {
      'content-type': 'multipart/form-data; boundary=b',
      authorization: `Bearer ${jwt('default')}`,
      ...(announced && { 'content-length': String(length) }),
    };
    return (await app.request(upload, { method: 'POST', headers, body: text })).status;
  };
  expect(await send(assetUploadBytesMax, true)).toBe(202);
  expect(await send(assetUploadBytesMax + 1, true)).toBe(413);
  expect(await send(assetUploadBytesMax + 1, false)).toBe(413);
});
