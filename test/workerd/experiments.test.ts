// Goal: visitors get the variants of experiments, the same ones each time, and functions, clients and control learn of them
// what they are to.
// Method: a real front whose instances are servers of the test, which answer with what they were sent.

import { expect, test } from 'vitest';
import type { ExperimentReport } from '../../edge/contract/experiment-report.ts';
import { signPreview } from '../../edge/contract/preview-token.ts';
import type { FunctionEntry } from '../../edge/contract/routing-table.ts';
import type { ExperimentEntry, VariantEntry } from '../../edge/contract/rules/experiments.ts';
import {
  anEntry,
  aTable,
  errorOf,
  type Reply,
  type RunningFront,
  ruleKeys,
  useFront,
  V1,
  V2,
} from '../support/use-front.ts';
import { useOrigin } from '../support/use-origin.ts';
import { useOutbound } from '../support/use-outbound.ts';

const VISITOR =
  /^__selvedge_visitor=[0-9a-f]{32}\.[0-9a-f]{8}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/;

interface Seen {
  readonly slot: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

function experiment(changes: Partial<ExperimentEntry> = {}): ExperimentEntry {
  return {
    ...{ name: 'buttons', status: 'running', winner: null, by: { kind: 'visitor' }, target: null },
    ...{ conversion: null, variants: variants({}), part: { seed: 'share buttons', fromBp: 0, toBp: 10_000 } },
    ...changes,
  };
}

/** Blue changes nothing. */
const variants = (green: Partial<VariantEntry>): VariantEntry[] => [
  { name: 'blue', weight: 1 },
  { name: 'green', weight: 1, ...green },
];

const withExperiments = (
  experiments: readonly ExperimentEntry[],
  changes: Partial<FunctionEntry> = {},
): FunctionEntry => anEntry({ rules: { experiments }, ...changes });

/** Each slot says what it was sent; a query `status` and `convert` say what it answers. */
async function useExperiments(entries: readonly FunctionEntry[]): Promise<RunningFront> {
  const front = await useFront(aTable(entries));
  for (const slot of [0, 1])
    await front.slot(slot, ({ url = '', headers }, response) => {
      const query = new URL(url, 'http://x').searchParams;
      const convert = query.get('convert');
      response.writeHead(Number(query.get('status') ?? 200), {
        'x-selvedge-variant': 'forged=by-function',
        'x-selvedge-outcome': 'answered',
        ...(convert !== null && { 'x-selvedge-convert': convert }),
      });
      response.end(JSON.stringify({ slot, path: url, headers }));
    });
  return front;
}

const seen = ({ body }: Reply): Seen => JSON.parse(body) as Seen;
const variantOf = (reply: Reply): string | undefined => seen(reply).headers['x-selvedge-variant'];
const cookieOf = ({ headers }: Reply): string => String(headers['set-cookie']?.[0]).split(';')[0] ?? '';
const owner = { authorization: 'Bearer token' };
const report = async (front: RunningFront, query = ''): Promise<ExperimentReport> =>
  JSON.parse((await front.askPrivate({ path: `/experiments${query}` })).body) as ExperimentReport;
const preview = (changes: object = {}, key = ruleKeys.forFronts.previews): Promise<string> =>
  signPreview(
    { function: 'fn_hello', experiment: 'buttons', variant: 'green', expiresAt: 4_000_000_000, ...changes },
    key,
  );

test('a visitor gets one cookie and stays with his variant, which the function is told', async () => {
  const front = await useExperiments([withExperiments([experiment()])]);
  const first = await Promise.all(Array.from({ length: 40 }, () => front.ask()));
  expect(new Set(first.map(variantOf))).toEqual(new Set(['buttons=blue', 'buttons=green']));
  for (const reply of first) {
    expect(reply.headers['set-cookie']).toEqual([expect.stringMatching(VISITOR)]);
    const again = await front.ask({ headers: { cookie: `a=1; ${cookieOf(reply)}` } });
    expect([variantOf(again), again.headers['set-cookie']]).toEqual([variantOf(reply), undefined]);
  }
  expect(new Set(first.map(cookieOf)).size).toBe(first.length);
});

test('an experiment and a split of versions give a visitor one cookie together', async () => {
  const split = withExperiments([experiment()], {
    deployment: [
      { version: V2, shareBp: 5000 },
      { version: V1, shareBp: 5000 },
    ],
    sticky: { by: 'cookie', name: '__selvedge_visitor' },
    slots: { [V1]: [0], [V2]: [1] },
  });
  const front = await useExperiments([split]);
  for (let n = 0; n < 10; n += 1) {
    const reply = await front.ask();
    expect(reply.headers['set-cookie']).toEqual([expect.stringMatching(VISITOR)]);
    const again = await front.ask({ headers: { cookie: cookieOf(reply) } });
    expect([variantOf(again), seen(again).slot]).toEqual([variantOf(reply), seen(reply).slot]);
  }
});

test('no cookie is set where no experiment applies, and a client cannot say which variant it has', async () => {
  const elsewhere = experiment({ target: { path: '/shop/*' } });
  const front = await useExperiments([
    withExperiments([elsewhere]),
    anEntry({ id: 'fn_plain', name: 'plain' }),
  ]);
  const forged = { 'x-selvedge-variant': 'buttons=green' };
  for (const ask of [{ headers: forged }, { headers: forged, host: 'plain.localhost' }]) {
    const reply = await front.ask(ask);
    expect([variantOf(reply), reply.headers['set-cookie']]).toEqual([undefined, undefined]);
  }
  const applies = await front.ask({ path: '/shop/7', headers: forged });
  expect(variantOf(applies)).toMatch(/^buttons=(blue|green)$/);
});

test('the answer tells the variants to who asks, and nothing that the function says of them', async () => {
  const front = await useExperiments([withExperiments([experiment()])]);
  expect((await front.ask()).headers['x-selvedge-variant']).toBeUndefined();
  const asked = await front.ask({ headers: { 'x-selvedge-variant': 'show' } });
  expect(asked.headers['x-selvedge-variant']).toBe(variantOf(asked));
  const none = await useExperiments([withExperiments([experiment({ status: 'paused' })])]);
  const shown = await none.ask({ headers: { 'x-selvedge-variant': 'show' } });
  expect(shown.headers['x-selvedge-variant']).toBe('none');
});

test.each<[string, Partial<VariantEntry>, (seen: Seen) => unknown, unknown, unknown]>([
  ['path', { path: '/new/*' }, ({ path }) => path, '/asked?q=1', '/new/asked?q=1'],
  [
    'headers',
    { headers: { 'x-theme': 'dark', 'x-old': null } },
    ({ headers }) => [headers['x-theme'], headers['x-old']],
    ['client', 'old'],
    ['dark', undefined],
  ],
  ['function', { functions: ['other-staging', 'other'] }, ({ slot }) => slot, 0, 1],
  ['version', { version: V2.slice(0, 8) }, ({ slot }) => slot, 0, 1],
])('a variant changes the %s', async (_, green, look, ofBlue, ofGreen) => {
  const entry = withExperiments([experiment({ variants: variants(green) })], {
    ...{ previews: [V2], slots: { [V1]: [0], [V2]: [1] } },
  });
  const other = anEntry({ id: 'fn_other', name: 'other', slots: { [V1]: [1] } });
  const front = await useExperiments([entry, other]);
  for (const [variant, expected] of [
    ['blue', ofBlue],
    ['green', ofGreen],
  ]) {
    const headers = {
      'x-theme': 'client',
      'x-old': 'old',
      ...owner,
      'x-selvedge-variant': `buttons=${variant}`,
    };
    const reply = await front.ask({ path: '/asked?q=1', headers });
    expect([variantOf(reply), look(seen(reply))]).toEqual([`buttons=${variant}`, expected]);
  }
});

test('a variant comes from another host, which gets its headers and none of the platform', async () => {
  const { url } = await useOrigin((request, response) => {
    response.setHeader('x-selvedge-convert', 'buttons');
    response.end(`${request.url} ${request.headers['x-theme']} ${request.headers['x-selvedge-variant']}`);
  });
  const outbound = await useOutbound({ openNetworks: ['127.0.0.1'] });
  const front = await useExperiments([
    withExperiments([experiment({ variants: variants({ origin: url, headers: { 'x-theme': 'dark' } }) })]),
  ]);
  front.originAt(outbound.runDir.originSocket());
  const of = async (variant: string): Promise<Reply> =>
    front.ask({ path: '/asked?q=1', headers: { ...owner, 'x-selvedge-variant': `buttons=${variant}` } });
  const reply = await of('green');
  expect(reply.body).toBe('/asked?q=1 dark undefined');
  expect(reply.headers['x-selvedge-convert']).toBeUndefined();
  expect(seen(await of('blue')).path).toBe('/asked?q=1');
});

test('no path climbs out of where a variant leads at another host', async () => {
  const { url } = await useOrigin((request, response) => {
    response.end(request.url);
  });
  const outbound = await useOutbound({ openNetworks: ['127.0.0.1'] });
  const front = await useExperiments([
    withExperiments([experiment({ variants: variants({ origin: url, path: '/public/*' }) })]),
  ]);
  front.originAt(outbound.runDir.originSocket());
  const of = (path: string): Promise<Reply> =>
    front.ask({ path, headers: { ...owner, 'x-selvedge-variant': 'buttons=green' } });
  expect((await of('/x')).body).toBe('/public/x');
  for (const path of ['/x/../../secret', '/%2e%2e/secret', '/..%2fsecret']) {
    const refused = await of(path);
    expect([refused.status, refused.headers['x-selvedge-error']], path).toEqual([400, 'FN_006']);
  }
});

test('explaining tells why each experiment holds or not, and counts nothing and sets no cookie', async () => {
  const all = [
    experiment({ by: { kind: 'header', name: 'x-account' } }),
    experiment({ name: 'prices', status: 'paused' }),
    experiment({ name: 'plans', target: { place: { countries: ['FR'] } } }),
    experiment({ name: 'fresh' }),
  ];
  const front = await useExperiments([withExperiments(all)]);
  const asked = {
    ...{ url: `http://hello.localhost/?selvedge-preview=${await preview({ expiresAt: 1 })}`, method: 'GET' },
    ...{ headers: [['x-account', '7']], client: { ip: null, geo: { country: 'DE' } }, letIn: false },
  };
  const { body } = await front.askPrivate({ method: 'POST', path: '/explain', body: JSON.stringify(asked) });
  const told = JSON.parse(body) as { decisions: { step: string; decision: string }[]; headers: unknown };
  const decisions = told.decisions
    .filter(({ step }) => step === 'experiments')
    .map(({ decision }) => decision);
  expect(decisions).toEqual([
    'a preview token does not count: it has expired',
    expect.stringMatching(/^buttons: (blue|green), as by header$/),
    'prices: no variant, as it is paused',
    'plans: no variant, as he is not known to be at the place, with the country DE',
    expect.stringMatching(/^fresh: (blue|green), as by visitor$/),
  ]);
  expect(told.headers).toEqual([]);
  expect(await report(front)).toMatchObject({ tallies: [], visitors: [] });
});

test('a variant whose function or version is gone changes nothing, and nobody is counted for it', async () => {
  for (const green of [{ functions: ['gone'] }, { version: 'gone' }]) {
    const only = experiment({ variants: [{ name: 'green', weight: 1, path: '/new', ...green }] });
    const front = await useExperiments([withExperiments([only])]);
    const reply = await front.ask({ path: '/asked' });
    expect([variantOf(reply), seen(reply).path]).toEqual([undefined, '/asked']);
    expect(await report(front)).toMatchObject({ tallies: [], visitors: [] });
  }
});

test('who is known by a header or by his address has his variant without a cookie, or none', async () => {
  const byHeader = experiment({ by: { kind: 'header', name: 'x-account' } });
  const byIp = experiment({ name: 'prices', by: { kind: 'ip' } });
  const byUser = experiment({ name: 'plans', by: { kind: 'user' } });
  const front = await useExperiments([withExperiments([byHeader, byIp, byUser])]);
  const ask = (account: string): Promise<Reply> => front.ask({ headers: { 'x-account': account } });
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(String(n % 10))));
  expect(replies.every(({ headers }) => headers['set-cookie'] === undefined)).toBe(true);
  const given = replies.map(variantOf);
  expect(given.slice(0, 10)).toEqual(given.slice(10));
  expect(new Set(given.map((text) => text?.split(', ')[0]))).toEqual(
    new Set(['buttons=blue', 'buttons=green']),
  );
  expect(new Set(given.map((text) => text?.split(', ')[1])).size).toBe(1);
  expect(variantOf(await front.ask())).toMatch(/^prices=\w+$/);
  const known = await Promise.all([0, 1].map(() => front.ask({ headers: owner })));
  expect(variantOf(known[0] as Reply)).toMatch(/^prices=\w+, plans=\w+$/);
  expect(variantOf(known[1] as Reply)).toBe(variantOf(known[0] as Reply));
});

