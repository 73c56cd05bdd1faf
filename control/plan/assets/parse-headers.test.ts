import { expect, test } from 'vitest';
import { assetHeaderRulesMax, assetRuleLengthMax } from '../../model/limits.ts';
import { parseHeaders } from './parse-headers.ts';

test('reads rules, joins two values of a name, and takes headers away', () => {
  const text = [
    '# security',
    '/*',
    '  X-Frame-Options: DENY',
    '  ! Cache-Control',
    '/assets/:file',
    '\tLink: </a>; rel=preload',
    '\tlink: </b>; rel=preload',
    'https://example.com/x/*',
    '  X-Splat: https://:splat',
  ].join('\r\n');
  expect(parseHeaders(text)).toEqual({
    version: 2,
    rules: {
      '/*': { set: { 'x-frame-options': 'DENY' }, unset: ['Cache-Control'] },
      '/assets/:file': { set: { link: '</a>; rel=preload, </b>; rel=preload' } },
      'https://example.com/x/*': { set: { 'x-splat': 'https://:splat' } },
    },
  });
});

test('of two rules for one pattern the later counts', () => {
  expect(parseHeaders('/a\n x: 1\n/a\n y: 2')?.rules).toEqual({ '/a': { set: { y: '2' } } });
});

test('a file without a rule is none', () => {
  expect(parseHeaders('\n# nothing\n')).toBeUndefined();
});

test.each([
  ['X-A: 1', 'line 1 stands before any path'],
  ['/a', 'line 1 has no header below it'],
  ['/a\n  nothing', 'line 2 is neither a path nor a header'],
  ['/a\n  X A: 1', 'line 2 sets "x a", which is no name'],
  ['/a\n  : 1', 'line 2 sets ""'],
  ['/a\n  X-A:', 'line 2 gives x-a no value'],
  ['/a\n  X-A: \u2713', 'line 2 gives x-a a value with characters'],
  ['/a\n  ! X A', 'line 2 takes away "X A"'],
  ['/*/b/*\n  X: 1', 'line 1 has 2 "*"'],
  ['/*/:splat\n  X: 1', 'line 1 has "*" and ":splat"'],
  ['http://example.com/\n  X: 1', 'line 1 is for http://example.com/'],
  ['https://example.com:8080/a\n  X: 1', 'line 1 names a port'],
  [`/a\n  X: ${'1'.repeat(assetRuleLengthMax)}`, `and may have ${assetRuleLengthMax}`],
])('refuses %j, with the line', (text, why) => {
  expect(() => parseHeaders(text)).toThrow('Invalid _headers');
  expect(() => parseHeaders(text)).toThrow(why);
});

test('headers below a path that is a fault are no faults of their own', () => {
  expect(() => parseHeaders('/*/b/*\n  X: 1\n  Y: 2')).toThrow(/^Invalid _headers: line 1 [^;]*\.$/);
});

test('takes as many rules as there may be, and not one more', () => {
  const rules = (count: number) => Array.from({ length: count }, (_, n) => `/${n}\n  X: 1`).join('\n');
  expect(Object.keys(parseHeaders(rules(assetHeaderRulesMax))?.rules ?? {})).toHaveLength(
    assetHeaderRulesMax,
  );
  expect(() => parseHeaders(rules(assetHeaderRulesMax + 1))).toThrow('one rule too many');
});
