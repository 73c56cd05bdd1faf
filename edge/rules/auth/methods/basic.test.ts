import { expect, test } from 'vitest';
import { basicLengthMax, readBasic } from './basic.ts';

const header = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('name and password are told apart by the first colon, in any script', () => {
  expect(readBasic(header('ada:a:b'))).toEqual({ name: 'ada', password: 'a:b' });
  expect(readBasic(header('Žofie:heslo\u{1F512}'))).toEqual({ name: 'Žofie', password: 'heslo\u{1F512}' });
  expect(readBasic(header('ada:').replace('Basic', 'bASIC '))).toEqual({ name: 'ada', password: '' });
});

test('what is there and cannot be read is told from what is not there', () => {
  expect([readBasic(null), readBasic('Bearer x'), readBasic('Basic')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([readBasic('Basic ***'), readBasic(header('ada'))]).toEqual([null, null]);
});

test('a long header of spaces is told as quickly as any other', () => {
  for (let n = 0; n < 20; n += 1) expect(readBasic(`basic${' '.repeat(120_000)}a b`)).toBeNull();
  // Once it took two seconds for each.
  expect(readBasic(`Bearer ${'x'.repeat(120_000)}`)).toBeUndefined();
});

test('a header of a character past the bound is not looked at', () => {
  // 1,018 characters behind "Basic " are base64 without padding of 763 bytes, and one more character is none.
  const text = Buffer.from(`a:${'x'.repeat(761)}`).toString('base64url');
  expect(`Basic ${text}`).toHaveLength(basicLengthMax);
  expect(readBasic(`Basic ${text}`)).toMatchObject({ name: 'a' });
  expect(readBasic(`Basic ${text}=`)).toBeNull();
  expect(readBasic(`Basic ${Buffer.from(`a:${'x'.repeat(762)}`).toString('base64url')}`)).toBeNull();
});
