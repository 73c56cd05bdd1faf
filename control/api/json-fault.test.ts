import { expect, test } from 'vitest';
import { findJsonFault, placeOf } from './json-fault.ts';

test.each([
  ['', 0],
  ['   ', 3],
  ['hello', 0],
  ['{x}', 1],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ['{"a":}', 5],
  ['{"a":1 "b":2}', 7],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['[1', 2],
  ['{"a":[{}', 8],
  ['{"a":1]', 6],
  ['01', 0],
  ['1.', 0],
  ['truely', 0],
  ["{'a':1}", 1],
  ['"a\nb"', 2],
  ['"a\\x"', 3],
  ['"a\\u12"', 3],
  ['"open', 5],
  ['{} {}', 3],
  ['1 // comment', 2],
])('finds where %j stops being JSON', (text, offset) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonFault(text)).toBe(offset);
});

test.each(['{"a":[1,-2.5e+3,true,false,null,"\\u00e9\\n"],"b":{}}', ' [ ] ', '"x"'])(
  'finds no fault before the end of %s, which is JSON',
  (text) => {
    expect(findJsonFault(text)).toBe(text.length);
  },
);

test('looks through a string of 9 MB', () => {
  const text = `{"code":"${'x'.repeat(9_000_000)}",}`;
  expect(findJsonFault(text)).toBe(text.length - 1);
});

test('counts lines and columns from one', () => {
  expect(placeOf('{\n "a": x', 8)).toEqual({ line: 2, column: 7 });
  expect(placeOf('x', 0)).toEqual({ line: 1, column: 1 });
});
