// Goal: whatever a visitor sends, a redirect leads to the host that the rule names, and a rewrite stays below its path.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureNames, matchPath, type PathPattern, partsOfPath, readPathPattern } from './path-pattern.ts';
import { fillPath, fillQuery, type PathTemplate, readPathTemplate } from './path-template.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261128, numRuns: 2000 });

const read = (from: string, to: string): readonly [PathPattern, PathTemplate] => {
  const pattern = readPathPattern(from) as PathPattern;
  return [pattern, readPathTemplate(to, captureNames(pattern)) as PathTemplate];
};

const fill = (from: string, to: string, path: string, query = ''): string | undefined => {
  const [pattern, template] = read(from, to);
  const captures = matchPath(pattern, partsOfPath(path));
  const filled = captures && fillPath(template, captures);
  return captures && filled && filled + fillQuery(template, captures, query);
};

const HOSTILE = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[
        '/',
        '//',
        '\\',
        '%2f',
        '%5C',
        '%5c%5c',
        '..',
        '.',
        '%2e',
        '%2E%2e',
        '%252e',
        '@evil.example',
        ':80',
      ],
      ...[
        'evil.example',
        '\t',
        '\n',
        '\r\n',
        '\0',
        '%0d%0a',
        '%00',
        '%09',
        '&x=1',
        '=',
        '#',
        ';',
        'é',
        '。',
        '／',
      ],
      ...['http:', 'javascript:', '%', '%zz', 'a', '', '?', '\u202e', '\ud800'],
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  { maxLength: 8 },
);

test('no capture reaches the host, leaves the path, or ends a line', () => {
  const rules = fc.constantFrom(
    ['/old/*', '/*'],
    ['/old/*', '/new/*'],
    ['/old/*', '/new/:splat/end'],
    ['/:a/*', '/:a/:splat'],
    ['/:a/*', '/x-:a'],
    ['/:a/*', '/:a:splat'],
    ['/*', '/.*'],
    ['/*', '/%2e:splat'],
  );
  fc.assert(
    fc.property(rules, HOSTILE, ([from = '', to = ''], pieces) => {
      const filled = fill(from, to, `/old/${pieces.join('').replace(/[?#]/g, '')}`);
      if (filled === undefined) return;
      expect(filled).toMatch(/^\/(?![/\\])[!-~]*$/);
      const url = new URL(filled, 'https://own.example/old/x');
      expect(url.host).toBe('own.example');
      expect(url.pathname.split('/').length).toBe(filled.replace(/[?#].*$/, '').split('/').length);
      if (to.startsWith('/new/')) expect(url.pathname).toMatch(/^\/new\//);
    }),
  );
});

test('no capture makes a parameter, and no query ends a line', () => {
  fc.assert(
    fc.property(HOSTILE, HOSTILE, (pieces, queries) => {
      const filled = fill(
        '/old/*',
        '/new?from=*&own=1',
        `/old/${pieces.join('').replace(/[?#]/g, '')}`,
        `?${queries.join('')}`,
      );
      if (filled === undefined) return;
      expect(filled).toMatch(/^[!-~]*$/);
      const [from, own] = filled.slice('/new?'.length).split('&');
      expect([from?.startsWith('from='), own]).toEqual([true, 'own=1']);
    }),
  );
});

test('captures go where the template says', () => {
  expect(fill('/blog/:year/:slug', '/posts/:slug-:year.html', '/blog/2026/caf%c3%a9')).toBe(
    '/posts/caf%C3%A9-2026.html',
  );
  expect(fill('/old/*', '/new/*', '/old/a/b')).toBe('/new/a/b');
  expect(fill('/old/*', '/*', '/old//evil.example')).toBe('/evil.example');
  expect(fill('/old/*', '/new', '/old/a', '?x=1&y')).toBe('/new?x=1&y');
  expect(fill('/old/:a', '/new?a=:a', '/old/1&b=2', '?x=1')).toBe('/new?a=1%26b%3D2&x=1');
  expect(fill('/files/*', '/public/*', '/files/%2e%2e/secret')).toBeUndefined();
  expect(fill('/files/:name', '/public/:name', '/files/..%5c..')).toBeUndefined();
});

test.each([
  ['https://evil.example/x', undefined],
  ['https://www.example.com:8443/:a?b=*#top', undefined],
  ['//evil.example', /one "\/"/],
  ['\\\\evil.example', /no white space/],
  ['/\\evil.example', /no white space/],
  ['/a\r\nset-cookie: x=1', /no white space/],
  ['/a\0', /no white space/],
  ['javascript:alert(1)', /one "\/"/],
  ['ftp://example.com/', /one "\/"/],
  ['a', /one "\/"/],
  ['https://:a.example.com/', /host itself/],
  ['https://*.example.com/', /host itself/],
  ['https://example.com:splat/', /host itself/],
  ['https://user@example.com/', /host itself/],
  ['https://example.com:99999/', /host itself/],
  ['https:///x', /host itself/],
  ['/new/:c', /uses :c, and the pattern takes :a, :splat/],
  ['/new/../x', /"\.\." parts/],
  ['/new/%2e%2e', /"\.\." parts/],
])('%j leads somewhere or says what is wrong', (text, said) => {
  const template = readPathTemplate(text, ['a', 'splat']);
  if (said) expect(template).toMatch(said);
  else expect(template).toMatchObject({ origin: /^https:\/\/[^/]+/.exec(text)?.[0] });
});