test('an owner sends himself to a variant, is told of it, and of what there is not', async () => {
  const front = await useExperiments([withExperiments([experiment()])]);
  const sent = await front.ask({ headers: { ...owner, 'x-selvedge-variant': 'buttons=green' } });
  expect([variantOf(sent), sent.headers['x-selvedge-variant']]).toEqual(['buttons=green', 'buttons=green']);
  const wrong = await front.ask({ headers: { ...owner, 'x-selvedge-variant': 'buttons=red' } });
  expect([wrong.status, errorOf(wrong).code]).toEqual([400, 'FN_006']);
  expect(errorOf(wrong).message).toContain('there are "blue", "green"');
  expect((await report(front)).tallies).toEqual([]);
});

test('a preview token shows its variant, then by its cookie, and is not in the URL that the function sees', async () => {
  const front = await useExperiments([withExperiments([experiment({ status: 'paused' })])]);
  const token = await preview();
  const first = await front.ask({ path: `/a?b=1&selvedge-preview=${token}` });
  expect([variantOf(first), seen(first).path]).toEqual(['buttons=green', '/a?b=1']);
  expect(first.headers['set-cookie']).toEqual([
    expect.stringMatching(
      `^__selvedge_preview_buttons=${token}; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax$`,
    ),
  ]);
  const second = await front.ask({ headers: { cookie: cookieOf(first) } });
  expect([variantOf(second), second.headers['set-cookie']]).toEqual(['buttons=green', undefined]);
  expect(await report(front)).toMatchObject({ tallies: [], visitors: [] });
});

