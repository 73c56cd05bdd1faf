import { expect, test } from 'vitest';
import { compileExperiments } from '../../plan/rules/compile-experiments.ts';
import { rulesSchema } from '../rules.ts';
import {
  experimentEntriesMax,
  experimentNameLengthMax,
  experimentsMax,
  experimentsSchema,
  variantsMax,
} from './experiments.ts';

const variants = [{ name: 'blue' }, { name: 'green', rewrite: { path: '/green' } }];
const one = { name: 'buttons', variants };

/** What is wrong with a list, as `path: message`. */
function faults(experiments: unknown): string[] {
  const parsed = experimentsSchema.safeParse(experiments);
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
const fault = (changes: object): string => faults([{ ...one, ...changes }]).join(' ');

const second = (variant: object): object => ({ variants: [{ name: 'a' }, { name: 'b', ...variant }] });

test('little has to be said: two variants get half of all visitors each, by their cookie', () => {
  expect(compileExperiments(experimentsSchema.parse([one]))).toEqual([
    {
      ...{ name: 'buttons', status: 'running', winner: null, by: { kind: 'visitor' } },
      variants: [
        { name: 'blue', weight: 1 },
        { name: 'green', weight: 1, path: '/green' },
      ],
      part: { seed: 'share buttons', fromBp: 0, toBp: 10_000 },
      target: null,
      conversion: null,
    },
  ]);
});

test('names of headers are compiled to lower case', () => {
  const [entry] = compileExperiments(
    experimentsSchema.parse([
      {
        name: 'buttons',
        by: { header: 'X-Account' },
        variants: [{ name: 'a' }, { name: 'b', headers: { 'X-Theme': 'dark', Accept: null } }],
        target: { eu: true, header: { 'X-Plan': 'gold', 'X-New': true } },
        conversion: { header: { name: 'X-Order' } },
      },
    ]),
  );
  expect(entry).toMatchObject({
    by: { kind: 'header', name: 'x-account' },
    variants: [{ name: 'a' }, { headers: { 'x-theme': 'dark', accept: null } }],
    target: { place: { eu: true }, header: { 'x-plan': 'gold', 'x-new': '*' } },
    conversion: { header: { name: 'x-order', value: '*' } },
  });
});

test('experiments of a layer divide it in their order, and those without a share have the rest', () => {
  const layered = (name: string, share?: number) => ({
    ...{ name, variants, layer: 'page' },
    ...(share !== undefined && { share }),
  });
  const parts = compileExperiments(
    experimentsSchema.parse([
      layered('a', 20),
      layered('b'),
      { ...one, ...second({}), share: 12.5 },
      layered('c', 30),
      layered('d'),
    ]),
  ).map(({ part }) => part);
  expect(parts).toEqual([
    { seed: 'layer page', fromBp: 0, toBp: 2000 },
    { seed: 'layer page', fromBp: 2000, toBp: 4500 },
    { seed: 'share buttons', fromBp: 0, toBp: 1250 },
    { seed: 'layer page', fromBp: 4500, toBp: 7500 },
    { seed: 'layer page', fromBp: 7500, toBp: 10_000 },
  ]);
});

test.each([
  [{ name: 'Buttons' }, 'must be lower-case letters'],
  [{ name: 'a'.repeat(experimentNameLengthMax + 1) }, `at most ${experimentNameLengthMax} characters`],
  [{ variants: [{ name: 'a' }] }, 'must have two at least'],
  [{ variants: [{ name: 'a' }, { name: 'a' }] }, 'has "a" twice'],
  [
    {
      variants: [
        { name: 'a', weight: 0 },
        { name: 'b', weight: 0 },
      ],
    },
    'have the weight 0 all',
  ],
  [{ variants: [{ name: 'a', weight: -1 }, { name: 'b' }] }, '>=0'],
  [{ variants: Array.from({ length: variantsMax + 1 }, (_, n) => ({ name: `v${n}` })) }, `<=${variantsMax}`],
  [{ variants: [{ name: 'a' }, { name: 'b', colour: 'green' }] }, 'colour'],
  [{ winner: 'blue' }, 'set "status": "ended" too'],
  [{ winner: 'red', status: 'ended' }, 'is "red", which is none of blue, green'],
  [{ share: 101 }, '<=100'],
  [{ by: 'cookie' }, 'must be "visitor", "user", "ip"'],
  [{ target: {} }, 'is empty'],
  [{ target: { countries: ['de'] } }, 'two capital letters'],
  [{ conversion: {} }, 'is empty'],
  [{ conversion: { path: 'thanks' } }, 'must be a path'],
])('%j is refused: %s', (changes, message) => {
  expect(fault(changes)).toContain(message);
});

test.each(['new', '//evil.test/', '/a/../b', '/a b', '/a?b', '/a*', '/a\\b', '/*/a'])(
  'no variant leads to the path %s',
  (path) => {
    expect(fault(second({ rewrite: { path } }))).not.toBe('');
  },
);

test.each(['/', '/new', '/new/', '/new/*', '/*', '/.well-known/x'])('a variant leads to %s', (path) => {
  expect(fault(second({ rewrite: { path } }))).toBe('');
});

test.each([
  'host',
  'X-Selvedge-Variant',
  'cf-connecting-ip',
  'x-forwarded-for',
  'content-length',
  'bad name',
])('no variant sets the header %s', (name) => {
  expect(fault(second({ headers: { [name]: 'x' } }))).not.toBe('');
});

test('headers of a variant hold no line breaks, and are as many as may be', () => {
  expect(fault(second({ headers: { 'x-a': 'one\r\nx-b: two' } }))).toContain('printable ASCII');
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, 'a']));
  expect(fault(second({ headers: many(experimentEntriesMax) }))).toBe('');
  expect(fault(second({ headers: many(experimentEntriesMax + 1) }))).toContain('more than');
});

