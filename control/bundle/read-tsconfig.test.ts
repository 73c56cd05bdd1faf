import { expect, test } from 'vitest';
import { readTsconfig } from './read-tsconfig.ts';

function read(text: string): { options: unknown; logs: string[] } {
  const logs: string[] = [];
  return { options: readTsconfig(new Map([['tsconfig.json', text]]), (line) => logs.push(line)), logs };
}

test('takes compiler options with comments and trailing commas, and nothing beside them', () => {
  const text =
    '\ufeff{ // why\n"compilerOptions": {"jsx": "react", "paths": {"a": ["./a",],},}, "include": ["/etc"] }';
  expect(read(text)).toEqual({ options: { jsx: 'react', paths: { a: ['./a'] } }, logs: [] });
});

test('does not follow "extends", however it is written, and says so', () => {
  for (const key of ['"extends"', '"\\u0065xtends"']) {
    const { options, logs } = read(`{${key}: "/etc/passwd"}`);
    expect(options).toEqual({});
    expect(logs).toEqual([expect.stringMatching(/"extends", which a build does not follow/)]);
  }
});

test.each([
  '',
  '{',
  '[]',
  'null',
  '{"a": b}',
  '{"a": `x`}',
  '{["a"]: 1}',
  '{...{}}',
  '{"a"() {}}',
  '{"a": /x/}',
])('refuses %s as malformed', (text) => {
  expect(() => read(text)).toThrow(/^tsconfig\.json is malformed: /);
});

test('there are no options without a tsconfig.json', () => {
  expect(readTsconfig(new Map(), () => undefined)).toBeUndefined();
});
