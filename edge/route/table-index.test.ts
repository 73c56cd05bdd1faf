import { expect, test } from 'vitest';
import { ROUTING_TABLE_VERSION } from '../contract/names.ts';
import type { FunctionEntry, RoutingTable } from '../contract/routing-table.ts';
import { resolveTarget } from './resolve-target.ts';
import { hostsRememberedMax, TableIndex } from './table-index.ts';

const V1 = `1234abcd${'0'.repeat(56)}`;

function anEntry(id: string, name: string, changes: Partial<FunctionEntry> = {}): FunctionEntry {
  return {
    ...{ id, project: 'default', name, public: true, disabled: false, previews: [], slots: {} },
    ...{ sticky: { by: 'random' }, aliases: {}, shadow: null },
    ...{
      deployment: [{ version: V1, shareBp: 10_000 }],
      timeoutMs: 1,
      streamTimeoutMs: 900_000,
      rateLimit: null,
      concurrency: 1,
      targetConcurrency: 1,
    },
    ...{ maxInstances: 1, queueLength: 1, queueTimeoutMs: 1, requestBytesMax: 1 },
    ...changes,
  };
}

function indexOf(entries: readonly FunctionEntry[], changes: Partial<RoutingTable> = {}): TableIndex {
  const functions = Object.fromEntries(entries.map((entry) => [entry.id, entry]));
  return new TableIndex({
    ...{
      version: ROUTING_TABLE_VERSION,
      generation: 1,
      domain: 'localhost',
      trustedProxies: [],
      functions,
      routes: [],
      credentials: {},
    },
    ...changes,
  });
}

const found = (index: TableIndex, host: string, path = '/'): string | undefined => {
  const target = resolveTarget(index, host, 'GET', `http://${host}${path}`);
  return 'missing' in target ? undefined : target.entry.id;
};

test('a function whose name looks like a preview wins over the preview', () => {
  const index = indexOf([anEntry('a', 'hello'), anEntry('b', '1234abcd-hello')]);
  expect(found(index, '1234abcd-hello.localhost')).toBe('b');
  expect(found(indexOf([anEntry('a', 'hello')]), '1234abcd-hello.localhost')).toBe('a');
});

test('a preview names its version, and a version that cannot be previewed is missed', () => {
  const index = indexOf([anEntry('a', 'hello')]);
  expect(index.hostPlan('1234abcd-hello.localhost').target?.version).toBe(V1);
  expect(index.hostPlan('99999999-hello.localhost').missing).toMatch(/begins with 99999999/);
});

test('what a route for any host says of a path holds where its function is mounted, and no other function', () => {
  const routes = [
    { function: 'a', host: null, path: '/admin/*', methods: null, rules: { redirects: [] } },
    { function: 'a', host: 'api.example.com', path: '/only-there/*', methods: null, rules: { rewrite: [] } },
  ];
  const index = indexOf([anEntry('a', 'one'), anEntry('b', 'two')], { routes });
  const rulesAt = (path: string): unknown => {
    const target = resolveTarget(index, 'other', 'GET', `http://other${path}`);
    return 'missing' in target ? target.missing : [target.url, target.rules];
  };
  for (const path of ['/admin/x', '//admin/x', '/x/../admin/x', '/%61dmin/x', '/admin'])
    expect(rulesAt(`/p/default/functions/one${path}`)).toEqual([`http://other${path}`, { redirects: [] }]);
  expect(rulesAt('/p/default/functions/one/only-there/x')).toEqual(['http://other/only-there/x', undefined]);
  expect(rulesAt('/p/default/functions/two/admin/x')).toEqual(['http://other/admin/x', undefined]);
  expect(rulesAt('/p/default/functions/one/x%2f..%2fadmin/x')).toMatch(/encoded slash/);
});

test('a host longer than any is refused at once, and nothing of it is remembered', () => {
  const index = indexOf([anEntry('a', 'one')]);
  const long = `${'a-'.repeat(126)}.localhost`;
  expect(index.hostPlan(long)).toMatchObject({ malformed: true, host: '' });
  expect(index.hostPlan(`${'a.'.repeat(122)}localhost:65535`).malformed).toBe(false);
});

test('a path that a route takes with other methods says with which', () => {
  const routes = [{ function: 'a', host: null, path: '/only', methods: ['GET', 'PURGE', 'PUT'] }];
  const index = indexOf([anEntry('a', 'one')], { routes });
  expect(resolveTarget(index, 'other', 'POST', 'http://other/only')).toEqual({
    missing: 'The route that takes host "other", path "/only" takes it with GET, HEAD, PUT only.',
    methods: ['GET', 'HEAD', 'PUT'],
  });
});

