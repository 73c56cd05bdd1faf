import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { OWNER } from '../model/access.ts';
import type { FunctionRecord } from '../model/function.ts';
import { RouteClaims } from './route-claims.ts';

const shop = { ...OWNER, projects: ['shop'] };
const withRoutes = (name: string, ...patterns: string[]): FunctionRecord =>
  functionRecord({ name, routes: patterns.map((pattern) => ({ pattern })) });

const claims = (...stored: FunctionRecord[]): RouteClaims =>
  new RouteClaims({
    all: () => stored.map((record) => ({ record, deployment: undefined, versions: [], aliases: new Map() })),
  });

const works = async (): Promise<string> => 'done';

test('a route that another function has is refused, with its name for whoever may see it', async () => {
  const all = claims(withRoutes('cart', '/users/:id'));
  const wanted = withRoutes('pay', '/other', '/users/:name');
  await expect(all.during(OWNER, wanted, [], works)).rejects.toMatchObject({
    code: 'FN_006',
    details: { status: 409 },
    message: expect.stringContaining('routes has "/users/:name", and function "cart" of project "default"'),
  });
  await expect(all.during(shop, wanted, [], works)).rejects.toThrow('a function of another project has it');
});

test('of two that are made at the same time one is refused, and a claim ends with its work', async () => {
  const all = claims();
  const [first, second] = [withRoutes('cart', '/a'), withRoutes('pay', '/a')];
  const { promise, resolve } = Promise.withResolvers<void>();
  const working = all.during(OWNER, first, [], () => promise);
  await expect(all.during(OWNER, second, [], works)).rejects.toThrow('take the route from that one first');
  resolve();
  await working;
  expect(await all.during(OWNER, second, [], works)).toBe('done');
  await expect(all.during(OWNER, first, [], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await all.during(OWNER, second, [], works)).toBe('done');
});

test('two routes of one function that take the same are refused, and what it had before may stay', async () => {
  const alike = withRoutes('cart', '/users/:id', '/users/:user');
  await expect(claims().during(OWNER, alike, [], works)).rejects.toThrow('which take the same requests');
  expect(await claims().during(OWNER, alike, alike.routes, works)).toBe('done');
  const stored = withRoutes('old', '/users/:x');
  expect(await claims(stored).during(OWNER, alike, alike.routes, works)).toBe('done');
});
