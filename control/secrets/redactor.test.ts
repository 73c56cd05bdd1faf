import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { consoleMessageLengthMax } from '../../edge/contract/console-line.ts';
import { redactorOf } from './redactor.ts';

const value = 'k-3y/with+odd"chars\\& ümlaut';
const redactor = redactorOf([{ name: 'KEY', value }]);
const redact = redactor.text;
const hidden = '[secret KEY]';

test.each([
  ['as it is', value],
  ['in JSON', JSON.stringify({ a: value }).slice(6, -2)],
  ['in an inspected object', inspect({ a: value }).slice(6, -3)],
  ['URL-encoded', encodeURIComponent(value)],
  ['URL-encoded in lower case', encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
  ['in a form', new URLSearchParams({ a: value }).toString().slice(2)],
])('a value %s is replaced', (_, text) => {
  expect(redact(`<${text}|${text}>`)).toBe(`<${hidden}|${hidden}>`);
});

test.each(['', 'u', 'us', 'user:', 'some-user:'])('a value in base64 behind "%s" is replaced', (before) => {
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const after of ['', 'x', 'xy']) {
      const encoded = Buffer.from(before + value + after).toString(encoding);
      const shown = redact(`Basic ${encoded}`);
      expect(shown).toContain(hidden);
      // At most the characters that it shares with its neighbours are left.
      const left = shown.replace(hidden, '').length - 'Basic '.length;
      expect(left).toBeLessThanOrEqual(Math.ceil(((before.length + after.length) * 8) / 6) + 5);
    }
  }
});

test('a value of 6 characters is replaced, one of 5 is not', () => {
  const both = redactorOf([
    { name: 'SIX', value: 'abcdef' },
    { name: 'FIVE', value: 'vwxyz' },
  ]);
  expect(both.text('abcdef vwxyz')).toBe('[secret SIX] vwxyz');
});

test('of a value that holds another the whole is replaced', () => {
  const both = redactorOf([
    { name: 'TOKEN', value: 'abcdefgh' },
    { name: 'HEADER', value: 'Bearer abcdefgh' },
  ]);
  expect(both.text('Bearer abcdefgh, abcdefgh')).toBe('[secret HEADER], [secret TOKEN]');
});

test('of two values with the same beginning each is told by its own name', () => {
  const same = 'x'.repeat(100);
  const both = redactorOf([
    { name: 'A', value: `${same}a` },
    { name: 'B', value: `${same}b` },
  ]);
  expect(both.text(`${same}b ${same}a`)).toBe('[secret B] [secret A]');
});

test('the lines of a key in PEM are replaced each, and its frame is not', () => {
  const lines = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'];
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
  const redactPem = redactorOf([{ name: 'PEM', value: pem }]);
  expect(redactPem.text(pem)).toBe('[secret PEM]');
  expect(redactPem.text(`at ${lines[1]}`)).toBe('at [secret PEM]');
  expect(redactPem.text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
});

test('a line that was cut within a value shows none of it', () => {
  const cut = `${'x'.repeat(100)}${value.slice(0, 9)}… (cut: 20000 characters)`;
  expect(redact(cut)).toBe(`${'x'.repeat(100)}${hidden}… (cut: 20000 characters)`);
  const raw = 'x'.repeat(consoleMessageLengthMax - 8) + value.slice(0, 8);
  expect(redact(raw)).toBe('x'.repeat(consoleMessageLengthMax - 8) + hidden);
});

test('a value longer than a line is replaced as far as it goes', () => {
  const long = Array.from({ length: 100_000 }, (_, index) => String(index)).join();
  const redactLong = redactorOf([{ name: 'LONG', value: long }]);
  expect(redactLong.text(`a ${long.slice(0, 16_000)}… (cut: 588889 characters)`)).toBe(
    'a [secret LONG]… (cut: 588889 characters)',
  );
});

test('other text is left as it is, and no secret makes no work', () => {
  expect(redact('nothing to see, k-3y')).toBe('nothing to see, k-3y');
  expect(redactorOf([]).text(value)).toBe(value);
});

test.each([
  ['as it is', value],
  ['within a line that is JSON', JSON.stringify({ m: `the value is ${value}` })],
  ['inspected within a line that is JSON', JSON.stringify({ m: inspect({ a: value }) })],
])('in the bytes of a file a value is found %s', (_, text) => {
  const bytes = Buffer.from(`é before ${text} after`);
  const [found, ...others] = redactor.ranges(bytes);
  expect(others).toEqual([]);
  bytes.fill('*', found?.start, found?.end);
  expect(bytes.toString()).not.toContain('k-3y');
  expect(bytes.toString()).not.toContain('ümlaut');
  expect(bytes.toString()).toMatch(/^é before .*after$/);
});
