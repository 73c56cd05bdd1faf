// What happens when each part dies. Each row of ARCHITECTURE's table has its test here.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const hello = `export default { fetch: () => new Response('hello') };`;

/** Calls a function without pause until `stop`, and tells what went wrong. */
function hammer(
  platform: TestPlatform,
  name: string,
): { stop: () => Promise<{ requests: number; faults: string[] }> } {
  let ended = false;
  let requests = 0;
  const faults: string[] = [];
  const client = async (): Promise<void> => {
    while (!ended) {
      const { status, text } = await platform
        .call(name)
        .catch((error: unknown) => ({ status: 0, text: String(error) }));
      requests += 1;
      if (status !== 200) faults.push(`${status} ${text}`);
    }
  };
  const clients = [client(), client()];
  return {
    stop: async () => {
      ended = true;
      await Promise.all(clients);
      return { requests, faults };
    },
  };
}

test('functions go on while control is killed and started again, which takes over what runs', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const before = platform.processes().filter(({ kind }) => kind !== 'outbound');
  const clients = hammer(platform, 'steady');
  await platform.end('SIGKILL');
  expect((await platform.call('steady')).text).toBe('hello');
  await platform.start();
  expect((await platform.call('steady')).text).toBe('hello');
  const { requests, faults } = await clients.stop();
  expect(faults).toEqual([]);
  expect(requests).toBeGreaterThan(10);
  const after = new Set(platform.processes().map(({ pid }) => pid));
  expect(before.every(({ pid }) => after.has(pid))).toBe(true);
  // The new control commands what the old one started.
  const { status } = await platform.api('PUT', '/functions/steady', {
    code: hello.replace('hello', 'again'),
  });
  expect(status).toBe(200);
  expect((await platform.call('steady')).text).toBe('again');
});

test('SIGUSR2 ends control alone, and the next one takes over without a failed request', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const clients = hammer(platform, 'steady');
  await platform.end('SIGUSR2');
  await platform.start();
  await platform.api('PUT', '/functions/steady', { code: hello });
  const { faults } = await clients.stop();
  expect(faults).toEqual([]);
});

test('a front that is killed is replaced while the others serve', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const fronts = platform.processes().filter(({ kind }) => kind === 'front');
  expect(fronts.length).toBeGreaterThan(1);
  const [victim] = fronts;
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  // Connections that the dead front had are gone; new ones go to those that live.
  await waitFor('a front in place of the one that was killed', () => {
    const now = platform.processes().filter(({ kind }) => kind === 'front');
    return now.length === fronts.length && !now.some(({ pid }) => pid === victim?.pid);
  });
  await waitFor(
    'all fronts to be ready',
    async () => (await fetch(`${platform.control}/ready`)).status === 200,
  );
  for (let i = 0; i < 50; i += 1) expect((await platform.call('steady')).status).toBe(200);
});

test('an instance that is killed is replaced by the next request', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const instance = platform.processes().find(({ kind }) => kind === 'instance');
  process.kill(instance?.pid ?? 0, 'SIGKILL');
  await waitFor(
    'the instance to be gone',
    () => !platform.processes().some(({ pid }) => pid === instance?.pid),
  );
  expect((await platform.call('steady')).text).toBe('hello');
});

test('the outbound is replaced when it is killed', async () => {
  const platform = await useSelvedge();
  const outbound = platform.processes().find(({ kind }) => kind === 'outbound');
  process.kill(outbound?.pid ?? 0, 'SIGKILL');
  await waitFor('another outbound', () =>
    platform.processes().some(({ kind, pid }) => kind === 'outbound' && pid !== outbound?.pid),
  );
});

test('a front that hangs is replaced, and a deploy waits for that and no longer', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const victim = platform.processes().find(({ kind }) => kind === 'front')?.pid ?? 0;
  process.kill(victim, 'SIGSTOP');
  const { status } = await platform.api('PUT', '/functions/steady', {
    code: hello.replace('hello', 'again'),
  });
  expect(status).toBe(200);
  await waitFor(
    'the hanging front to be gone',
    () => !platform.processes().some(({ pid }) => pid === victim),
  );
  await waitFor(
    'all fronts to be ready',
    async () => (await fetch(`${platform.control}/ready`)).status === 200,
  );
  for (let i = 0; i < 20; i += 1) expect((await platform.call('steady')).text).toBe('again');
});

