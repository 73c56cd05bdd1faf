import { expect, test } from 'vitest';
import { readBindings } from './read-bindings.ts';

const before = {
  variables: [
    { key: 'TOKEN', secret: true },
    { key: 'PLAIN', secret: false },
    { key: 'LIMITS', secret: false, json: true as const },
  ],
  bindings: [{ type: 'service' as const, name: 'AUTH', service: 'auth' }],
};
const nothing = { variables: [], bindings: [] };

test('variables, JSON and secrets become variables, the others bindings', () => {
  const given = [
    { name: 'A', type: 'plain_text', text: '1' },
    { name: 'B', type: 'json', json: { rows: [1] } },
    { name: 'C', type: 'secret_text', text: 's' },
    {
      name: 'AUTH',
      type: 'service',
      service: 'auth',
      entrypoint: 'Admin',
      props: { a: 1 },
      cross_account_grant: undefined,
    },
    { name: 'ROOM', type: 'durable_object_namespace', class_name: 'Room' },
    { name: 'SPACE', type: 'dispatch_namespace', namespace: 'customers' },
    { name: 'META', type: 'version_metadata' },
    { name: 'ASSETS', type: 'assets' },
    { name: 'ADD', type: 'wasm_module', part: 'add.wasm' },
  ];
  expect(readBindings(given, [], nothing)).toEqual({
    variables: [
      { key: 'A', value: '1', secret: false },
      { key: 'B', value: '{"rows":[1]}', secret: false, json: true },
      { key: 'C', value: 's', secret: true },
    ],
    bindings: [
      { type: 'service', name: 'AUTH', service: 'auth', entrypoint: 'Admin', props: { a: 1 } },
      { type: 'durable_object', name: 'ROOM', className: 'Room' },
      { type: 'dispatch_namespace', name: 'SPACE', namespace: 'customers' },
      { type: 'version_metadata', name: 'META' },
      { type: 'assets', name: 'ASSETS' },
      { type: 'wasm', name: 'ADD', module: 'add.wasm' },
    ],
  });
});

test('secrets stay where they are to be kept, and what is given anew takes their place', () => {
  expect(readBindings([], ['secret_text', 'secret_key'], before).variables).toEqual([
    { key: 'TOKEN', value: null, secret: true },
  ]);
  const given = [{ name: 'TOKEN', type: 'plain_text', text: 'plain now' }];
  expect(readBindings(given, ['secret_text'], before).variables).toEqual([
    { key: 'TOKEN', value: 'plain now', secret: false },
  ]);
  expect(readBindings([], [], before).variables).toEqual([]);
  expect(readBindings([], ['plain_text', 'json'], before).variables.map(({ key }) => key)).toEqual([
    'PLAIN',
    'LIMITS',
  ]);
});

test('what is inherited is as it was, and what is not there is refused by its name', () => {
  const read = readBindings(
    [
      { name: 'TOKEN', type: 'inherit' },
      { name: 'AUTH', type: 'inherit' },
    ],
    [],
    before,
  );
  expect(read.variables).toEqual([{ key: 'TOKEN', value: null, secret: true }]);
  expect(read.bindings).toEqual(before.bindings);
  expect(() => readBindings([{ name: 'NONE', type: 'inherit' }], [], before)).toThrow(
    /^inherit binding 'NONE' is invalid/,
  );
});

test.each([
  ...[
    'kv_namespace',
    'r2_bucket',
    'd1',
    'queue',
    'hyperdrive',
    'vectorize',
    'ai',
    'browser',
    'images',
    'send_email',
  ],
  ...[
    'mtls_certificate',
    'analytics_engine',
    'secrets_store_secret',
    'workflow',
    'ratelimit',
    'worker_loader',
    'pipelines',
  ],
  ...['constructor', 'something_new'],
])('a binding of type %s is refused by its name and type', (type) => {
  expect(() => readBindings([{ name: 'MINE', type, id: '1' }], [], nothing)).toThrow(
    new RegExp(`^The binding "MINE" is of type "${type}", .*this platform cannot serve it.`),
  );
});

test.each<[string, { name: string; type: string; text?: unknown }[], RegExp]>([
  [
    'two of one name',
    [
      { name: 'A', type: 'plain_text', text: '' },
      { name: 'A', type: 'assets' },
    ],
    /Two bindings are called "A"/,
  ],
  [
    'a name that is none',
    [{ name: 'MY-VAR', type: 'plain_text', text: '' }],
    /The variable "MY-VAR": its name must be/,
  ],
  ['a value that is no text', [{ name: 'A', type: 'secret_text', text: 7 }], /The variable "A": its value/],
  [
    'too many',
    Array.from({ length: 129 }, (_, i) => ({ name: `V${i}`, type: 'plain_text', text: '' })),
    /There are 129 variables/,
  ],
])('%s is refused', (_what, given, message) => {
  expect(() => readBindings(given, [], nothing)).toThrow(message);
});

test('a secret is in no message', () => {
  const long = 'sesame'.repeat(200_000);
  expect(() => readBindings([{ name: 'A', type: 'secret_text', text: long }], [], nothing)).toThrow(
    /^(?!.*sesame)/,
  );
});
