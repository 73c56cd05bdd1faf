import { describe, expect, test } from 'vitest';
import { errorOf, TOKEN, useApi } from '../../test/support/use-api.ts';
import { requestBytesMax } from '../model/limits.ts';
import { jsonDepthMax } from './body.ts';

const create = { name: 'cart', code: 'export default 1' };

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/octet-stream',
  '',
])('takes JSON that is sent as "%s"', async (contentType) => {
  const { call } = useApi();
  const response = await call(
    'POST',
    '/functions',
    create,
    contentType ? { 'content-type': contentType } : {},
  );
  expect(response.status).toBe(201);
});

test.each(['application/x-www-form-urlencoded', 'Multipart/Form-Data; boundary=x'])(
  'refuses a form that is sent as %s and says what to send',
  async (contentType) => {
    const response = await useApi().call('POST', '/functions', 'name=cart&code=x', {
      'content-type': contentType,
    });
    expect(response.status).toBe(415);
    const { error } = await errorOf(response);
    expect(error.code).toBe('FN_006');
    expect(error.message).toContain(
      `The content type is "${contentType}", and the body is no JSON: send JSON`,
    );
  },
);

test('takes JSON that curl calls a form, as it does with -d', async () => {
  const response = await useApi().call('POST', '/functions', create, {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(response.status).toBe(201);
});

test('does not mind the content type of a body that is empty where none is needed', async () => {
  const response = await useApi().call('POST', '/functions/cart/deploy', '', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(response.status).toBe(200);
});

test('refuses a compressed body', async () => {
  const response = await useApi().call('POST', '/functions', create, { 'content-encoding': 'gzip' });
  expect(response.status).toBe(415);
  expect((await errorOf(response)).error.message).toBe(
    'The content encoding is "gzip": send the JSON uncompressed.',
  );
});

test('says where a body stops being JSON, without repeating it', async () => {
  const response = await useApi().call('POST', '/functions', '{\n  "name": "cart",\n  "value": s3cret\n}');
  expect(response.status).toBe(400);
  const text = await response.text();
  expect(text).not.toContain('s3cret');
  const { error } = JSON.parse(text);
  expect(error.message).toBe(
    'The body is not JSON: what stands at line 3, column 12 (position 31) cannot be there.',
  );
  expect(error.issues).toEqual([{ message: error.message, line: 3, column: 12 }]);
});

test('says that a body ends too early', async () => {
  const response = await useApi().call('POST', '/functions', '{"name": "cart"');
  expect((await errorOf(response)).error.message).toBe(
    'The body is not JSON: it ends at line 1, column 16 (position 15), before it is complete.',
  );
});

test('refuses bytes that are not UTF-8', async () => {
  const response = await useApi().app.request('/functions', {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: new Uint8Array([0x22, 0xff, 0x22]),
  });
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain('is not UTF-8 text');
});

test('a client that leaves in the middle of a body is no failure of the platform', async () => {
  const { app, platform, log } = useApi();
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error('aborted'));
    },
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await app.request('/functions', {
    ...{ method: 'POST', headers, body, duplex: 'half' },
  } as RequestInit);
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toBe(
    'The body broke off after 0 bytes: send the request again.',
  );
  expect(log.error).not.toHaveBeenCalled();
  expect(platform.createFunction).not.toHaveBeenCalled();
});

test('null is a body, and no object, also where no body is needed', async () => {
  const { call } = useApi();
  for (const path of ['/functions/cart/invoke', '/functions/cart/deploy', '/functions/cart/rollback']) {
    const response = await call('POST', path, 'null');
    expect(response.status, path).toBe(400);
    expect((await errorOf(response)).error.message).toBe('The body is null: must be an object.');
  }
});

test('says which fields a body that is empty needs', async () => {
  const { call } = useApi();
  for (const body of [undefined, '', '  \n']) {
    const response = await call('POST', '/functions', body);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).error.message).toBe('The body is empty: send a JSON object with name.');
  }
  expect((await errorOf(await call('POST', '/functions/cart/env'))).error.message).toBe(
    'The body is empty: send a JSON object with key and value.',
  );
  expect((await errorOf(await call('PUT', '/functions/cart'))).error.message).toBe(
    'The body is empty: send a JSON object with what is to change.',
  );
});

test('brackets inside of strings do not nest, and those of a text that is no JSON do', async () => {
  const { call } = useApi();
  const event = `${'[{'.repeat(2000)}\\"`;
  expect((await call('POST', '/functions/cart/invoke', { event })).status).toBe(200);
  const open = await errorOf(await call('POST', '/functions/cart/invoke', '['.repeat(100_000)));
  expect(open.error.message).toMatch(/nests objects and lists deeper than 500/);
});

test('takes objects nested as deep as the limit, and none deeper', async () => {
  const { call } = useApi();
  const nested = (depth: number): string => `{"event":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  expect((await call('POST', '/functions/cart/invoke', nested(jsonDepthMax + 1))).status).toBe(200);
  const response = await call('POST', '/functions/cart/invoke', nested(jsonDepthMax + 2));
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain(`deeper than ${jsonDepthMax}`);
});

describe('a body above the limit', () => {
  test('is taken at the limit and refused one byte past it', async () => {
    const { call } = useApi();
    const bodyOf = (length: number): string => `{"event":"${'x'.repeat(length - 12)}"}`;
    expect((await call('POST', '/functions/cart/invoke', bodyOf(requestBytesMax))).status).toBe(200);
    const response = await call('POST', '/functions/cart/invoke', bodyOf(requestBytesMax + 1));
    expect(response.status).toBe(413);
    expect(response.headers.get('connection')).toBe('close');
    const { error } = await errorOf(response);
    expect(error.code).toBe('FN_006');
    expect(error.message).toContain(`at most ${requestBytesMax} bytes (10 MB) are taken`);
  });

  test('is refused by its announced length before it is read', async () => {
    const { app } = useApi();
    let read = 0;
    const body = new ReadableStream({ pull: () => void read++ }, { highWaterMark: 0 });
    const response = await app.request('/functions', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-length': String(requestBytesMax + 1) },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect((await errorOf(response)).error.message).toContain(`The body is ${requestBytesMax + 1} bytes`);
    expect(read).toBe(0);
  });

  test('is refused while it streams, and not read to its end', async () => {
    const { app, platform } = useApi();
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    let sent = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(chunk);
      },
      cancel() {
        cancelled = true;
      },
    });
    const response = await app.request('/functions', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(sent).toBeLessThanOrEqual(requestBytesMax / chunk.byteLength + 3);
    expect(cancelled).toBe(true);
    expect(platform.createFunction).not.toHaveBeenCalled();
  });

  test('is not read at all without the token', async () => {
    const { app } = useApi();
    let read = 0;
    const body = new ReadableStream({ pull: () => void read++ }, { highWaterMark: 0 });
    const response = await app.request('/functions', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(401);
    expect(read).toBe(0);
  });
});