test('what a function said before it and control were killed is in its log after the next start', async () => {
  const platform = await useSelvedge();
  const { id } = await platform.create(
    'speaker',
    `export default { fetch: (request) => { console.log(new URL(request.url).pathname); return new Response('ok'); } };`,
  );
  await platform.end('SIGKILL');
  await platform.call('speaker', '/while-control-was-away');
  const instance = platform.processes().find(({ kind }) => kind === 'instance');
  const path = join(platform.dataDir, 'run/console', instance?.id ?? '');
  await waitFor('the line in the console', () =>
    readFileSync(path, 'utf8').includes('while-control-was-away'),
  );
  process.kill(instance?.pid ?? 0, 'SIGKILL');
  await platform.start();
  const said = await waitFor('the line in the log', async () => {
    const { body } = await platform.api<{ logs: { message: string; function_id?: string }[] }>(
      'GET',
      `/functions/${id}/logs`,
    );
    const lines = body.logs.filter(({ message }) => message === '/while-control-was-away');
    return lines.length > 0 && lines;
  });
  expect(said).toHaveLength(1);
});

test('after everything was killed, the next start leaves no file of what is dead', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const before = platform.processes();
  await platform.end('SIGKILL');
  for (const { pid } of before) process.kill(pid, 'SIGKILL');
  await platform.start();
  const dead = new Set(before.map(({ id }) => id));
  await waitFor('their records to go', () => !platform.processes().some(({ id }) => dead.has(id)));
  const files = ['slots', 'fronts', 'console', 'processes'].flatMap((part) =>
    readdirSync(join(platform.dataDir, 'run', part)),
  );
  expect(files.filter((name) => dead.has(name.replace(/\..*$/, '')))).toEqual([]);
  // Blanks of the killed control had no record: nothing is here but what runs now, and blanks are in `console`.
  const blanks = files.filter((name) => /^instance-[^.]+$/.test(name));
  expect(blanks.length).toBeLessThanOrEqual(5);
});

test('SIGTERM in the midst of deploys leaves nothing running', async () => {
  const platform = await useSelvedge();
  const names = ['a', 'b', 'c'];
  await Promise.all(names.map((name) => platform.create(name, hello)));
  let deploys = 0;
  const deploying = names.map(async (name) => {
    for (;;) {
      const answer = await platform
        .api('PUT', `/functions/${name}`, { code: hello.replace('hello', `${name}${deploys}`) })
        .catch(() => undefined);
      if (answer?.status !== 200) return;
      deploys += 1;
    }
  });
  await waitFor('deploys to be under way', () => deploys >= 6);
  const seen = platform.processes();
  await platform.end('SIGTERM');
  await Promise.all(deploying);
  expect(platform.processes()).toEqual([]);
  for (const { pid } of seen) expect(() => process.kill(pid, 0)).toThrow();
  expect(platform.output).not.toContain('bug');
});

test('SIGTERM during a start ends all that it has started', async () => {
  const platform = new TestPlatform(useTmpDir(), {});
  onTestFinished(() => platform.destroy());
  const folder = join(platform.dataDir, 'run/processes');
  const started = platform.start().catch(() => undefined);
  const seen = await waitFor('the first process', () => {
    const processes = existsSync(folder) ? platform.processes() : [];
    return processes.length > 0 && processes;
  });
  await platform.end('SIGTERM');
  await started;
  expect(platform.processes()).toEqual([]);
  for (const { pid } of seen) expect(() => process.kill(pid, 0)).toThrow();
});

test('SIGTERM ends everything, and what is in flight finishes first', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'slow',
    `export default { async fetch() { await scheduler.wait(700); return new Response('done'); } };`,
  );
  const processes = platform.processes();
  const answer = platform.call('slow');
  await waitFor('the request to be in flight', async () => {
    const { body } = await platform.api<{ counts: Record<string, number> }>('GET', '/health');
    return body.counts.instances === 1;
  });
  await platform.end('SIGTERM');
  expect((await answer).text).toBe('done');
  expect(platform.processes()).toEqual([]);
  for (const { pid } of processes) expect(() => process.kill(pid, 0)).toThrow();
});
