// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a value names what is filled in.
import { expect, test } from 'vitest';
import { requestHeadersSchema, responseHeadersSchema } from './headers.ts';
import { injectSchema } from './inject.ts';

const faults = (
  schema: {
    safeParse(value: unknown): { error?: { issues: { path: PropertyKey[]; message: string }[] } | undefined };
  },
  value: unknown,
): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
const ofRequest = (change: object): string[] => faults(requestHeadersSchema, [change]);
const ofAnswer = (change: object): string[] => faults(responseHeadersSchema, [change]);

test('changes of headers are taken', () => {
  expect(
    ofRequest({ set: 'X-Country', value: '${client.country}; ${path.slug}', when: { path: '/blog/:slug' } }),
  ).toEqual([]);
  expect(ofRequest({ remove: 'cookie' })).toEqual([]);
  expect(ofAnswer({ append: 'set-cookie', value: 'a=1; Path=/' })).toEqual([]);
  expect(ofAnswer({ remove: 'set-cookie', when: { status: [404, '5xx', '400-403'] } })).toEqual([]);
  expect(ofAnswer({ preset: 'secure' })).toEqual([]);
});

test.each([
  'Connection',
  'content-length',
  'Transfer-Encoding',
  'te',
  'trailer',
  'upgrade',
  'content-encoding',
  'X-Selvedge-Version',
  'x-selvedge-anything',
  'cf-blob',
  'x-request-id',
])('%s is nobody’s to change, in either direction and by any means', (name) => {
  for (const op of ['set', 'append', 'remove']) {
    const change = { [op]: name, ...(op !== 'remove' && { value: 'x' }) };
    expect(ofRequest(change), op).toEqual([expect.stringContaining(`0.${op} is "${name}": it `)]);
    expect(ofAnswer(change), op).toEqual([expect.stringContaining(`0.${op} is "${name}": it `)]);
  }
});

test.each(['host', 'x-forwarded-for', 'X-Real-IP', 'cf-connecting-ip', 'x-forwarded-proto', 'forwarded'])(
  '%s says who a client is, and no rule makes that up',
  (name) => {
    expect(ofRequest({ set: name, value: 'x' })).toEqual([
      expect.stringMatching(/whom the request is for or from/),
    ]);
  },
);

test("the function's cookies are not replaced", () => {
  expect(ofAnswer({ set: 'Set-Cookie', value: 'a=1' })).toEqual([
    expect.stringMatching(/append it, or remove them all/),
  ]);
});

test.each([
  'a\r\nset-cookie: x=1',
  'a\nb',
  'a\rb',
  'a\0b',
  'a\x7fb',
  'a\u0085b',
  '日本',
  '\ud800',
  ' a',
  'a ',
])('a value of %j is refused', (value) => {
  expect(ofRequest({ set: 'x-a', value })).toEqual([expect.stringMatching(/^0\.value is /)]);
});

test.each(['a\r\nb', 'a b', 'a:', 'é', '', 'a\0'])('a name of %j is refused', (name) => {
  expect(ofRequest({ set: name, value: 'x' })).toEqual([expect.stringMatching(/^0\.set /)]);
});

test.each(['${nobody}', '${path.slug}', '${client.ip', '${}', '${ client.ip }', '${__proto__}'])(
  'the value %j has something that is not known',
  (value) => {
    expect(ofRequest({ set: 'x-a', value })).toEqual([expect.stringMatching(/^0\.value is /)]);
  },
);

test('a secret may be sent to a function, by itself or within plain text, and to no visitor', () => {
  expect(ofRequest({ set: 'authorization', value: 'Bearer ${secrets.TOKEN}' })).toEqual([]);
  expect(ofRequest({ set: 'x-a', value: '${secrets.TOKEN} ${client.ip}' })).toEqual([
    expect.stringMatching(/names a secret beside something that is filled in/),
  ]);
  expect(ofAnswer({ set: 'x-a', value: '${secrets.TOKEN}' })).toEqual([
    expect.stringMatching(/whoever is answered would read/),
  ]);
});

test('a change does one thing', () => {
  expect(ofAnswer({})).toEqual([expect.stringMatching(/set, append or remove/)]);
  expect(ofAnswer({ set: 'a', remove: 'b', value: 'x' })).toContainEqual(
    expect.stringMatching(/remove is there beside "set"/),
  );
  expect(ofAnswer({ set: 'a' })).toEqual(['0.value is missing']);
  expect(ofAnswer({ remove: 'a', value: 'x' })).toEqual([expect.stringMatching(/"remove" takes none/)]);
  expect(ofRequest({ preset: 'secure' })[0]).toMatch(/preset/);
  expect(ofRequest({ set: 'a', value: 'x', when: { status: [200] } })).not.toEqual([]);
  expect(ofAnswer({ set: 'a', value: 'x', when: { status: [199] } })).not.toEqual([]);
});

test('what is put into pages has a selector that is one, and a size', () => {
  const inject = (change: object): string[] => faults(injectSchema, [change]);
  expect(inject({ selector: 'head', position: 'append', html: '<script></script>' })).toEqual([]);
  expect(inject({ selector: 'html', position: 'set_attribute', attribute: 'lang', value: 'de' })).toEqual([]);
  expect(inject({ selector: 'head,', position: 'append', html: 'x' })[0]).toMatch(/^0\.selector is "head,"/);
  expect(inject({ selector: `.${'a'.repeat(199)}`, position: 'remove' })).toEqual([]);
  expect(inject({ selector: `.${'a'.repeat(200)}`, position: 'remove' })[0]).toMatch(/200/);
  expect(inject({ selector: 'a', position: 'append', html: 'x'.repeat(65_536) })).toEqual([]);
  expect(inject({ selector: 'a', position: 'append', html: 'x'.repeat(65_537) })[0]).toMatch(/65536/);
  expect(inject({ selector: 'a', position: 'append', html: '\0' })[0]).toMatch(/NUL/);
  expect(inject({ selector: 'a', position: 'set_attribute', attribute: 'a b', value: 'x' })[0]).toMatch(
    /attribute/,
  );
  expect(inject({ selector: 'a', position: 'remove', html: 'x' })[0]).toMatch(/html/);
});