test('a route wins over a function host, and a function host over the path mount', () => {
  const routes = [{ function: 'b', host: 'one.localhost', path: '/only', methods: null }];
  const index = indexOf([anEntry('a', 'one'), anEntry('b', 'two')], { routes });
  expect(found(index, 'one.localhost', '/only')).toBe('b');
  expect(found(index, 'one.localhost', '/p/default/functions/two')).toBe('a');
  expect(found(index, 'other', '/p/default/functions/two')).toBe('b');
});

test.each([
  ['one.localhost:99999', 'http://one.localhost:99999/', /Host header is "one.localhost:99999"/],
  ['x@y', 'http://x@y/p/default/functions/one', /Host header is "x@y"/],
  ['y?.routed.example', 'http://y?.routed.example/', /Host header is/],
  ['one.localhost', 'http://one.localhost*', /is for "\*"/],
])('host %s with the URL %s is malformed, also where a route takes any host', (host, url, said) => {
  const routes = [{ function: 'a', host: null, path: '/*', methods: null }];
  const target = resolveTarget(indexOf([anEntry('a', 'one')], { routes }), host, 'GET', url);
  expect(target).toEqual({ malformed: true, missing: expect.stringMatching(said) });
});

test('a route to a function that is not in the table is passed over', () => {
  const routes = [{ function: 'gone', host: null, path: '/*', methods: null }];
  expect(found(indexOf([anEntry('a', 'one')], { routes }), 'one.localhost')).toBe('a');
});

test('a delta renames, adds and removes, and what a host led to before is forgotten', () => {
  const index = indexOf([anEntry('a', 'one'), anEntry('b', 'two')]);
  expect([found(index, 'one.localhost'), found(index, 'two.localhost')]).toEqual(['a', 'b']);
  index.apply({
    ...{ version: ROUTING_TABLE_VERSION, base: 1, generation: 2, removed: ['b'] },
    functions: { a: anEntry('a', 'renamed'), c: anEntry('c', 'one') },
  });
  expect(found(index, 'one.localhost')).toBe('c');
  expect(found(index, 'renamed.localhost')).toBe('a');
  expect(found(index, 'two.localhost')).toBeUndefined();
  expect(index.generation).toBe(2);
});

test('a name that changes hands within one delta belongs to its new owner', () => {
  const index = indexOf([anEntry('a', 'one'), anEntry('b', 'two')]);
  const functions = { a: anEntry('a', 'two'), b: anEntry('b', 'one') };
  index.apply({ version: ROUTING_TABLE_VERSION, base: 1, generation: 2, removed: [], functions });
  expect([found(index, 'one.localhost'), found(index, 'two.localhost')]).toEqual(['b', 'a']);
});

test('one host past the bound forgets the others and serves on', () => {
  const index = indexOf([anEntry('a', 'one')]);
  const plan = index.hostPlan('one.localhost');
  for (let i = 1; i < hostsRememberedMax; i += 1) index.hostPlan(`h${i}`);
  expect(index.hostPlan('one.localhost')).toBe(plan);
  index.hostPlan('one-too-many');
  expect(index.hostPlan('one.localhost')).not.toBe(plan);
  expect(found(index, 'one.localhost')).toBe('a');
});

test('an alias of a function is looked at behind exact names and previews, the longest name first', () => {
  const index = indexOf([
    { ...anEntry('a', 'cart'), aliases: { staging: V1, 'x-y': V1, '1a1a1a1a-x': V1 } },
    { ...anEntry('b', 'y-cart'), aliases: { x: V1 } },
    anEntry('c', 'live-cart'),
    { ...anEntry('d', 'x-cart'), aliases: { constructor: V1 } },
  ]);
  const target = (host: string) => {
    const resolved = resolveTarget(index, host, 'GET', `http://${host}/`);
    return 'missing' in resolved ? undefined : [resolved.entry.id, resolved.version];
  };
  expect(target('staging-cart.localhost')).toEqual(['a', V1]);
  expect(target('x-y-cart.localhost')).toEqual(['b', V1]);
  expect(target('live-cart.localhost')).toEqual(['c', null]);
  // A preview of `x-cart` is looked for first, and that one has no such version.
  expect(target('1a1a1a1a-x-cart.localhost')).toEqual(['a', V1]);
  expect(target('toString-cart.localhost')).toBeUndefined();
  expect(target('cart-staging.localhost')).toBeUndefined();
});