test('tokens that are expired, forged, of another experiment or function, huge or no tokens show nothing', async () => {
  const front = await useExperiments([withExperiments([experiment({ status: 'paused' })])]);
  const good = await preview();
  for (const token of [
    await preview({ expiresAt: 1000 }),
    await preview({}, Buffer.from('another key').toString('base64')),
    await preview({ experiment: 'prices' }),
    await preview({ function: 'fn_other' }),
    await preview({ variant: 'no-such' }),
    `${good.slice(0, -2)}AA`,
    good.replace('.', '..'),
    'a'.repeat(8000),
    '%00%ff',
    '',
  ]) {
    const replies = [
      await front.ask({ path: `/?selvedge-preview=${token}` }),
      await front.ask({ headers: { cookie: `__selvedge_preview_buttons=${token}` } }),
    ];
    expect(replies.map((reply) => [reply.status, variantOf(reply)])).toEqual(Array(2).fill([200, undefined]));
  }
});

test('forged and huge visitor cookies choose among what visitors have anyway', async () => {
  const front = await useExperiments([withExperiments([experiment()])]);
  for (const value of [
    'me',
    'x'.repeat(8000),
    '"><script>',
    '__proto__',
    `${'0'.repeat(32)}.${'f'.repeat(8)}`,
  ]) {
    const ask = { headers: { cookie: `__selvedge_visitor=${value}` } };
    const [one, two] = [await front.ask(ask), await front.ask(ask)];
    expect(one.status).toBe(200);
    expect(variantOf(one)).toMatch(/^buttons=(blue|green)$/);
    expect([variantOf(two), two.headers['set-cookie']]).toEqual([variantOf(one), undefined]);
  }
});

