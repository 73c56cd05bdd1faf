import { expect, test } from 'vitest';
import { assetDynamicRedirectsMax, assetRuleLengthMax, assetStaticRedirectsMax } from '../../model/limits.ts';
import { parseRedirects } from './parse-redirects.ts';

const parse = (text: string) => parseRedirects(text, undefined);

test('reads rules, with their status or 302, and leaves comments out', () => {
  expect(parse('# old pages\n/old /new\r\n  /gone   https://example.com/x?y#z 301 # moved\n\n')).toEqual({
    version: 1,
    staticRules: {
      '/old': { status: 302, to: '/new', lineNumber: 2 },
      '/gone': { status: 301, to: 'https://example.com/x?y#z', lineNumber: 3 },
    },
    rules: {},
  });
});

test('splats and placeholders are tried in turn, and so is what comes after the first of them', () => {
  expect(parse('/a /b\n/blog/* /posts/:splat 308\n/c /d\n/u/:id /user?id=:id 200')).toEqual({
    version: 1,
    staticRules: { '/a': { status: 302, to: '/b', lineNumber: 1 } },
    rules: {
      '/blog/*': { status: 308, to: '/posts/:splat' },
      '/c': { status: 302, to: '/d' },
      '/u/:id': { status: 200, to: '/user?id=:id' },
    },
  });
});

test('paths become what a browser would send', () => {
  expect(parse('/caf\u00e9 /a b'.replace('a b', 'a%20b'))?.staticRules).toEqual({
    '/caf%C3%A9': { status: 302, to: '/a%20b', lineNumber: 1 },
  });
});

test('a file without a rule is none', () => {
  expect(parse('\n# nothing\n')).toBeUndefined();
});

test.each([
  ['/a', 'line 1 has 1 words'],
  ['/a /b 301 x', 'line 1 has 4 words'],
  ['/a /b 404', 'line 1 has the status 404'],
  ['/a /b x', 'line 1 has the status x'],
  ['https://example.com/a /b', 'line 1 begins with https://example.com/a'],
  ['/a http://example.com/b', 'line 1 leads to http://example.com/b'],
  ['/a javascript:alert(1)', 'line 1 leads to javascript:alert(1)'],
  ['/a https://example.com/b 200', 'with 200 it must be a path'],
  ['\n/* /index.html 200', 'line 2 leads to itself'],
  ['/a/ /a/index', 'line 1 leads to itself'],
  ['/a /b\n/a /c', 'line 2 is a second rule for /a'],
  [`/a /${'b'.repeat(assetRuleLengthMax)}`, `and may have ${assetRuleLengthMax}`],
])('refuses %j, with the line', (text, why) => {
  expect(() => parse(text)).toThrow('Invalid _redirects');
  expect(() => parse(text)).toThrow(why);
});

test('a folder may lead to its index where HTML is served under its own name', () => {
  expect(parseRedirects('/a/ /a/index.html 200', 'none')?.staticRules['/a/']?.status).toBe(200);
});

test('takes as many rules of each kind as there may be, and not one more', () => {
  const rules = (count: number, make: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => make(n));
  const most = [
    ...rules(assetStaticRedirectsMax, (n) => `/s${n} /x`),
    ...rules(assetDynamicRedirectsMax, (n) => `/d${n}/* /x`),
  ];
  const parsed = parse(most.join('\n'));
  expect(Object.keys(parsed?.staticRules ?? {})).toHaveLength(assetStaticRedirectsMax);
  expect(Object.keys(parsed?.rules ?? {})).toHaveLength(assetDynamicRedirectsMax);
  expect(() => parse(['/one /more', ...most].join('\n'))).toThrow('one rule too many');
  expect(() => parse([...most, '/one/* /more'].join('\n'))).toThrow('one rule too many');
});

test('tells of many faults the first, and how many more there are', () => {
  expect(() => parse('/a\n'.repeat(25))).toThrow('; and 5 more.');
});
