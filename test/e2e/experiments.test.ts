// Goal: an experiment runs as it is set, the same at every front, and its figures add up to what was sent.
// Method: a whole platform with a front for each core; visitors with cookies of their own call, and the API is asked.

import { expect, test } from 'vitest';
import { runCli } from '../../control/cli/run-cli.ts';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWorld } from '../support/use-world.ts';

const platform = useSharedSelvedge();
const owner = { authorization: `Bearer ${testToken}` };

/** Says which variant it was sent, and at which path. */
const code = `export default { fetch(request) {
  const { pathname } = new URL(request.url);
  const status = pathname.endsWith('/fail') ? 500 : 200;
  const headers = pathname.endsWith('/bought') ? { 'x-selvedge-convert': 'buttons' } : {};
  return new Response(pathname + ' ' + request.headers.get('x-selvedge-variant'), { status, headers });
} };`;

interface Result {
  readonly since: string | null;
  readonly variants: readonly {
    readonly name: string;
    readonly visitors: number;
    readonly conversions: number;
    readonly conversion_rate: number | null;
    readonly requests: number;
    readonly errors: number;
    readonly difference: { readonly p: number | null } | null;
  }[];
}

const variants = [{ name: 'blue' }, { name: 'green', rewrite: { path: '/green/*' } }];
const buttons = { name: 'buttons', variants, conversion: { path: '/thanks' } };

async function make(name: string, experiments: readonly object[]): Promise<void> {
  await platform.create(name, code, { rules: { experiments } });
}

