// Versions with shares, and going back to what was live before.
// One platform for all; each test has a function of its own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();
/** The same source would be the same version in every function. */
const source = (n: number, name = ''): string =>
  `export default { fetch: () => new Response('${n}') }; // ${name}`;

interface Shown {
  readonly active_version: string;
  readonly version: string;
}
interface Deployment {
  readonly id: string;
  readonly versions: readonly { readonly version: string; readonly share: number }[];
  readonly message: string | null;
  readonly author: string | null;
  readonly strategy: string | null;
}

/** A function with two versions, of which the first is live. */
async function useTwo(name: string): Promise<{ readonly one: string; readonly two: string }> {
  const { active_version: one } = (await platform.create(name, source(1, name))) as unknown as Shown;
  const change = { code: source(2, name), deploy: false };
  const { body } = await platform.api<Shown>('PUT', `/functions/${name}`, change);
  return { one, two: body.version };
}

const instancesOf = (version: string): string[] =>
  readdirSync(join(platform.dataDir, 'run/processes'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(platform.dataDir, 'run/processes', name), 'utf8')))
    .filter((record) => record.instance?.version === version && record.instance.state === 'ready')
    .map(({ id }) => id as string);

const answers = async (name: string, count: number): Promise<Set<string>> => {
  const seen = new Set<string>();
  for (let n = 0; n < count; n += 1) seen.add((await platform.call(name)).text);
  return seen;
};

test('a split sends visitors to both versions, and each was running before the answer came', async () => {
  const { one, two } = await useTwo('both');
  const { status, body } = await platform.api<Deployment>('POST', '/functions/both/deployments', {
    versions: [
      { version: one.slice(0, 8), share: 50 },
      { version: two, share: 50 },
    ],
    message: 'half of them',
  });
  expect(status, JSON.stringify(body)).toBe(201);
  expect(instancesOf(two)).toHaveLength(1);
  expect(body).toMatchObject({ message: 'half of them', author: "the owner's token", strategy: null });
  expect(body.versions.map(({ version }) => version)).toEqual([two, one]);
  // 2^-60 that one of them is missed.
  expect(await answers('both', 60)).toEqual(new Set(['1', '2']));
  const shown = await platform.api<Deployment>('GET', `/functions/both/deployments/${body.id}`);
  expect(shown.body).toEqual(body);
  expect((await platform.api<Shown>('GET', '/functions/both')).body.active_version).toBe(one);
});

test('a version with a share of 0 gets no visitor, and one that is left out is gone from the deployment', async () => {
  const { one, two } = await useTwo('none');
  const versions = [
    { version: one, share: 100 },
    { version: two, share: 0 },
  ];
  expect((await platform.api('POST', '/functions/none/deployments', { versions })).status).toBe(201);
  expect(await answers('none', 20)).toEqual(new Set(['1']));
  const all = { versions: [{ version: two, share: 100 }] };
  expect((await platform.api('POST', '/functions/none/deployments', all)).status).toBe(201);
  expect(await answers('none', 20)).toEqual(new Set(['2']));
});

test('a version that does not start is refused before anything changes', async () => {
  const { one } = await useTwo('bad');
  const bad = await platform.api<Shown>('PUT', '/functions/bad', {
    code: `throw new Error('no database');\n${source(3)}`,
    deploy: false,
  });
  const versions = [
    { version: one, share: 99 },
    { version: bad.body.version, share: 1 },
  ];
  const refused = await platform.api<{ error: { code: string; message: string } }>(
    'POST',
    '/functions/bad/deployments',
    { versions },
  );
  expect(refused.status).toBe(422);
  expect(refused.body.error.message).toContain('no database');
  const { body } = await platform.api<{ deployments: Deployment[] }>('GET', '/functions/bad/deployments');
  expect(body.deployments).toHaveLength(1);
  expect(await answers('bad', 10)).toEqual(new Set(['1']));
});

