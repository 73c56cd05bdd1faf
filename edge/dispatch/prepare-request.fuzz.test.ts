// Goal: no header that only the platform may set, and no credential that opened the door, comes out of here.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCredentials } from '../auth/read-credential.ts';
import { PlatformError } from './platform-error.ts';
import { prepareRequest, urlLengthMax } from './prepare-request.ts';
import { keptRequestId, makeRequestId } from './request-id.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const PLATFORM = [
  'x-selvedge-invoke',
  'x-selvedge-timeout-ms',
  'x-selvedge-mount',
  'x-selvedge-probe',
  'x-selvedge-error',
  'x-selvedge-outcome',
  'x-selvedge-geo',
  'x-selvedge-geo-country',
  'x-selvedge-whatever',
  'cf-blob',
  'cf-scheme',
];
const CLIENT = {
  ip: '198.51.100.7',
  scheme: 'http',
  geo: null,
  proxied: false,
  chain: '198.51.100.7',
} as const;
/** What the function is told of its client. */
const TOLD = {
  'cf-connecting-ip': '198.51.100.7',
  'x-real-ip': '198.51.100.7',
  'x-forwarded-for': '198.51.100.7',
  'x-forwarded-proto': 'http',
};
const STRANGERS = ['true-client-ip', 'forwarded', 'x-forwarded-host', 'cf-ipcountry'];
const name = fc.oneof(
  fc.constantFrom(
    ...PLATFORM,
    ...Object.keys(TOLD),
    ...STRANGERS,
    'authorization',
    'x-api-key',
    'x-request-id',
    'cookie',
    'content-length',
  ),
  fc.stringMatching(/^[a-z-]{1,12}$/),
);
const mixedCase = fc.tuple(name, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text));
const value = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
});

test("what a client forges is gone, and what is the client's own stays", () => {
  const headers = fc.array(fc.tuple(mixedCase, value), { maxLength: 8 });
  fc.assert(
    fc.property(
      headers,
      fc.option(fc.constant('/p/a/functions/b')),
      fc.boolean(),
      fc.subarray(['authorization', 'x-api-key'] as const),
      (given, mount, invoked, credentials) => {
        const sent = new Headers(given);
        const kept = keptRequestId(sent.get('x-request-id'));
        const request = new Request('http://h/', { headers: sent });
        const { init } = prepareRequest(request, {
          ...{ url: 'http://h/', requestId: kept ?? 'made', client: CLIENT, colo: 'here' },
          ...{ mount, invoked, credentials, requestBytesMax: 10 },
        });
        const seen = new Headers(init.headers);
        expect(PLATFORM.filter((one) => seen.has(one))).toEqual([
          ...(invoked ? ['x-selvedge-invoke'] : []),
          ...(mount === null ? [] : ['x-selvedge-mount']),
        ]);
        expect(seen.get('x-selvedge-mount')).toBe(mount);
        expect(seen.get('x-request-id')).toBe(kept ?? 'made');
        for (const credential of credentials) expect(seen.has(credential)).toBe(false);
        expect(init.cf).toEqual({ colo: 'here', httpProtocol: 'HTTP/1.1' });
        if (!invoked) {
          for (const [told, value] of Object.entries(TOLD)) expect(seen.get(told)).toBe(value);
          for (const stranger of STRANGERS) expect(seen.has(stranger)).toBe(false);
        }
        const told = invoked ? [] : [...Object.keys(TOLD), ...STRANGERS];
        const own = [...sent.keys()].filter(
          (one) => ![...PLATFORM, ...told, ...credentials, 'x-request-id'].includes(one),
        );
        for (const one of own) expect(seen.get(one)).toBe(sent.get(one));
      },
    ),
  );
});

test.each(['1', 'returned', 'forged'])('of control itself the mark "%s" is heeded, if it is one', (mark) => {
  const prepared = (invoked: boolean): string | null => {
    const request = new Request('http://h/', { headers: { 'x-selvedge-invoke': mark } });
    const { init } = prepareRequest(request, {
      ...{ url: 'http://h/', requestId: 'a', client: CLIENT, colo: 'here', mount: null, invoked },
      ...{ credentials: [], requestBytesMax: 10 },
    });
    return new Headers(init.headers).get('x-selvedge-invoke');
  };
  expect(prepared(true)).toBe(mark === 'returned' ? 'returned' : '1');
  expect(prepared(false)).toBeNull();
});

test('a request is refused exactly where its URL or its announced body is too long', () => {
  const around = fc.integer({ min: -2, max: 2 });
  fc.assert(
    fc.property(around, around, (beyond, more) => {
      const url = 'http://h/'.padEnd(urlLengthMax + beyond, 'x');
      const request = new Request('http://h/', {
        method: 'POST',
        body: 'x'.repeat(10 + more),
        headers: { 'content-length': String(10 + more) },
      });
      const prepare = (): unknown =>
        prepareRequest(request, {
          url,
          requestId: 'a',
          client: CLIENT,
          colo: 'here',
          mount: null,
          invoked: false,
          credentials: [],
          requestBytesMax: 10,
        });
      if (beyond <= 0 && more <= 0) expect(prepare).not.toThrow();
      else expect(prepare).toThrow(PlatformError);
    }),
  );
});

test('a request id that is kept is one word of printable ASCII, and made ones differ', () => {
  fc.assert(
    fc.property(fc.option(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 }))), (given) => {
      const kept = keptRequestId(given);
      if (kept !== undefined) expect(kept).toMatch(/^[!-~]{1,128}$/);
      expect(kept ?? given).toBe(given);
      expect(makeRequestId()).not.toBe(makeRequestId());
    }),
  );
});

test('a credential is what was sent, without a space, and nothing is made of other schemes', () => {
  fc.assert(
    fc.property(
      fc.option(
        fc.oneof(
          fc.string(),
          value.map((token) => `Bearer ${token}`),
        ),
      ),
      fc.option(fc.string()),
      (authorization, key) => {
        for (const { header, token } of readCredentials(authorization, key)) {
          const source = header === 'authorization' ? authorization : key;
          expect(source).toContain(token);
          expect(token).not.toBe('');
          if (header === 'authorization')
            expect([token.includes(' '), source?.toLowerCase().startsWith('bearer ')]).toEqual([false, true]);
        }
      },
    ),
  );
});
