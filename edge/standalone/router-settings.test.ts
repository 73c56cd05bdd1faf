import { expect, test } from 'vitest';
import { routingTableSchema } from '../contract/routing-table.ts';
import { readRouterSettings } from './router-settings.ts';
import { STATIC_VERSION, staticTable } from './static-table.ts';

const digest = 'a'.repeat(64);
const given = {
  domain: 'example.com',
  functions: {
    hello: { binding: 'HELLO', public: true },
    'shop/cart': {
      binding: 'CART',
      timeout: 5,
      routes: ['/cart/*', { pattern: 'a.example.com/x', methods: ['GET'] }],
    },
  },
  credentials: { [digest]: { projects: ['shop'] } },
};

test('settings become a table that the contract takes, with a slot for each function', () => {
  const { table, bindings } = staticTable(readRouterSettings(given));
  expect(routingTableSchema.parse(table)).toEqual(table);
  expect(bindings).toEqual(['HELLO', 'CART']);
  expect(table.functions['default/hello']).toMatchObject({
    public: true,
    timeoutMs: 30_000,
    slots: { [STATIC_VERSION]: [0] },
  });
  expect(table.functions['shop/cart']).toMatchObject({
    ...{ project: 'shop', name: 'cart', public: false, timeoutMs: 5000, slots: { [STATIC_VERSION]: [1] } },
  });
  expect(table.routes).toEqual([
    { function: 'shop/cart', host: 'a.example.com', path: '/x', methods: ['GET'] },
    { function: 'shop/cart', host: null, path: '/cart/*', methods: null },
  ]);
  expect(table.credentials).toEqual({ [digest]: { role: 'invoker', projects: ['shop'], expiresAt: null } });
});

const withCart = (change: object): object => ({
  ...given,
  functions: { cart: { binding: 'CART', ...change } },
});

test.each<[unknown, string]>([
  [undefined, 'ROUTER is not set: it must be an object'],
  [
    { ...given, domain: 'https://example.com' },
    'ROUTER.domain is "https://example.com": it must be a domain',
  ],
  [{ ...given, domian: 'x' }, 'ROUTER.domian is "set": it must be left out'],
  [{ ...given, functions: { 'Cart!': {} } }, 'a key of ROUTER.functions is "Cart!"'],
  [withCart({ binding: 7 }), 'ROUTER.functions.cart.binding is 7'],
  [
    withCart({ timeout: 901 }),
    'ROUTER.functions.cart.timeout is 901: it must be a whole number of seconds from 1 to 900',
  ],
  [withCart({ timeout: 0 }), 'ROUTER.functions.cart.timeout is 0'],
  [withCart({ public: 'yes' }), 'ROUTER.functions.cart.public is "yes"'],
  [withCart({ routes: 'all' }), 'ROUTER.functions.cart.routes is "all": it must be a list'],
  [withCart({ routes: ['example.com'] }), 'ROUTER.functions.cart.routes[0] is "example.com"'],
  [
    withCart({ routes: [{ pattern: '/x', methods: ['get'] }] }),
    'ROUTER.functions.cart.routes[0].methods is "get"',
  ],
  [withCart({ memory: 1 }), 'ROUTER.functions.cart.memory is "set"'],
  [{ ...given, credentials: { token: {} } }, 'a key of ROUTER.credentials is "token"'],
])('what is wrong is told with its place, its value and the rule: %j', (settings, message) => {
  expect(() => readRouterSettings(settings)).toThrow(message);
});
