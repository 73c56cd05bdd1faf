// Goal: versions, deployments, secrets, routes and schedules as wrangler handles them, and their effect at the edge.
// Method: the real wrangler against a platform of its own; requests to the edge after each step.

import { expect, test } from 'vitest';
import { accountIdOf } from '../../control/api/cloudflare/account-of.ts';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler, type Wrangler } from '../support/use-wrangler.ts';

const platform = useSharedSelvedge();

function useProject(name: string, more: object = {}): Wrangler {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': JSON.stringify({ name, main: 'index.js', compatibility_date: '2026-11-01', ...more }),
    'index.js': source('one'),
  });
  return wrangler;
}

const source = (word: string): string => `export default {
  fetch: (request, env) => new Response(['${word}', env.TOKEN ?? '-', env.OTHER ?? '-'].join(' ')),
  scheduled() {},
};`;

const text = async (host: string, path = '/'): Promise<string> => (await platform.call(host, path)).text;
const idOf = (output: string): string => /Version ID: ([0-9a-f-]{36})/.exec(output)?.[1] ?? output;

test('versions are uploaded, listed, shown, deployed and rolled back to', async () => {
  const wrangler = useProject('steps');
  const first = idOf(await wrangler.ok(['deploy']));
  wrangler.write({ 'index.js': source('two') });
  const uploaded = await wrangler.ok([
    'versions',
    'upload',
    '--tag',
    'v2',
    '--message',
    'the second',
    '--preview-alias',
    'next',
  ]);
  const second = idOf(uploaded);
  const preview = `http://${second.slice(0, 8)}-steps.localhost:${platform.edgePort}/`;
  expect(uploaded).toContain(preview);
  expect(await text('steps')).toBe('one - -');
  expect(await text(`${second.slice(0, 8)}-steps`)).toBe('two - -');
  expect(await text('next-steps')).toBe('two - -');

  const list = await wrangler.ok(['versions', 'list']);
  for (const told of [first, second, 'v2', 'the second']) expect(list).toContain(told);
  const shown = await wrangler.ok(['versions', 'view', second]);
  for (const told of [second, 'v2', 'the second', '2026-11-01']) expect(shown).toContain(told);

  await wrangler.ok(['versions', 'deploy', `${second}@100%`, '--yes', '--message', 'go']);
  expect(await text('steps')).toBe('two - -');
  expect(await wrangler.ok(['deployments', 'list'])).toContain(first);
  expect(await wrangler.ok(['deployments', 'status'])).toContain(second);

  // Nine of ten stay with the first.
  await wrangler.ok(['versions', 'deploy', `${first}@90%`, `${second}@10%`, '--yes']);
  expect(await wrangler.ok(['deployments', 'status'])).toMatch(/\(10%\)[\s\S]*\(90%\)/);
  const answers = await Promise.all(Array.from({ length: 200 }, () => text('steps')));
  const old = answers.filter((answer) => answer === 'one - -').length;
  expect(old).toBeGreaterThan(140);
  expect(old).toBeLessThan(200);
  await wrangler.ok(['versions', 'deploy', `${second}@100%`, '--yes']);

  await wrangler.ok(['rollback', '--message', 'back', '--yes']);
  await wrangler.ok(['rollback', first, '--yes']);
  expect(await text('steps')).toBe('one - -');
});

test('secrets are put, kept over deploys, listed without values and deleted', async () => {
  const wrangler = useProject('vault');
  // For a Worker that is not there wrangler makes a draft.
  await wrangler.ok(['secret', 'put', 'TOKEN'], { stdin: 'sesame' });
  await wrangler.ok(['deploy']);
  expect(await text('vault')).toBe('one sesame -');
  wrangler.write({ 'index.js': source('two') });
  await wrangler.ok(['deploy']);
  expect(await text('vault')).toBe('two sesame -');

  wrangler.write({ 'more.json': JSON.stringify({ OTHER: 'else', TOKEN: 'changed' }) });
  await wrangler.ok(['secret', 'bulk', 'more.json']);
  expect(await text('vault')).toBe('two changed else');
  const list = await wrangler.ok(['secret', 'list']);
  expect(list).toContain('TOKEN');
  expect(list).not.toContain('changed');
  await wrangler.ok(['secret', 'delete', 'TOKEN']);
  // The version of before is live again, and nothing is left undeployed.
  await wrangler.ok(['secret', 'put', 'TOKEN'], { stdin: 'again' });
  await wrangler.ok(['secret', 'delete', 'TOKEN']);
  expect(await text('vault')).toBe('two - else');

  const version = idOf(
    (await wrangler.ok(['versions', 'secret', 'put', 'TOKEN'], { stdin: 'later' })).replace(
      /version (\S+) with/,
      'Version ID: $1 with',
    ),
  );
  expect(await text('vault')).toBe('two - else');
  // A version that was kept since is not live, and wrangler is told so as by Cloudflare.
  expect(await wrangler.refused(['secret', 'put', 'OTHER'], { stdin: 'x' })).toContain('Secret edit failed');
  await wrangler.ok(['versions', 'deploy', `${version}@100%`, '--yes']);
  expect(await text('vault')).toBe('two later else');
  expect(await wrangler.ok(['versions', 'secret', 'list'])).toContain('TOKEN');
});

