import { expect, test } from 'vitest';
import { useApi } from '../../test/support/use-api.ts';

test('hands a call of a function on to the edge, with what it came with, and asks for no token', async () => {
  const { app, platform } = useApi();
  const headers = { authorization: 'Bearer of-the-function', 'x-own': '1' };
  for (const path of ['/p/shop/functions/cart', '/p/shop/functions/cart/items/3?all=1']) {
    const response = await app.request(path, { method: 'PATCH', body: 'abc', headers });
    expect([response.status, await response.text()]).toEqual([200, 'from the edge']);
    const [given] = platform.callEdge.mock.lastCall ?? [];
    expect([given?.method, given?.target]).toEqual(['PATCH', path]);
    expect(Buffer.from(given?.body ?? []).toString()).toBe('abc');
    expect(given?.headers.get('authorization')).toBe('Bearer of-the-function');
  }
  expect((await app.request('/p/shop/other/cart')).status).toBe(401);
});

test('gives a page of a function an origin of its own, beside the policy that it has itself', async () => {
  const { app, platform } = useApi();
  const own = { headers: { 'content-security-policy': "img-src 'self'" } };
  platform.callEdge.mockImplementation(async () => new Response('', own));
  const policy = (await app.request('/p/shop/functions/cart')).headers.get('content-security-policy');
  expect(policy).toBe("img-src 'self', sandbox allow-scripts allow-forms allow-popups");
});

test('without a token, pages of other sites call no function here either', async () => {
  const { app, platform } = useApi({ mode: 'none' });
  const headers = { origin: 'http://evil.example' };
  expect((await app.request('http://localhost/p/shop/functions/cart', { headers })).status).toBe(403);
  expect(platform.callEdge).not.toHaveBeenCalled();
});