const result = async (name: string): Promise<Result> => {
  const { status, body } = await platform.api<Result>('GET', `/experiments/${name}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const figures = async (name: string) =>
  (await result(name)).variants.map(({ name: variant, visitors, conversions, requests, errors }) => ({
    ...{ variant, visitors, conversions, requests, errors },
  }));
const keyOf = (n: number): string => n.toString(16).padStart(32, '0');
const cookie = (n: number): Record<string, string> => ({ cookie: `__selvedge_visitor=${keyOf(n)}.00000000` });

test('visitors are split, stay with their variant at every front, and the figures are what was sent', async () => {
  await make('shop', [buttons]);
  const sent = new Map(
    ['blue', 'green'].map((name) => [name, { visitors: 0, conversions: 0, requests: 0, errors: 0 }]),
  );
  const visitors = 60;
  for (let n = 0; n < visitors; n += 1) {
    // Each on connections of its own, which the kernel gives to any front.
    const replies = await Promise.all(
      ['/', '/', n % 3 === 0 ? '/thanks' : '/fail', ...(n % 5 === 0 ? ['/bought'] : [])].map((path) =>
        platform.call('shop', path, { headers: cookie(n) }),
      ),
    );
    const [variant] = new Set(replies.map(({ text }) => text.split(' buttons=')[1]));
    expect(new Set(replies.map(({ text }) => text.split(' ')[1]))).toEqual(new Set([`buttons=${variant}`]));
    expect(replies[0]?.text).toBe(variant === 'green' ? '/green/ buttons=green' : '/ buttons=blue');
    const tally = sent.get(String(variant));
    if (!tally) throw new Error(`no variant ${variant}`);
    tally.visitors += 1;
    tally.requests += replies.length;
    tally.errors += n % 3 === 0 ? 0 : 1;
    tally.conversions += n % 3 === 0 || n % 5 === 0 ? 1 : 0;
  }
  expect(await figures('buttons')).toEqual([...sent].map(([variant, counts]) => ({ variant, ...counts })));
  const { variants: shown } = await result('buttons');
  expect(shown.every(({ visitors: some }) => some > visitors / 5)).toBe(true);
  expect(shown[1]?.difference?.p).toBeGreaterThan(0);
});

test('figures outlive control and a front, and a reset begins anew', async () => {
  const before = await figures('buttons');
  const front = platform.processes().find(({ kind }) => kind === 'front');
  process.kill(front?.pid ?? Number.NaN, 'SIGKILL');
  await platform.end('SIGKILL');
  await platform.start();
  expect(await figures('buttons')).toEqual(before);
  await platform.call('shop', '/', { headers: cookie(1) });
  const sum = (some: typeof before): number => some.reduce((all, { requests }) => all + requests, 0);
  expect(sum(await figures('buttons'))).toBe(sum(before) + 1);
  expect((await platform.api('DELETE', '/experiments/buttons')).status).toBe(200);
  expect(sum(await figures('buttons'))).toBe(0);
  await platform.call('shop', '/', { headers: cookie(1) });
  const after = await figures('buttons');
  expect([sum(after), after.reduce((all, { visitors }) => all + visitors, 0)]).toEqual([1, 1]);
});

test('a preview shows its variant to whoever has the link, and owners send themselves to any', async () => {
  await make('quiet', [{ ...buttons, name: 'quiet', status: 'paused' }]);
  expect((await platform.call('quiet', '/')).text).toBe('/ null');
  const made = await platform.api<{ token: string; url: string }>('POST', '/experiments/quiet/preview', {
    variant: 'green',
  });
  expect(made.body.url).toContain(`?selvedge-preview=${made.body.token}`);
  const shown = await platform.call('quiet', `/?selvedge-preview=${made.body.token}`);
  expect(shown.text).toBe('/green/ quiet=green');
  const forced = await platform.call('quiet', '/', {
    headers: { ...owner, 'x-selvedge-variant': 'quiet=blue' },
  });
  expect(forced.text).toBe('/ quiet=blue');
  expect((await result('quiet')).since).toBeNull();
});

test('only those take part whom it is about, and another function answers them', async () => {
  await platform.create('beta', `export default { fetch: () => new Response('beta') };`);
  const target = { header: { 'X-Plan': 'gold*' }, query: { try: true } };
  await make('plans', [
    {
      name: 'plans',
      target,
      by: { header: 'X-Account' },
      variants: [
        { name: 'old', weight: 0 },
        { name: 'new', function: 'beta' },
      ],
    },
  ]);
  const ask = async (path: string, headers: Record<string, string>): Promise<string> =>
    (await platform.call('plans', path, { headers })).text;
  expect(await ask('/?try=1', { 'x-plan': 'gold-2', 'x-account': '7' })).toBe('beta');
  expect(await ask('/', { 'x-plan': 'gold-2', 'x-account': '7' })).toBe('/ null');
  expect(await ask('/?try=1', { 'x-plan': 'silver', 'x-account': '7' })).toBe('/ null');
  const answer = await platform.api<{ counted: boolean }>('POST', '/experiments/plans/events', {
    visitor: '7',
  });
  const stranger = await platform.api<{ counted: boolean }>('POST', '/experiments/plans/events', {
    visitor: '8',
  });
  expect([answer.body.counted, stranger.body.counted]).toEqual([true, false]);
  expect(await figures('plans')).toMatchObject([
    { visitors: 0 },
    { visitors: 1, conversions: 1, requests: 1 },
  ]);
});

test('a version that is not live answers, and is remembered by its full id', async () => {
  const says = (text: string): string => `export default { fetch: () => new Response('${text}') };`;
  const { active_version: first } = await platform.create('aged', says('first'));
  const aged = {
    name: 'aged',
    by: 'ip',
    variants: [
      { name: 'no', weight: 0 },
      { name: 'old', version: String(first).slice(0, 8) },
    ],
  };
  const { body } = await platform.api<{ rules: { experiments: (typeof aged)[] } }>('PUT', '/functions/aged', {
    ...{ code: says('second'), rules: { experiments: [aged] } },
  });
  expect(body.rules.experiments[0]?.variants[1]).toMatchObject({ version: first });
  expect((await platform.call('aged')).text).toBe('first');
  await platform.api('PUT', '/functions/aged', { rules: {} });
  expect((await platform.call('aged')).text).toBe('second');
});

test('a cache keeps the answers of variants apart, and what it answers is counted', async () => {
  const themes = [{ name: 'light' }, { name: 'dark', headers: { 'x-theme': 'dark' } }];
  const themed = `export default { fetch: (request) => new Response(request.headers.get('x-theme') + ' ' + Math.random()) };`;
  const experiments = [{ name: 'themes', by: { header: 'x-account' }, variants: themes }];
  await platform.create('themed', themed, { rules: { experiments, cache: { ttl: 600 } } });
  const answers = new Map<string, number>();
  for (let n = 0; n < 20; n += 1) {
    const { text } = await platform.call('themed', '/', { headers: { 'x-account': String(n) } });
    answers.set(text, (answers.get(text) ?? 0) + 1);
  }
  expect([...answers.keys()].map((text) => text.split(' ')[0]).toSorted()).toEqual(['dark', 'null']);
  const counted = (await figures('themes')).map(({ requests }) => requests);
  expect(counted.toSorted()).toEqual([...answers.values()].toSorted());
});

test('the command line lists experiments and shows what one has shown', async () => {
  const selvedge = async (...words: string[]): Promise<string> => {
    const env = { SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken };
    const { world, stdout, stderr } = useWorld({ env });
    expect([await runCli(['experiments', ...words], world, '0'), stderr()]).toEqual([0, '']);
    return stdout();
  };
  expect(await selvedge('list')).toMatch(/^plans +running +old:0 new:1 +default +plans +all of it$/m);
  expect(await selvedge('show', 'plans')).toMatch(/^new +1 +1 +100\.00 % \(20\.65 % to 100\.00 %\)/m);
});

test('what cannot be carried out, or has the name of another, is refused when it is set', async () => {
  const set = async (experiments: readonly object[]): Promise<string> => {
    const { status, body } = await platform.api('PUT', '/functions/beta', { rules: { experiments } });
    expect(status).toBe(400);
    return JSON.stringify(body);
  };
  expect(await set([buttons])).toContain('is one of the function \\"shop\\" already');
  const leading = (to: object): object[] => [
    { name: 'mine', variants: [{ name: 'a' }, { name: 'b', ...to }] },
  ];
  expect(await set(leading({ function: 'nobody' }))).toContain('make it first');
  expect(await set(leading({ version: 'abcdef01' }))).toContain('which \\"beta\\" does not have');
});
