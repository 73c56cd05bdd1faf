import { expect, test } from 'vitest';
import { faultOfSize } from './fault-of-size.ts';

const status = (size: object, path: string, headers: Record<string, string> = {}): number | undefined =>
  faultOfSize(size, path, new Headers(headers))?.status;

test('a limit takes what is as large, and refuses what is one larger', () => {
  expect(status({ urlLengthMax: 20 }, `/${'x'.repeat(19)}`)).toBeUndefined();
  expect(status({ urlLengthMax: 20 }, `/${'x'.repeat(20)}`)).toBe(414);
  expect(status({ headerBytesMax: 6 }, '/', { abc: 'def' })).toBeUndefined();
  expect(status({ headerBytesMax: 6 }, '/', { abc: 'defg' })).toBe(431);
  expect(status({ headerCountMax: 2 }, '/', { a: '1', b: '2' })).toBeUndefined();
  expect(status({ headerCountMax: 2 }, '/', { a: '1', b: '2', c: '3' })).toBe(431);
  expect(status({ bodyBytesMax: 10 }, '/', { 'content-length': '10' })).toBeUndefined();
  expect(status({ bodyBytesMax: 10 }, '/', { 'content-length': '11' })).toBe(413);
  expect(status({ bodyBytesMax: 0 }, '/', { 'content-length': '1' })).toBe(413);
});

test('what has no limit is not looked at', () => {
  expect(
    status({}, `/${'x'.repeat(9999)}`, { a: 'x'.repeat(9999), 'content-length': '99999999' }),
  ).toBeUndefined();
});
