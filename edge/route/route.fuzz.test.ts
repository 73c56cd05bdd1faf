// Goal: whatever a client writes for a host or a URL, routing does not throw, and finds what a slow and simple
// reading of the rules finds.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROUTING_TABLE_VERSION } from '../contract/names.ts';
import { normalizePath } from '../contract/normalize-path.ts';
import type { FunctionEntry, RouteEntry } from '../contract/routing-table.ts';
import { matchRoute, RoutesByHost } from './match-route.ts';
import { isHost, normalizeHost, readFunctionHost, readPreviewLabel } from './read-host.ts';
import { resolveTarget } from './resolve-target.ts';
import { splitUrl } from './split-url.ts';
import { TableIndex } from './table-index.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const piece = fc.constantFrom(
  'a',
  'b',
  'one',
  '1234abcd',
  '-',
  '_',
  '.',
  '..',
  ':',
  '80',
  '@',
  '/',
  '?',
  '#',
  '[',
  ']',
  '%',
  '*',
);
const hostText = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string(),
  fc.webAuthority(),
);
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,8}[a-z0-9])?$/);

test('a host that is taken stands in a URL as it is, and nothing else does', () => {
  fc.assert(
    fc.property(hostText, (header) => {
      if (!isHost(header)) return;
      const url = new URL(`http://${header}/path`);
      expect([url.pathname, url.username, url.search, url.hash]).toEqual(['/path', '', '', '']);
      expect(normalizeHost(header)).toBe(normalizeHost(header).toLowerCase());
    }),
  );
});

test('a normalised host has no port, and normalising it again changes no name', () => {
  fc.assert(
    fc.property(hostText.filter(isHost), (header) => {
      const host = normalizeHost(header);
      if (host.startsWith('[')) expect(host).toMatch(/\]$/);
      else expect(host).not.toContain(':');
      if (!host.endsWith('.')) expect(normalizeHost(host)).toBe(host);
    }),
  );
});

test('a function host is read back as it was put together, and from no other host', () => {
  fc.assert(
    fc.property(
      label,
      fc.option(label),
      fc.constantFrom('localhost', 'fn.example.com'),
      (name, project, domain) => {
        const host = [name, ...(project === null ? [] : [project]), domain].join('.');
        expect(readFunctionHost(host, domain)).toEqual({ label: name, project: project ?? 'default' });
      },
    ),
  );
  fc.assert(
    fc.property(hostText, (host) => {
      const read = readFunctionHost(host, 'localhost');
      if (!read) return;
      const again = [`${read.label}.localhost`, `${read.label}.${read.project}.localhost`];
      expect(again).toContain(host);
      const preview = readPreviewLabel(read.label);
      if (preview) expect(`${preview.digits}-${preview.name}`).toBe(read.label);
    }),
  );
});

test('the parts of a URL are those that the URL standard finds, and make the URL again', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), (given) => {
      const { href, origin, pathname, search } = new URL(given);
      // The standard's own parts lose a "?" with nothing behind it, which a function may be asked to keep.
      const query = search === '' && /^[^#]*\?(#|$)/.test(href) ? '?' : search;
      expect(splitUrl(href)).toEqual({ origin, path: pathname, query });
    }),
  );
  fc.assert(
    fc.property(fc.string(), (rest) => {
      const { origin, path, query } = splitUrl(`http://h${rest}`);
      const whole = `http://h${rest.split('#')[0]}`;
      expect([`${origin}${path}${query}`, `${origin}${query}`]).toContain(whole);
      expect(path.startsWith('/')).toBe(true);
    }),
  );
});

const segment = fc.constantFrom('a', 'ab', ':x', '*', '');
const route: fc.Arbitrary<RouteEntry> = fc
  .record({
    function: fc.constantFrom('fa', 'fb'),
    host: fc.constantFrom(null, 'a.test', '*.a.test', 'b.a.test'),
    segments: fc.array(segment, { maxLength: 3 }),
    end: fc.constantFrom('', 'a', ':y', 'a*', '*'),
    methods: fc.constantFrom<string[] | null>(null, ['GET'], ['POST', 'PUT']),
  })
  .map(({ segments, end, ...rest }) => ({
    ...rest,
    path: `/${[...segments.filter((one) => one !== ''), end].join('/')}`,
  }));

const patternOf = (path: string): RegExp => {
  const parts = path.slice(1).split('/');
  const texts = parts.map((part, at) => {
    const last = at === parts.length - 1;
    if (last && part === '*') return at === 0 ? '/.*' : '(/.*)?';
    if (part === '*' || part.startsWith(':')) return '/[^/]+';
    return last && part.endsWith('*') ? `/${part.slice(0, -1)}.*` : `/${part}`;
  });
  return new RegExp(`^${texts.join('')}$`);
};

