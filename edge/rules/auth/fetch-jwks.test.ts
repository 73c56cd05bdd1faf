import { expect, test } from 'vitest';
import { fetchJwks, jwksBytesMax, jwksKeysMax, readJwks } from './fetch-jwks.ts';

const origin = (response: () => Response) => ({
  ORIGIN: { fetch: async () => response() } as unknown as Fetcher,
});
const fetchOf = (response: () => Response) => fetchJwks(origin(response), 'fn_1', 'https://issuer.test/jwks');

test('a list of keys is read, and its issuer is asked with the rules of functions', async () => {
  let asked: readonly unknown[] = [];
  const env = {
    ORIGIN: {
      fetch: async (...args: unknown[]) => {
        asked = args;
        return Response.json({ keys: [{ kty: 'EC' }], more: 1 });
      },
    } as unknown as Fetcher,
  };
  expect(await fetchJwks(env, 'fn_1', 'https://issuer.test/jwks')).toEqual({ keys: [{ kty: 'EC' }] });
  expect(asked[0]).toBe('https://issuer.test/jwks');
  const way = (asked[1] as { headers: Headers }).headers.get('x-selvedge-origin-way') ?? '';
  expect(JSON.parse(way)).toMatchObject({ function: 'fn_1', kind: 'rule' });
});

test('an answer of a byte past the bound is not taken', async () => {
  const sized = (bytes: number): string => {
    const text = '{"keys":[]}';
    return text + ' '.repeat(bytes - text.length);
  };
  expect(await fetchOf(() => new Response(sized(jwksBytesMax)))).toEqual({ keys: [] });
  await expect(fetchOf(() => new Response(sized(jwksBytesMax + 1)))).rejects.toThrow(
    /longer than 65536 bytes/,
  );
});

test('a list of one key too many is not taken', () => {
  const list = (count: number): string => JSON.stringify({ keys: Array.from({ length: count }, () => ({})) });
  expect(readJwks(list(jwksKeysMax)).keys).toHaveLength(jwksKeysMax);
  expect(() => readJwks(list(jwksKeysMax + 1))).toThrow(/lists 101 keys/);
});

test.each(['', 'no json', '[]', 'null', '{}', '{"keys":{}}', '{"keys":[1]}', '{"keys":[null]}'])(
  'an answer that is no list of keys is not taken: %s',
  (text) => {
    expect(() => readJwks(text)).toThrow(/no JSON|no list of keys/);
  },
);

test('redirects and errors are no keys', async () => {
  for (const status of [302, 404, 500])
    await expect(fetchOf(() => new Response('{"keys":[]}', { status }))).rejects.toThrow(
      `with status ${status}`,
    );
});
