// What control is told when it asks for what a handler returned, in place of the response that it means.

import { expect, test } from 'vitest';
import type { Adapted } from './adapter.ts';
import { adaptData } from './data.ts';
import { adaptEvent } from './event.ts';

const info = { function: 'fn_1', name: 'hello', project: 'shop', version: 'v1' };

async function returned(adapted: Adapted, asReturned: boolean): Promise<Response> {
  const invocation = { id: 'r1', mount: '', info, asReturned };
  const ctx = { waitUntil: () => undefined };
  return (await adapted.fetch?.(new Request('http://function/'), {}, ctx, invocation)) as Response;
}

const adapters = [adaptEvent, adaptData];

test.each([
  [{ statusCode: 404, body: '{"a":1}' }, '{"statusCode":404,"body":"{\\"a\\":1}"}'],
  ['text', '"text"'],
  [null, 'null'],
  [[1], '[1]'],
])('%j comes as it is', async (value, json) => {
  for (const adapt of adapters) {
    const response = await returned(adapt({ handler: () => value }, 'handler'), true);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe(json);
  }
});

test('a Response, nothing and bytes stay what they are', async () => {
  for (const adapt of adapters) {
    const made = new Response('made', { status: 201 });
    expect(await returned(adapt({ handler: () => made }, 'handler'), true)).toBe(made);
    expect((await returned(adapt({ handler: () => undefined }, 'handler'), true)).status).toBe(204);
    const bytes = await returned(adapt({ handler: () => new Uint8Array([1, 2]) }, 'handler'), true);
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([1, 2]));
  }
});

test('who did not ask gets the response that is meant', async () => {
  const response = await returned(
    adaptEvent({ handler: () => ({ statusCode: 404, body: 'no' }) }, 'handler'),
    false,
  );
  expect([response.status, await response.text()]).toEqual([404, 'no']);
});
