// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a variable names a secret.
import { expect, test } from 'vitest';
import { runtimeValues } from './runtime-values.ts';

const open = (name: string, sealed: string): string => `${name}:${sealed}`;
const token = { key: 'TOKEN', value: 's', secret: true };

test('a secret is opened, a plain variable is left', () => {
  const plain = { key: 'A', value: 'a', secret: false };
  expect(runtimeValues([plain, token], open)).toEqual({
    plain: [plain],
    secret: [{ name: 'TOKEN', value: 'TOKEN:s', json: '"TOKEN:s"' }],
  });
});

test('a variable that names a secret has its value in it, and is secret as a whole', () => {
  const header = { key: 'HEADER', value: 'Bearer ${secrets.TOKEN}', secret: false };
  expect(runtimeValues([header, token], open).secret[0]).toEqual({
    name: 'HEADER',
    value: 'Bearer TOKEN:s',
    json: '"Bearer TOKEN:s"',
  });
});

test('a variable of JSON has it within its strings', () => {
  const config = { key: 'C', value: '{"a":"${secrets.TOKEN}"}', secret: false, json: true as const };
  const quoting = (): string => 'x"y';
  expect(runtimeValues([config, token], quoting).secret[0]?.json).toBe('{"a":"x\\"y"}');
});

test.each([
  ['that is not there', []],
  ['that is a plain variable', [{ key: 'TOKEN', value: 'x', secret: false }]],
])('a name %s is FN_005 with both names', (_, others) => {
  const header = { key: 'HEADER', value: 'Bearer ${secrets.TOKEN}', secret: false };
  expect(() => runtimeValues([header, ...others], open)).toThrow(
    expect.objectContaining({
      code: 'FN_005',
      message: expect.stringContaining('The variable HEADER names the secret TOKEN'),
    }),
  );
});

test('what looks like a reference within a secret is none', () => {
  const odd = { key: 'ODD', value: 's', secret: true };
  expect(runtimeValues([odd], () => '${secrets.NONE}').secret[0]?.value).toBe('${secrets.NONE}');
});
