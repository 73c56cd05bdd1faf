import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { createFunctionSchema, setEnvSchema, updateFunctionSchema } from './function.ts';
import { check } from './validation-message.ts';

function refusal(schema: z.ZodType, input: unknown, part: 'body' | 'query' = 'body'): AppError {
  try {
    check(schema, input, part);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const create = (fields: object): string => refusal(createFunctionSchema, { name: 'cart', ...fields }).message;

test.each([
  [{ timeout: 901 }, 'timeout is 901: must be at most 900.'],
  [{ timeout: 0 }, 'timeout is 0: must be at least 1.'],
  [{ timeout: '30' }, 'timeout is "30": must be a whole number.'],
  [{ timeout: 1.5 }, 'timeout is 1.5: must be a whole number.'],
  [{ memory: null }, 'memory is null: must be a whole number.'],
  [{ public: 'yes' }, 'public is "yes": must be true or false.'],
  [{ routes: {} }, 'routes is an object: must be a list.'],
  [{ scaling: [] }, 'scaling is a list: must be an object.'],
  [
    { name: '' },
    'name is "": must be lower-case letters, digits, "-" and "_", and begin and end with a letter or digit.',
  ],
  [
    { name: 'x'.repeat(64) },
    `name is "${'x'.repeat(64)}": must be at most 63 characters, as it is a host label.`,
  ],
  [{ description: 'x'.repeat(1025) }, `description is "${'x'.repeat(79)}…: must be at most 1024 characters.`],
  [
    { handler: 'no handler' },
    'handler is "no handler": must look like "index.handler", "handler" or "main.processOrder".',
  ],
  [{ compatibility_date: 'soon' }, 'compatibility_date is "soon": must be a date such as "2026-11-21".'],
  [
    { convention: 'x' },
    'convention is "x": must be one of "auto", "module", "fetch", "event", "data", "baas".',
  ],
  [{ scaling: { maxInstances: 101 } }, 'scaling.maxInstances is 101: must be at most 100.'],
  [{ routes: [{ pattern: '/a', methods: [] }] }, 'routes.0.methods is a list: must hold at least 1 entries.'],
  [
    { scaling: { minInstances: 5, maxInstances: 2 } },
    'scaling.minInstances is 5: must not be more than scaling.maxInstances.',
  ],
  [
    { dependencies: { 'Bad Name': '1' } },
    'dependencies has the name "Bad Name": is not an npm package name.',
  ],
])('names the field, the value and the rule: %j', (fields, message) => {
  expect(create(fields)).toBe(message);
});

test('keeps a sentence that the schema itself begins with the field', () => {
  expect(create({ runtime: 'python3.12' })).toMatch(/^runtime is "python3\.12", which this version/);
  expect(create({ code: {} })).toBe('code holds no file.');
});

test('says that a field is missing', () => {
  expect(refusal(setEnvSchema, { key: 'A' }).message).toBe('value is missing: must be a string.');
});

test('says what the whole body must be', () => {
  expect(refusal(setEnvSchema, []).message).toBe('The body is a list: must be an object.');
  expect(refusal(setEnvSchema, null).message).toBe('The body is null: must be an object.');
});

test('names an unknown field with those that are allowed, at any depth', () => {
  expect(refusal(setEnvSchema, { key: 'A', value: 'b', secrt: true }).message).toBe(
    '"secrt" is not a field of the body; allowed are key, value, secret.',
  );
  const error = refusal(updateFunctionSchema, {
    scaling: { min: 1 },
    routes: [{ pattern: '/a', verb: 'x' }],
  });
  expect(error.details.issues).toEqual([
    {
      message:
        '"min" is not a field of scaling; allowed are minInstances, maxInstances, targetConcurrency, idleSeconds, queueLength, queueSeconds.',
      path: 'scaling.min',
    },
    {
      message: '"verb" is not a field of routes.0; allowed are pattern, methods, rules.',
      path: 'routes.0.verb',
    },
  ]);
  expect(create({ code: { 'a.wasm': { base64: 'AA==', type: 'x' } } })).toBe(
    '"type" is not a field of code.a.wasm; allowed are base64.',
  );
});

test('names the kinds that there are, where another is asked for', () => {
  const schema = z.strictObject({
    method: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('jwt') }),
      z.strictObject({ type: z.literal('basic') }),
      z.strictObject({ type: z.literal('api_key') }),
    ]),
  });
  expect(refusal(schema, { method: { type: 'JWT' } }).message).toBe(
    'method.type is "JWT": must be "jwt", "basic" or "api_key".',
  );
});