test.each(['https://a.test/path', 'ftp://a.test', 'https://A.test', 'https://*.a.test', 'a.test', 'null'])(
  'no variant comes from %s',
  (origin) => {
    expect(fault(second({ origin }))).toContain('variants.1.origin: ');
  },
);

test('one variant has one who answers', () => {
  expect(fault(second({ origin: 'https://a.test', function: 'other' }))).toContain('only one can answer');
});

const named = (name: string, changes: object = {}): object => ({ ...one, name, ...changes });

test('two experiments that change the same of the same requests are refused, both named', () => {
  expect(faults([named('a'), named('b')]).join(' ')).toContain(
    '1.name: is "b", and "a" changes the path of the same requests too',
  );
});

test.each([
  ['both are of one layer', [named('a', { layer: 'x' }), named('b', { layer: 'x' })]],
  [
    'their paths never meet',
    [named('a', { target: { path: '/a/*' } }), named('b', { target: { path: '/b' } })],
  ],
  ['one is paused', [named('a', { status: 'paused' }), named('b')]],
  [
    'one ended with the variant that changes nothing',
    [named('a', { status: 'ended', winner: 'blue' }), named('b')],
  ],
])('two may change the path when %s', (_, experiments) => {
  expect(faults(experiments)).toEqual([]);
});

test.each([
  [
    'one path begins the other',
    [named('a', { target: { path: '/a*' } }), named('b', { target: { path: '/a/b' } })],
  ],
  [
    'the winner of a layer meets those that still run',
    [named('a', { layer: 'x', status: 'ended', winner: 'green' }), named('b', { layer: 'x' })],
  ],
  [
    'they set the same header',
    ['a', 'b'].map((name) => named(name, second({ headers: { [name === 'a' ? 'X-One' : 'x-one']: '1' } }))),
  ],
])('two may not when %s', (_, experiments) => {
  expect(faults(experiments)).toHaveLength(1);
});

test('one name is that of one experiment', () => {
  expect(faults([named('a', { layer: 'x' }), named('a', { layer: 'x' })]).join(' ')).toContain(
    'is called too',
  );
});

test.each([
  [[70, 40], 'makes 110 percent of the layer "x"'],
  [[100, undefined], 'leaves nothing of the layer "x"'],
])('shares of a layer of %j are refused: %s', (shares, message) => {
  const all = shares.map((share, n) => named(`e${n}`, { layer: 'x', ...(share !== undefined && { share }) }));
  expect(faults(all).join(' ')).toContain(message);
});

test('a list has as many as may be', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => named(`e${n}`, { layer: 'x' }));
  expect(faults(many(experimentsMax))).toEqual([]);
  expect(faults(many(experimentsMax + 1)).join(' ')).toContain(`more than ${experimentsMax}`);
});

/** What is wrong with rules that have a running experiment and another section. */
function beside(variant: object, other: object, changes: object = {}): string[] {
  const rules = { experiments: [{ ...one, ...second(variant), ...changes }], ...other };
  return (rulesSchema.safeParse(rules).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}
const leading = { rewrite: [{ path: '/api/*', to: '/api', origin: 'https://b.test' }] };
const setting = { request_headers: [{ set: 'x-theme', value: 'light' }] };

test('a rewrite that leads elsewhere, whatever a variant chose, is refused', () => {
  expect(beside({ version: 'stable' }, leading).join()).toContain(
    'rewrite.0.origin: is https://b.test, which would answer in place of what the experiment "buttons" chooses',
  );
  expect(beside({ rewrite: { path: '/new' } }, leading)).toEqual([]);
  expect(beside({ version: 'stable' }, leading, { target: { path: '/shop/*' } })).toEqual([]);
  expect(beside({ version: 'stable' }, leading, { status: 'paused' })).toEqual([]);
});

test('a rule that sets a header which variants set is refused', () => {
  expect(beside({ headers: { 'X-Theme': 'dark' } }, setting).join()).toContain(
    'request_headers.0.set: is "x-theme", which variants of the experiment "buttons" change',
  );
  expect(beside({ headers: { 'x-other': 'dark' } }, setting)).toEqual([]);
});