/** The rules as a person would say them. */
function fits(one: RouteEntry, host: string, method: string, path: string): boolean {
  const hostFits =
    one.host === null ||
    one.host === host ||
    (one.host.startsWith('*.') && host.endsWith(one.host.slice(1)) && host !== one.host.slice(1));
  return hostFits && patternOf(one.path).test(path) && (one.methods === null || one.methods.includes(method));
}

/** What is smaller is more specific; compared place by place. */
function rank(one: RouteEntry): readonly number[] {
  const parts = one.path.slice(1).split('/');
  const host = one.host === null ? [2, 0] : [one.host.startsWith('*') ? 1 : 0, -one.host.length];
  const segments = parts.map((part, at) => {
    if (part === '*') return at === parts.length - 1 ? 5 : 4;
    if (part.startsWith(':')) return 3;
    return part.endsWith('*') ? 2 - (part.length - 1) / 100 : 1;
  });
  return [...host, ...segments, 0, one.methods === null ? 1 : 0];
}

const isBelow = (a: readonly number[], b: readonly number[]): boolean => {
  const differs = a.findIndex((value, at) => value !== b[at]);
  return differs >= 0 && Number(a[differs]) < Number(b[differs] ?? 0);
};

test('of all routes that fit by the rules a most specific one is met', () => {
  const host = fc.constantFrom('a.test', 'b.a.test', 'c.b.a.test', 'xa.test', 'other', '.a.test');
  const path = fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/abc/a', '/a/a/a/a');
  fc.assert(
    fc.property(
      fc.array(route),
      host,
      fc.constantFrom('GET', 'POST', 'get'),
      path,
      (routes, asked, method, at) => {
        const met = matchRoute(new RoutesByHost(routes).of(asked), method, at)?.route;
        const fitting = routes.filter((one) => fits(one, asked, method, at));
        expect(met === undefined).toBe(fitting.length === 0);
        if (met) expect(fitting).toContain(met);
        const better = fitting.filter((one) => met && isBelow(rank(one), rank(met)));
        expect(better).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a path is the same however it is spelt, and normalizing it again changes nothing', () => {
  const spelt = fc.array(fc.constantFrom('a', '%61', '/', '//', '\\', '/.', '/..', '%2e', '%2F', 'é', '\t'), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(spelt, (parts) => {
      const path = `/${parts.join('')}`;
      const normal = normalizePath(path);
      expect(normal).toMatch(/^\/[\x21-\x7e]*$/);
      expect(normal).not.toMatch(/\/\/|\/\.\.?(\/|$)|\\/);
      expect(normalizePath(normal)).toBe(normal);
      // What a handler makes of it by the URL standard is the same path.
      expect(normalizePath(new URL(`http://h${path}`).pathname)).toBe(normal);
    }),
    { numRuns: 2000 },
  );
});

function entry(id: string, project: string, name: string): FunctionEntry {
  return {
    ...{
      id,
      project,
      name,
      public: true,
      disabled: false,
      deployment: [],
      sticky: { by: 'random' },
      previews: [],
      aliases: {},
      shadow: null,
      slots: {},
      timeoutMs: 1,
    },
    ...{ streamTimeoutMs: 1, rateLimit: null, concurrency: 1, targetConcurrency: 1, maxInstances: 1 },
    ...{ queueLength: 1, queueTimeoutMs: 1, requestBytesMax: 1 },
  };
}

test('whatever is asked for is a function or a miss, and a mount is cut off exactly once', () => {
  const names = ['one', 'a', 'b', '__proto__', 'constructor'];
  const functions = Object.fromEntries(names.map((name) => [name, entry(name, 'default', name)]));
  const index = new TableIndex({
    version: ROUTING_TABLE_VERSION,
    generation: 1,
    domain: 'localhost',
    trustedProxies: [],
    functions,
    routes: [],
    credentials: {},
  });
  const path = fc.array(
    fc.constantFrom('/p/default/functions/', 'one', 'a', '/', '..', '%2e', '?', 'p', '__proto__'),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(hostText, path, fc.constantFrom('GET', 'POST'), (host, parts, method) => {
      const url = `http://${host}/${parts.join('')}`;
      const target = resolveTarget(index, host, method, url);
      if ('missing' in target) {
        expect(target.missing).toMatch(/\w/);
        return;
      }
      expect(names).toContain(target.entry.name);
      if (target.mount === null) return;
      const { path: whole, query } = splitUrl(url);
      const below = splitUrl(target.url ?? '');
      expect(target.mount).toBe(`/p/default/functions/${target.entry.name}`);
      expect([target.mount + below.path, `${target.mount}/`]).toContain(
        below.path === '/' ? `${whole.replace(/\/$/, '')}/` : whole,
      );
      expect(below.query).toBe(query);
    }),
  );
});
