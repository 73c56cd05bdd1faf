// Goal: whatever a request or a result holds, an adapter reads it whole or refuses it with a reason.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HandlerFault, RequestFault } from './adapter.ts';
import { readPayload, toObject } from './read-payload.ts';
import { toResponse } from './to-response.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const types = fc.constantFrom(
  '',
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'a/b',
  'APPLICATION/JSON; x',
);

test('a query becomes an object with every value of every name, __proto__ among them', () => {
  const names = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'a'), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.string())), (pairs) => {
      const object = toObject(pairs);
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      for (const [name] of pairs) {
        const expected = pairs.filter(([other]) => other === name).map(([, value]) => value);
        expect(Object.getOwnPropertyDescriptor(object, name)?.value).toEqual(
          expected.length === 1 ? expected[0] : expected,
        );
      }
      expect(Object.keys(object)).toHaveLength(new Set(pairs.map(([name]) => name)).size);
    }),
  );
});

test('a body comes through to the byte, or is refused as not the JSON that it says', async () => {
  const body = fc.oneof(
    fc.uint8Array({ minLength: 1 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
  );
  await fc.assert(
    fc.asyncProperty(body, types, async (bytes, type) => {
      const request = new Request('http://h/', {
        method: 'POST',
        body: Buffer.from(bytes),
        headers: { 'content-type': type },
      });
      try {
        const { raw, isBase64, hasBody } = await readPayload(request, new URL('http://h/?q=1'));
        expect(hasBody).toBe(true);
        const read = Buffer.from(raw ?? '', isBase64 ? 'base64' : 'utf8');
        // A decoder takes the mark at the beginning for what it is, and not for text.
        const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && !isBase64;
        expect(read.equals(Buffer.from(marked ? bytes.subarray(3) : bytes))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(RequestFault);
        expect(type).toMatch(/json/i);
      }
    }),
  );
});

test('any result is a response or a fault of the handler, and cookies stay apart', () => {
  const cookie = fc.stringMatching(/^[a-z]+=[a-zA-Z0-9,; =]*[a-z]$/);
  fc.assert(
    fc.property(
      fc.array(cookie, { maxLength: 4 }),
      fc.constantFrom('cookies', 'headers', 'multiValueHeaders'),
      (cookies, where) => {
        const result = where === 'cookies' ? { cookies } : { [where]: { 'Set-Cookie': cookies } };
        expect(toResponse({ statusCode: 200, ...result }).headers.getSetCookie()).toEqual(cookies);
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withTypedArray: true,
      }),
      fc.anything(),
      (value, headers) => {
        for (const result of [
          value,
          { statusCode: value },
          { statusCode: 200, headers, body: value },
          { statusCode: 201, cookies: headers, isBase64Encoded: true, body: 'é' },
        ]) {
          try {
            expect(toResponse(result)).toBeInstanceOf(Response);
          } catch (error) {
            expect(error).toBeInstanceOf(HandlerFault);
          }
        }
      },
    ),
  );
});
