import { expect, test } from 'vitest';
import { compareHeads, sameBytes, sampleHeadersMax, sampleValueLengthMax } from './compare-answers.ts';
import { comparedBytesMax, SeenBody } from './seen-body.ts';

const head = (status: number, ...headers: (readonly [string, string])[]) => ({ status, headers });

test.each([
  ['the same', [], [], []],
  ['another value', [['a', '1']], [['a', '2']], ['a']],
  ['a header too few and one too many', [['a', '1']], [['b', '1']], ['a', 'b']],
  [
    'several of one name, in another order',
    [
      ['a', '1'],
      ['a', '2'],
    ],
    [
      ['a', '2'],
      ['a', '1'],
    ],
    ['a'],
  ],
  [
    'times, ids and lengths',
    [
      ['date', '1'],
      ['x-request-id', '1'],
      ['content-length', '1'],
    ],
    [],
    [],
  ],
  ["the platform's own", [['x-selvedge-outcome', 'threw']], [['x-selvedge-slot', '1']], []],
  ['values of cookies', [['set-cookie', 'a=1; Path=/']], [['set-cookie', 'a=2']], []],
  ['names of cookies', [['set-cookie', 'a=1']], [['set-cookie', 'b=1']], ['set-cookie']],
  [
    'a cookie too many',
    [['set-cookie', 'a=1']],
    [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=1'],
    ],
    ['set-cookie'],
  ],
] as const)('headers compared: %s', (_, live, shadow, names) => {
  const { differs, headers } = compareHeads(head(200, ...live), head(200, ...shadow));
  expect(headers.map(({ name }) => name)).toEqual(names);
  expect(differs).toEqual(names.length > 0 ? ['headers'] : []);
});

test('a status differs by its number', () => {
  expect(compareHeads(head(200), head(201)).differs).toEqual(['status']);
});

test('no value of a cookie is in a sample, and one header or character past the bound is not', () => {
  const many = Array.from({ length: sampleHeadersMax + 1 }, (_, n) => [`h${n}`, 'x'.repeat(300)] as const);
  const cookie = ['set-cookie', 'session=secret'] as const;
  const { headers } = compareHeads(head(200, cookie, ...many), head(200));
  expect(headers).toHaveLength(sampleHeadersMax);
  expect(headers[0]).toEqual({ name: 'set-cookie', live: 'session=…', shadow: null });
  expect(headers[1]?.live).toHaveLength(sampleValueLengthMax);
});

test('bytes are the same when all of them are', () => {
  const of = (...bytes: number[]) => new Uint8Array(bytes);
  expect([sameBytes(of(1, 2), of(1, 2)), sameBytes(of(1, 2), of(1, 3)), sameBytes(of(1), of(1, 2))]).toEqual([
    ...[true, false, false],
  ]);
});

test('a body is kept as far as it is compared, by copies, and one byte past it is cut', () => {
  const [full, over, broken] = [new SeenBody(), new SeenBody(), new SeenBody()];
  const piece = new Uint8Array(comparedBytesMax).fill(1);
  full.add(piece);
  full.end(true);
  over.add(piece);
  over.add(new Uint8Array([2]));
  over.end(false);
  broken.add(piece.subarray(0, 1));
  broken.end(false);
  piece.fill(9);
  expect([full.cut, over.cut, broken.cut]).toEqual([false, true, false]);
  expect([full.comparable, over.comparable, broken.comparable]).toEqual([true, true, false]);
  expect(sameBytes(full.bytes(), over.bytes())).toBe(true);
  expect(full.bytes()[0]).toBe(1);
});
