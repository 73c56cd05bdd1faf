import { expect, test } from 'vitest';
import { fillPlaceholders, placeholdersFor } from './placeholder.ts';

const mark = '0123456789abcdef'.repeat(2);

test.each(['', 'short', 'ü'.repeat(31), 'x'.repeat(62), 'x'.repeat(63), 'x'.repeat(100_000)])(
  'both texts have the same length, a multiple of 64, and the real one is the value (%#)',
  (value) => {
    const [placeholder] = placeholdersFor(mark, [JSON.stringify(value)]);
    const length = Buffer.byteLength(placeholder?.real ?? '');
    expect(length % 64).toBe(0);
    expect(placeholder?.text).toHaveLength(length);
    expect(placeholder?.text).toMatch(/^"slv-[0-9a-f]{32}-0000\.*"$/);
    expect(JSON.parse(placeholder?.real ?? '')).toBe(value);
  },
);

test('real texts take the places of their placeholders, in whatever order these are', () => {
  const placeholders = placeholdersFor(mark, ['"one"', '"two"']);
  const config = Buffer.from(`head ${placeholders[1]?.text} middle ${placeholders[0]?.text} end`);
  const before = Buffer.from(config);
  const filled = Buffer.from(fillPlaceholders(config, mark, placeholders)).toString();
  expect(filled).toBe(`head ${placeholders[1]?.real} middle ${placeholders[0]?.real} end`);
  expect(config).toEqual(before);
});

test('a value that looks like a placeholder is not taken for one', () => {
  const [inner] = placeholdersFor(mark, ['"x"', '"y"']);
  const placeholders = placeholdersFor(mark, [JSON.stringify(inner?.text), '"y"']);
  const config = Buffer.from(placeholders.map(({ text }) => text).join());
  const filled = Buffer.from(fillPlaceholders(config, mark, placeholders)).toString();
  expect(filled).toBe(placeholders.map(({ real }) => real).join());
});

test('one that is not there, or there twice, is a bug', () => {
  const placeholders = placeholdersFor(mark, ['"one"']);
  const text = placeholders[0]?.text ?? '';
  expect(() => fillPlaceholders(Buffer.from('none'), mark, placeholders)).toThrow('every placeholder');
  expect(() => fillPlaceholders(Buffer.from(text + text), mark, placeholders)).toThrow('once');
});
