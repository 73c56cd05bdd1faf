// Goal: `wrangler tail` of the real wrangler shows invocations with what they logged, by its filters.

import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler } from '../support/use-wrangler.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();
const binary = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin/wrangler.js',
);

interface Told {
  readonly outcome: string;
  readonly scriptName: string;
  readonly exceptions: { readonly name: string; readonly message: string; readonly stack?: string }[];
  readonly logs: { readonly message: string[]; readonly level: string }[];
  readonly event: { readonly request?: { readonly url: string; readonly headers: Record<string, string> } };
}

/** Starts `wrangler tail <name> --format json …` and resolves when it is connected. */
async function useTail(name: string, ...words: string[]) {
  const wrangler = useWrangler(platform);
  const child: ChildProcess = spawn(process.execPath, [binary, 'tail', name, '--format', 'json', ...words], {
    cwd: wrangler.cwd,
    env: wrangler.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  const events = (): Told[] =>
    output
      .split(/(?<=^\})\n/m)
      .filter((text) => text.trim().startsWith('{'))
      .flatMap((text) => {
        try {
          return [JSON.parse(text) as Told];
        } catch {
          return []; // Not whole yet.
        }
      });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, events, ended, errors: () => errors };
}

const source = `export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    console.log('asked for', pathname);
    if (pathname === '/throw') throw new TypeError('no such thing');
    if (pathname === '/late') await new Promise((resolve) => setTimeout(resolve, 5000));
    return new Response('ok');
  },
};`;

/** Calls until the tail has told of a call: it is connected then. */
async function connected(name: string, tail: Awaited<ReturnType<typeof useTail>>): Promise<void> {
  await waitFor(
    `the tail to be connected; it says: ${tail.errors()}`,
    async () => {
      await platform.call(name, '/hello?x=1', { headers: { authorization: 'Bearer t', 'x-team': 'blue' } });
      return tail.events().length > 0;
    },
    30_000,
  );
}

test('tells of invocations that went well, threw, and took too long, with their logs', async () => {
  await platform.create('watched', source, { timeout: 1 });
  const tail = await useTail('watched');
  await connected('watched', tail);
  const [first] = tail.events();
  expect(first).toMatchObject({ outcome: 'ok', scriptName: 'watched', exceptions: [] });
  expect(first?.event.request).toMatchObject({
    url: expect.stringMatching(/^http:\/\/watched\.localhost(:\d+)?\/hello\?x=1$/),
    method: 'GET',
    headers: { authorization: 'REDACTED', 'x-team': 'blue' },
  });
  expect(first?.logs.map(({ message, level }) => [message, level])).toEqual([[['asked for /hello'], 'log']]);
  await platform.call('watched', '/throw');
  await platform.call('watched', '/late');
  const found = (outcome: string): Told | undefined => tail.events().find((one) => one.outcome === outcome);
  await waitFor('both failures to be told', () => found('exception') && found('exceededCpu'));
  expect(found('exception')).toMatchObject({
    exceptions: [{ name: 'TypeError', message: 'no such thing' }],
    logs: [{ message: ['asked for /throw'] }],
  });
  expect(found('exceededCpu')?.logs).toMatchObject([{ message: ['asked for /late'] }]);
  tail.child.kill('SIGINT');
  await tail.ended;
  await waitFor('the tail to be gone', async () => (await tailsOf('watched')).length === 0);
});

async function scripts(name: string, method: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${testToken}` };
  const accounts = await fetch(`${platform.control}/client/v4/accounts`, { headers });
  const { result } = (await accounts.json()) as { result: { id: string; name: string }[] };
  const account = result.find((one) => one.name === 'default')?.id;
  const url = `${platform.control}/client/v4/accounts/${account}/workers/scripts/${name}/tails`;
  const answer = await fetch(url, { method, headers, ...(method === 'POST' && { body: '{}' }) });
  return ((await answer.json()) as { result: unknown }).result;
}

const tailsOf = async (name: string): Promise<unknown[]> => (await scripts(name, 'GET')) as unknown[];

test('filters by method, status and search leave out the others', async () => {
  await platform.create('narrow', source);
  const tail = await useTail('narrow', '--status', 'error', '--search', 'such thing');
  const all = await useTail('narrow', '--method', 'GET');
  await connected('narrow', all);
  await platform.call('narrow', '/post', { method: 'POST', body: '' });
  await waitFor('the failure to be told', async () => {
    await platform.call('narrow', '/throw');
    return tail.events().length > 0;
  });
  await waitFor('the other to hear of it too', () => all.events().some((one) => one.outcome === 'exception'));
  expect(new Set(tail.events().map(({ outcome }) => outcome))).toEqual(new Set(['exception']));
  expect(all.events().filter((one) => one.event.request?.url.endsWith('/post'))).toEqual([]);
});

test('a tail is opened by its id alone, once, and by no other', async () => {
  await platform.create('once', source);
  const socket = (id: string): Promise<{ protocol: string; code: number }> =>
    new Promise((resolve) => {
      const url = `${platform.control.replace('http', 'ws')}/client/v4/tails/${id}`;
      const opened = new WebSocket(url, 'trace-v1');
      let protocol = '';
      opened.addEventListener('open', () => {
        ({ protocol } = opened);
        opened.send('{"debug":false}');
        opened.close(1000);
      });
      opened.addEventListener('close', ({ code }) => resolve({ protocol, code }));
    });
  const tail = (await scripts('once', 'POST')) as { id: string; url: string; expires_at: string };
  expect(tail.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(Date.parse(tail.expires_at)).toBeGreaterThan(Date.now());
  expect((await socket('0'.repeat(32))).protocol).toBe('');
  expect(await socket(tail.id.replaceAll('-', ''))).toEqual({ protocol: 'trace-v1', code: 1000 });
  await waitFor('the tail to be gone', async () => (await tailsOf('once')).length === 0);
  expect((await socket(tail.id.replaceAll('-', ''))).protocol).toBe('');
});