test('routes, custom domains and schedules are set by deploy and by triggers deploy', async () => {
  const wrangler = useProject('routed', {
    routes: ['api.example.test/users/*', { pattern: 'shop.example.test', custom_domain: true }],
    triggers: { crons: ['*/5 * * * *'] },
  });
  const output = await wrangler.ok(['deploy']);
  for (const told of ['api.example.test/users/*', 'shop.example.test', '*/5 * * * *'])
    expect(output).toContain(told);
  expect(await text('api.example.test', '/users/7')).toBe('one - -');
  expect(await text('shop.example.test', '/any')).toBe('one - -');
  expect((await platform.call('api.example.test', '/other')).status).toBe(404);
  const { body } = await platform.api<{ crons: string[] }>('GET', '/functions/routed');
  expect(body.crons).toEqual(['*/5 * * * *']);

  wrangler.write({
    'wrangler.json': JSON.stringify({
      ...{ name: 'routed', main: 'index.js', compatibility_date: '2026-11-01' },
      ...{ routes: ['api.example.test/items/*'], triggers: { crons: [] } },
    }),
  });
  await wrangler.ok(['triggers', 'deploy']);
  expect(await text('api.example.test', '/items/7')).toBe('one - -');
  expect((await platform.call('api.example.test', '/users/7')).status).toBe(404);
  expect((await platform.api<{ crons: string[] }>('GET', '/functions/routed')).body.crons).toEqual([]);

  // A route of one Worker is not another's.
  const other = useProject('other', { routes: ['api.example.test/items/*'] });
  expect(await other.refused(['deploy'])).toContain('routed');
});

test('secrets come from a file, and variables stay where they are to be kept', async () => {
  const wrangler = useProject('kept', { vars: { OTHER: 'var' } });
  wrangler.write({ 'secrets.json': JSON.stringify({ TOKEN: 'filed' }) });
  await wrangler.ok(['deploy', '--secrets-file', 'secrets.json']);
  expect(await text('kept')).toBe('one filed var');
  wrangler.write({
    'wrangler.json': JSON.stringify({ name: 'kept', main: 'index.js', compatibility_date: '2026-11-01' }),
  });
  await wrangler.ok(['deploy', '--keep-vars']);
  expect(await text('kept')).toBe('one filed var');
  await wrangler.ok(['deploy']);
  expect(await text('kept')).toBe('one filed -');
});

test('an upload that is sent twice makes one version, and a bad one is told what is wrong with it', async () => {
  const base = `/client/v4/accounts/${accountIdOf('default')}/workers/scripts/twice`;
  const send = async (path: string, parts: Readonly<Record<string, string>>, method = 'PUT') => {
    const form = new FormData();
    form.set('metadata', JSON.stringify({ main_module: 'index.js', compatibility_date: '2026-11-01' }));
    for (const [name, content] of Object.entries(parts))
      form.set(name, new File([content], name, { type: 'application/javascript+module' }));
    const headers = { authorization: `Bearer ${testToken}` };
    const response = await fetch(platform.control + path, { method, headers, body: form });
    const body = (await response.json()) as { success: boolean; errors: { code: number; message: string }[] };
    return { status: response.status, ...body };
  };
  for (let time = 0; time < 2; time++)
    expect(await send(base, { 'index.js': source('one') })).toMatchObject({ status: 200, success: true });
  const { body } = await platform.api<{ versions: unknown[] }>('GET', '/functions/twice/versions');
  expect(body.versions).toHaveLength(1);

  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`m${index}.js`, '']));
  expect(await send(base, many)).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('10001 parts') }],
  });
  expect(await send(base, { '../index.js': '' })).toMatchObject({
    ...{ status: 400, errors: [{ message: expect.stringContaining('leads out of the Worker') }] },
  });
  expect(await send(base, {})).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('was not sent') }],
  });
  const elsewhere = base.replace(accountIdOf('default'), '0'.repeat(32));
  expect(await send(elsewhere, { 'index.js': '' })).toMatchObject({ status: 404, errors: [{ code: 7400 }] });
  expect(await text('twice')).toBe('one - -');
});

test('delete takes the Worker away', async () => {
  const wrangler = useProject('gone');
  await wrangler.ok(['deploy']);
  await wrangler.ok(['delete', '--force']);
  expect((await platform.call('gone')).status).toBe(404);
});

test.each([
  [['kv', 'namespace', 'list'], '[]'],
  [['d1', 'list', '--json'], '[]'],
  [['r2', 'bucket', 'list'], 'Listing buckets'],
  [['queues', 'list'], ''],
  [['hyperdrive', 'list'], ''],
  [['workflows', 'list'], ''],
])('wrangler %j tells that there is nothing, and ends', async (words, told) => {
  expect(await useProject('none').ok(words)).toContain(told);
});

test.each([
  [['kv', 'namespace', 'create', 'CACHE'], 'KV namespaces'],
  [['d1', 'create', 'orders'], 'D1 databases'],
  [['r2', 'bucket', 'create', 'files'], 'R2 buckets'],
  [['queues', 'create', 'jobs'], 'queues'],
])('wrangler %j is told that storage comes later', async (words, what) => {
  expect(await useProject('none').refused(words)).toContain(`There are no ${what} on this platform`);
});
