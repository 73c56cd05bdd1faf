import { expect, test } from 'vitest';
import { AppError } from '../model/errors.ts';
import type { WorkerdConfig } from './config.ts';
import { emitCapnp } from './emit-capnp.ts';
import { boundSample, everythingSample, frontSample, instanceSample } from './goldens/sample-configs.ts';

test.each([
  ['instance', instanceSample()],
  ['bound', boundSample()],
  ['everything', everythingSample('/srv/selvedge')],
  ['front', frontSample('/srv/selvedge', ['--gc-global'])],
])('writes the %s config as its golden file says', async (name, config) => {
  await expect(emitCapnp(config)).toMatchFileSnapshot(`goldens/${name}.capnp.golden`);
});

test('writes the same text for the same config', () => {
  expect(emitCapnp(everythingSample('/srv'))).toBe(emitCapnp(structuredClone(everythingSample('/srv'))));
});

const withBinding = (name: string, content: string): WorkerdConfig => ({
  services: [
    {
      kind: 'worker',
      name: 'main',
      modules: [],
      compatibilityDate: '2026-11-01',
      compatibilityFlags: [],
      bindings: [{ kind: 'text', name, content }],
    },
  ],
  sockets: [],
});

test.each([
  ['quotes and backslashes', 'a"b\\', '"a\\"b\\\\"'],
  ['line breaks', 'a\r\nb', '"a\\x0d\\nb"'],
  ['a NUL before a hex digit', 'a\0b', '"a\\x00b"'],
  ['letters of any script and emoji as they are', 'é漢😀', '"é漢😀"'],
  ['characters that turn the reading direction in bytes', '\u202e', '"\\xe2\\x80\\xae"'],
  ['separators in bytes', '\u2028\u00a0', '"\\xe2\\x80\\xa8\\xc2\\xa0"'],
])('writes %s', (_, content, literal) => {
  expect(emitCapnp(withBinding('A', content))).toContain(`(name = "A", text = ${literal}),`);
});

test('keeps a binding to its line whatever it holds', () => {
  const plain = emitCapnp(withBinding('A', 'x')).split('\n').length;
  const hostile = '"), (name = "B", text = "\n# $\u007bx} )\u2028\u0085\v\f\r';
  expect(emitCapnp(withBinding(hostile, hostile)).split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).length).toBe(
    plain,
  );
});

test('refuses half of a surrogate pair and names the binding', () => {
  expect(() => emitCapnp(withBinding('A', 'x\ud83d'))).toThrow(
    /^The binding "A" of service "main" holds half of a surrogate pair/,
  );
});

test('refuses a NUL in a name', () => {
  expect(() => emitCapnp(withBinding('A\0', 'x'))).toThrow(
    /name of binding "A\\u0000".*holds a NUL character/,
  );
});

test('refuses a line break in an injected header', () => {
  const http = { injectRequestHeaders: [{ name: 'x-a', value: '1\r\nx-b: 2' }] };
  const config: WorkerdConfig = {
    services: [{ kind: 'external', name: 'out', address: 'unix:/a', http }],
    sockets: [],
  };
  expect(() => emitCapnp(config)).toThrow(AppError);
  expect(() => emitCapnp(config)).toThrow(/header "x-a" injected by service "out" holds a line break/);
});