test('at the host of a version no experiment holds', async () => {
  const entry = withExperiments([experiment()], { previews: [V2], slots: { [V1]: [0], [V2]: [1] } });
  const front = await useExperiments([entry]);
  const reply = await front.ask({ host: `${V2.slice(0, 8)}-hello.localhost` });
  expect([seen(reply).slot, variantOf(reply), reply.headers['set-cookie']]).toEqual([
    1,
    undefined,
    undefined,
  ]);
});

test('control is told who saw what, how it went, and who converted, until it has stored it', async () => {
  const converting = experiment({ conversion: { path: '/thanks' } });
  const apart = experiment({ name: 'prices', by: { kind: 'header', name: 'x-account' } });
  const front = await useExperiments([withExperiments([converting, apart])]);
  const first = await front.ask();
  const ask = (path: string): Promise<Reply> => front.ask({ path, headers: { cookie: cookieOf(first) } });
  await ask('/?status=503');
  const told = await report(front);
  const variant = variantOf(first)?.replace('buttons=', '');
  expect(told.visitors).toEqual([
    { function: 'fn_hello', experiment: 'buttons', variant, visitor: expect.any(Number) },
  ]);
  expect(told.tallies).toMatchObject([
    { function: 'fn_hello', experiment: 'buttons', variant, requests: 2, errors: 1 },
  ]);
  const thanked = await ask('/thanks?convert=nothing');
  expect(thanked.headers['x-selvedge-convert']).toBeUndefined();
  await ask('/thanks');
  await ask('/thanks?status=500');
  const [visit] = told.visitors;
  const later = await report(front, `?after=${told.seq}`);
  expect(later.visitors).toEqual([{ ...visit, variant: null }]);
  expect(later.tallies).toMatchObject([{ requests: 5, errors: 2 }]);
  expect(await report(front, `?after=${later.seq}`)).toMatchObject({ tallies: [], visitors: [] });
});

test('a function says by a header of its answer that a visitor converted', async () => {
  const front = await useExperiments([withExperiments([experiment()])]);
  const first = await front.ask({ path: '/?convert=buttons,%20other' });
  expect(first.headers['x-selvedge-convert']).toBeUndefined();
  expect((await report(front)).visitors.map(({ variant }) => variant)).toEqual([expect.any(String), null]);
});
