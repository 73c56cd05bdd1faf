// Goal: a call that cannot become an HTTP request is the caller's fault and is told so; it is no success with
// workerd's own refusal for a response, and no failure of the platform.

import { expect, test } from 'vitest';
import { useSelvedge } from '../support/use-selvedge.ts';

test('invoke refuses what cannot be sent as HTTP, and takes what just can', async () => {
  const platform = await useSelvedge();
  await platform.create('echo', 'export default (request) => new Response(String(request.url.length));');
  const invoke = async (
    call: object,
  ): Promise<{ status: number; body: { response?: unknown; error?: { code: string } } }> =>
    platform.api('POST', '/functions/echo/invoke', call);
  const refused = [
    { query: { long: 'x'.repeat(70_000) } },
    { headers: { long: 'x'.repeat(2_000_000) } },
    { method: 'FOO' },
    { path: '/\ud800' },
  ];
  for (const call of refused) {
    const { status, body } = await invoke(call);
    expect([status, body.error?.code], JSON.stringify(call).slice(0, 40)).toEqual([400, 'FN_006']);
  }
  const { status, body } = await invoke({ query: { long: 'x'.repeat(60_000) } });
  expect([status, Number(body.response) > 60_000]).toEqual([200, true]);
});
