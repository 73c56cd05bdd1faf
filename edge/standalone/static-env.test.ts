import { expect, test } from 'vitest';
import { OUTCOME_HEADER } from '../contract/names.ts';
import { staticEnv } from './static-env.ts';

const ROUTER = { domain: 'example.com', functions: { hello: { binding: 'HELLO', public: true } } };

const useEnv = (fetch: (url: string, init?: RequestInit) => Promise<Response>) =>
  staticEnv({ ROUTER, HELLO: { fetch } });

const callSlot = async (fetch: () => Promise<Response>): Promise<Response> => {
  const slot = useEnv(fetch).SLOT_0 as Fetcher;
  return (await slot.fetch('http://hello.example.com/')) as unknown as Response;
};

test('a slot leads to the binding, with the request as it is', async () => {
  const seen: unknown[] = [];
  const { SLOT_0 } = useEnv(async (url, init) => {
    seen.push(url, init?.method);
    return new Response('hi');
  });
  const answer = await (SLOT_0 as Fetcher).fetch('http://hello.example.com/a', { method: 'POST' });
  expect(await answer.text()).toBe('hi');
  expect(seen).toEqual(['http://hello.example.com/a', 'POST']);
});

test('a function that throws is told as a harness tells it', async () => {
  const answer = await callSlot(async () => {
    throw new Error('broke down');
  });
  expect([answer.status, answer.headers.get(OUTCOME_HEADER)]).toEqual([500, 'threw']);
  expect(await answer.json()).toEqual({ error: { code: 'FN_004', message: 'broke down' } });
});

test('a 500 of a function that has no harness is its own; one of a harness says for itself', async () => {
  const own = await callSlot(async () => new Response('no', { status: 500 }));
  expect([await own.text(), own.headers.get(OUTCOME_HEADER)]).toEqual(['no', 'answered']);
  const harness = await callSlot(
    async () => new Response('', { status: 500, headers: { [OUTCOME_HEADER]: 'threw' } }),
  );
  expect(harness.headers.get(OUTCOME_HEADER)).toBe('threw');
});

test('a request that the router has given up is no failure of the function', async () => {
  const stopped = AbortSignal.abort(new Error('given up'));
  const { SLOT_0 } = useEnv(async () => {
    throw new Error('aborted');
  });
  await expect((SLOT_0 as Fetcher).fetch('http://a/', { signal: stopped })).rejects.toThrow('aborted');
});

test('a binding that is not there is told with what to do', () => {
  expect(() => staticEnv({ ROUTER })).toThrow(
    'ROUTER.functions names the binding "HELLO", which is not there: add [[services]] with binding = "HELLO".',
  );
});

test('control answers as if nothing ever changed', async () => {
  const { CONTROL } = useEnv(async () => new Response());
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const init = body && { method: 'POST', body: JSON.stringify(body) };
    const answer = await CONTROL.fetch(`http://control${path}`, init);
    return answer.status === 202 ? 202 : answer.json();
  };
  expect(await ask('/table')).toMatchObject({ domain: 'example.com', generation: 1 });
  expect(await ask('/activate', { function: 'default/hello' })).toEqual({ generation: 1, slots: [0] });
  expect(await ask('/ended', {})).toEqual({ code: null, message: '' });
  expect(await ask('/lease', {})).toEqual({ granted: 1, forMs: 1000 });
  expect(await ask('/scale', {})).toBe(202);
});