test('an unknown version, and one that is named twice, are refused by name', async () => {
  const { one } = await useTwo('odd');
  const unknown = await platform.api<{ error: { code: string } }>('POST', '/functions/odd/deployments', {
    versions: [{ version: 'abababab', share: 100 }],
  });
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'FN_001']);
  const twice = await platform.api<{ error: { message: string } }>('POST', '/functions/odd/deployments', {
    versions: [
      { version: one, share: 50 },
      { version: one.slice(0, 8), share: 50 },
    ],
  });
  expect(twice.status).toBe(400);
  expect(twice.body.error.message).toContain(`${one.slice(0, 8)} twice`);
});

test('a rollback to the version before starts no instance, and neither does going forward again', async () => {
  const { one, two } = await useTwo('warm');
  await platform.call('warm');
  const [first] = instancesOf(one);
  const next = { versions: [{ version: two, share: 100 }] };
  expect((await platform.api('POST', '/functions/warm/deployments', next)).status).toBe(201);
  expect(await answers('warm', 5)).toEqual(new Set(['2']));
  const [second] = instancesOf(two);
  expect(instancesOf(one)).toEqual([first]);
  const back = await platform.api('POST', '/functions/warm/rollback', { message: 'it was slow' });
  expect(back.status).toBe(200);
  expect(await answers('warm', 5)).toEqual(new Set(['1']));
  expect([instancesOf(one), instancesOf(two)]).toEqual([[first], [second]]);
  const { body } = await platform.api<{ deployments: Deployment[] }>('GET', '/functions/warm/deployments');
  expect(body.deployments[0]).toMatchObject({ strategy: 'rollback', message: 'it was slow' });
});

test('a function that was renamed keeps nothing that ran under the old name', async () => {
  const { one } = await useTwo('before');
  const [old] = instancesOf(one);
  expect((await platform.api('PUT', '/functions/before', { name: 'after' })).status).toBe(200);
  expect((await platform.call('after')).text).toBe('1');
  const { body } = await platform.api<Shown>('GET', '/functions/after');
  await waitFor('the instance of the old name to end', () => {
    const there = instancesOf(body.active_version);
    return there.length === 1 && there[0] !== old;
  });
});

test('versions are found by their tag, with who made them and what was said', async () => {
  await platform.create('told', source(1), { message: 'first', tag: 'v1' });
  await platform.api('PUT', '/functions/told', { code: source(2), message: 'second', tag: 'v2' });
  const { body } = await platform.api<{ versions: Record<string, unknown>[] }>(
    'GET',
    '/functions/told/versions?tag=v1',
  );
  expect(body.versions).toHaveLength(1);
  expect(body.versions[0]).toMatchObject({ message: 'first', tag: 'v1', author: "the owner's token" });
  expect(body.versions[0]?.source_hash).toMatch(/^[0-9a-f]{64}$/);
  const again = await platform.api<Shown>('POST', '/functions/told/deploy', { message: 'third', tag: 'v3' });
  const made = await platform.api('GET', `/functions/told/versions/${again.body.version}`);
  expect(made.body).toMatchObject({ message: 'third', tag: 'v3' });
  expect((await platform.call('told')).text).toBe('2');
  const changed = await platform.api<Shown>('POST', '/functions/told/env', { key: 'X', value: '1' });
  const unsaid = await platform.api('GET', `/functions/told/versions/${changed.body.version}`);
  expect(unsaid.body).toMatchObject({ message: null, tag: null });
});

test('an alias is set, moved and deleted, and its address is told', async () => {
  const { one, two } = await useTwo('named');
  const set = (version: string) =>
    platform.api<Record<string, string>>('PUT', '/functions/named/aliases/staging', { version });
  const { body } = await set(one.slice(0, 8));
  expect(body).toMatchObject({ name: 'staging', version: one });
  expect(body.url).toBe(`http://staging-named.localhost:${platform.edgePort}/`);
  expect((await set(two)).body.version).toBe(two);
  const listed = await platform.api<{ aliases: { version: string }[] }>('GET', '/functions/named/aliases');
  expect(listed.body.aliases.map(({ version }) => version)).toEqual([two]);
  expect((await platform.api('DELETE', '/functions/named/aliases/staging')).status).toBe(200);
  expect((await platform.api('GET', '/functions/named/aliases/staging')).status).toBe(404);
});
