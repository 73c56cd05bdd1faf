// Rollouts with real versions, under real load: what is bad goes back by itself, what is good arrives.
// One platform for all; each test has a function of its own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useCli } from '../support/use-cli.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();
const good = (text: string, name: string): string =>
  `export default { fetch: () => new Response('${text}') }; // ${name}`;
const bad = (name: string): string =>
  `export default { fetch() { throw new Error('no database'); } }; // ${name}`;

interface Rollout {
  readonly id: string;
  readonly state: string;
  readonly share: number;
  readonly reason: string | null;
  readonly figures: { readonly new: { readonly requests: number } } | null;
}
interface Deployment {
  readonly versions: readonly { readonly version: string; readonly share: number }[];
  readonly reason: string | null;
  readonly rollout: string | null;
}

/** A function with a live version that answers `old`, and another one that is not live. */
async function useCandidate(
  name: string,
  code: string,
): Promise<{ readonly old: string; readonly next: string }> {
  const created = await platform.create(name, good('old', name));
  const change = { code, deploy: false };
  const { body } = await platform.api<{ version: string }>('PUT', `/functions/${name}`, change);
  return { old: String(created.active_version), next: body.version };
}

async function start(name: string, version: string, settings: object): Promise<Rollout> {
  const body = { version, ...settings };
  const answer = await platform.api<Rollout>('POST', `/functions/${name}/rollouts`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const rolloutOf = async (name: string, { id }: Rollout): Promise<Rollout> =>
  (await platform.api<Rollout>('GET', `/functions/${name}/rollouts/${id}`)).body;

const newest = async (name: string): Promise<Deployment | undefined> =>
  (await platform.api<{ deployments: Deployment[] }>('GET', `/functions/${name}/deployments`)).body
    .deployments[0];

interface Load {
  readonly answers: { readonly status: number; readonly text: string; readonly at: number }[];
  stop(): Promise<void>;
}

/** Four clients that send without pause. */
function useLoad(name: string): Load {
  const answers: { status: number; text: string; at: number }[] = [];
  let ended = false;
  const client = async (): Promise<void> => {
    while (!ended) {
      const { status, text } = await platform
        .call(name)
        .catch((error: unknown) => ({ status: 0, text: String(error) }));
      answers.push({ status, text, at: Date.now() });
    }
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  const stop = async (): Promise<void> => {
    ended = true;
    await clients;
  };
  onTestFinished(stop);
  return { answers, stop };
}

const instancesOf = (version: string): string[] =>
  readdirSync(join(platform.dataDir, 'run/processes'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(platform.dataDir, 'run/processes', file), 'utf8')))
    .filter((record) => record.instance?.version === version && record.instance.state === 'ready')
    .map(({ id }) => id as string);

test('a canary that throws is rolled back by itself under load, and no more than its share met it', async () => {
  const { old, next } = await useCandidate('throws', bad('throws'));
  const load = useLoad('throws');
  const rollout = await start('throws', next, {
    ...{ strategy: 'canary', steps: [10, 100], wait_seconds: 600 },
    guard: { error_rate: { max: 10 }, min_requests: 10 },
  });
  await waitFor('the rollout to end', async () => (await rolloutOf('throws', rollout)).state !== 'running');
  const ended = Date.now();
  const until = load.answers.length + 100;
  await waitFor('more answers', () => load.answers.length > until);
  await load.stop();
  const { state, reason } = await rolloutOf('throws', rollout);
  expect(state).toBe('rolled_back');
  expect(reason).toMatch(
    /^Rolled back at step 1: error rate 100 %, at most 10 % \(\d+ requests, \d+ failed\)\.$/,
  );
  const failed = load.answers.filter(({ status }) => status !== 200);
  expect(failed.every(({ status }) => status === 500)).toBe(true);
  expect(failed.length).toBeGreaterThanOrEqual(10);
  // A tenth of them, and not by chance: six standard deviations.
  const count = load.answers.filter(({ at }) => at <= ended).length;
  expect(failed.length).toBeLessThan(count * 0.1 + 6 * Math.sqrt(count * 0.09));
  expect(failed.filter(({ at }) => at > ended + 1000)).toEqual([]);
  expect(await newest('throws')).toMatchObject({
    ...{ versions: [{ version: old, share: 100 }], reason, rollout: rollout.id },
  });
});

test('a canary that does well arrives at 100 %, and not one request fails on the way', async () => {
  const { next } = await useCandidate('well', good('new', 'well'));
  const load = useLoad('well');
  const rollout = await start('well', next, {
    ...{ strategy: 'canary', steps: [20, 60, 100], wait_seconds: 1 },
    guard: { error_rate: { max: 1, relative: 2 }, min_requests: 10 },
  });
  await waitFor('the rollout to end', async () => (await rolloutOf('well', rollout)).state !== 'running');
  await load.stop();
  expect(await rolloutOf('well', rollout)).toMatchObject({ state: 'completed', share: 100 });
  expect(load.answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(load.answers.map(({ text }) => text))).toEqual(new Set(['old', 'new']));
  expect((await platform.call('well')).text).toBe('new');
  expect((await newest('well'))?.versions).toEqual([{ version: next, share: 100 }]);
});

test('blue-green runs beside without visitors, switches on command, and goes back to the same instance', async () => {
  const { old, next } = await useCandidate('colour', good('new', 'colour'));
  await platform.call('colour');
  const [first] = instancesOf(old);
  const rollout = await start('colour', next, { strategy: 'blue-green' });
  expect(instancesOf(next)).toHaveLength(1);
  for (let n = 0; n < 20; n += 1) expect((await platform.call('colour')).text).toBe('old');
  const promoted = await platform.api<Rollout>('POST', `/functions/colour/rollouts/${rollout.id}/promote`);
  expect(promoted.body).toMatchObject({ share: 100 });
  for (let n = 0; n < 20; n += 1) expect((await platform.call('colour')).text).toBe('new');
  await waitFor('the rollout to end', async () => (await rolloutOf('colour', rollout)).state === 'completed');
  expect((await platform.api('POST', '/functions/colour/rollback')).status).toBe(200);
  for (let n = 0; n < 20; n += 1) expect((await platform.call('colour')).text).toBe('old');
  expect(instancesOf(old)).toEqual([first]);
});

test('an abort gives everything back, and a second rollout can begin', async () => {
  const { next } = await useCandidate('twice', good('new', 'twice'));
  const rollout = await start('twice', next, { strategy: 'rolling', steps: 2, wait_seconds: null });
  expect(rollout.share).toBe(50);
  const taken = await platform.api('POST', '/functions/twice/rollouts', {
    version: next,
    strategy: 'canary',
  });
  expect(taken.status).toBe(409);
  expect((await platform.api('POST', `/functions/twice/rollouts/${rollout.id}/abort`)).status).toBe(200);
  for (let n = 0; n < 20; n += 1) expect((await platform.call('twice')).text).toBe('old');
  await start('twice', next, { strategy: 'canary', steps: [50, 100] });
});

test('a new version that is deployed meanwhile ends the rollout and has everything', async () => {
  const { next } = await useCandidate('newer', good('new', 'newer'));
  const rollout = await start('newer', next, { strategy: 'canary', steps: [50, 100] });
  await platform.api('PUT', '/functions/newer', { code: good('newest', 'newer') });
  for (let n = 0; n < 20; n += 1) expect((await platform.call('newer')).text).toBe('newest');
  const { state, reason } = await rolloutOf('newer', rollout);
  expect(state).toBe('superseded');
  expect(reason).toMatch(/^Deployment dep_\w+ took its place\.$/);
});

test('each version answers at its preview, and an alias at its address, whoever has the traffic', async () => {
  const { old, next } = await useCandidate('shown', good('new', 'shown'));
  expect((await platform.call(`${next.slice(0, 8)}-shown`)).text).toBe('new');
  await platform.api('PUT', '/functions/shown/aliases/beta', { version: next });
  expect((await platform.call('beta-shown')).text).toBe('new');
  await platform.api('PUT', '/functions/shown/aliases/beta', { version: old });
  expect((await platform.call('beta-shown')).text).toBe('old');
  await platform.api('DELETE', '/functions/shown/aliases/beta');
  expect((await platform.call('beta-shown')).status).toBe(404);
});

test('the command line begins a rollout, looks after it, names versions and goes back', async () => {
  const { old, next } = await useCandidate('by-hand', good('new', 'by-hand'));
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const run = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli.run(words);
    expect(code, `${words.join(' ')}\n${stderr}`).toBe(0);
    return stdout;
  };
  const [from, to] = [old.slice(0, 8), next.slice(0, 8)];
  expect(await run('versions', 'by-hand')).toMatch(new RegExp(`${from} .* live`));
  const started = await run('rollout', 'start', 'by-hand', to, '--steps', '25,100', '--wait', 'command');
  expect(started).toContain(`version ${to} has 25 % (step 1 of 2, from ${from})`);
  expect(await run('rollout', 'pause', 'by-hand')).toContain("Paused by the owner's token.");
  expect(await run('rollout', 'status', 'by-hand')).toContain('REQUESTS');
  expect(await run('rollout', 'resume', 'by-hand')).toContain('running');
  expect(await run('rollout', 'promote', 'by-hand')).toContain(`version ${to} has 100 %`);
  expect(await run('rollout', 'abort', 'by-hand')).toContain(`version ${to} has 0 %`);
  expect((await platform.call('by-hand')).text).toBe('old');
  expect(await run('deployments', 'by-hand', `${to}=100`, '--message', 'after all')).toContain('after all');
  expect(await run('functions', 'rollback', 'by-hand', '--to', from)).toContain(from);
  expect(await run('deployments', 'by-hand')).toContain(`${to} 25 %, ${from} 75 %`);
  expect(await run('alias', 'set', 'by-hand', 'beta', to)).toContain('http://beta-by-hand.localhost');
  expect(await run('alias', 'list', 'by-hand')).toMatch(new RegExp(`beta +${to}`));
  expect(await run('alias', 'delete', 'by-hand', 'beta')).toContain('beta is deleted');
  const refused = await cli.run(['rollout', 'abort', 'by-hand']);
  expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('is aborted')]);
});

test('a control that is killed in the middle goes on with the rollout when it is back', async () => {
  const { next } = await useCandidate('killed', good('new', 'killed'));
  const rollout = await start('killed', next, {
    ...{ strategy: 'canary', steps: [50, 100], wait_seconds: 1 },
    guard: { error_rate: { max: 5 }, min_requests: 10 },
  });
  await platform.end('SIGKILL');
  await platform.start();
  const back = await rolloutOf('killed', rollout);
  expect(back).toMatchObject({ state: 'running', share: 50 });
  const load = useLoad('killed');
  await waitFor('the rollout to end', async () => (await rolloutOf('killed', rollout)).state !== 'running');
  await load.stop();
  expect((await rolloutOf('killed', rollout)).state).toBe('completed');
  expect(load.answers.filter(({ status }) => status !== 200)).toEqual([]);
});