test('says what a call without parameters takes', () => {
  expect(refusal(z.strictObject({}), { x: '1' }, 'query').message).toBe(
    '"x" is not a parameter of this call; it takes none.',
  );
});

test('judges each file of the code as what it is meant to be', () => {
  expect(create({ code: 5 })).toBe('code must be a string or must be an object.');
  expect(create({ code: { 'a.ts': 5 } })).toBe('code.a.ts must be a string or must be an object.');
  expect(create({ code: { '/etc/passwd': 'x' } })).toBe(
    'code has the name "/etc/passwd": must be a relative path with forward slashes and without "." or ".." parts.',
  );
  expect(create({ code: { 'a.wasm': { base64: '!!' } } })).toBe('code.a.wasm.base64 must be base64.');
  expect(create({ code: '' })).toBe('code is empty: send the source of a handler.');
});

test('shows neither values of variables nor source', () => {
  const secret = 'hunter2'.repeat(3);
  const faults = [
    refusal(setEnvSchema, { key: 'A', value: { nested: secret } }),
    refusal(setEnvSchema, { key: 'A', value: [secret] }),
    refusal(setEnvSchema, { key: 'A', value: secret.repeat(60_000) }),
    refusal(createFunctionSchema, { name: 'a', environment: { KEY: [secret], '9': secret } }),
    refusal(createFunctionSchema, { name: 'a', code: { 'a.ts': [secret], 'b.wasm': { base64: secret } } }),
  ];
  for (const error of faults) expect(JSON.stringify([error.message, error.details])).not.toContain('hunter2');
});

test('lists every fault, tells the first five in the message, and keeps no more than fifty', () => {
  const error = refusal(createFunctionSchema, {
    timeout: 0,
    memory: 1,
    concurrency: 0,
    public: 1,
    handler: 5,
    deploy: 'no',
    nope: 1,
  });
  expect(error.details.issues).toHaveLength(8);
  expect(error.message).toMatch(/^name is missing: must be a string\. .* And 3 more faults\.$/);
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`field${at}`, at]));
  expect(refusal(createFunctionSchema, { name: 'a', ...many }).details.issues).toHaveLength(50);
});

test('cuts what it repeats at eighty characters', () => {
  const long = 'k'.repeat(10_000);
  const error = refusal(createFunctionSchema, { name: 'a', [long]: 1, environment: { [`9${long}`]: 'v' } });
  for (const issue of error.details.issues ?? []) {
    expect(issue.message.length).toBeLessThan(500);
    expect(issue.path?.length).toBeLessThan(120);
  }
});

test('tells the first of a great many unknown names, and that there are more', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, at]));
  expect(create(many)).toMatch(/^"k0" is not a field of the body.* And at least 45 more faults\.$/);
});

test.each([
  [{ description: '\ud800' }, 'description'],
  [{ code: 'export default "\udfff"' }, 'code'],
  [{ code: { 'a.js': '\ud800' } }, 'code.a.js'],
  [{ environment: { A: '\ud800' } }, 'environment.A'],
])('refuses text that UTF-8 cannot hold: %o', (fields, path) => {
  expect(create(fields)).toBe(`${path} holds half of a surrogate pair, which has no UTF-8 form.`);
});
