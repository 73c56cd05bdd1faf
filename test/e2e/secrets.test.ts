// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a variable names a secret.

// Goal: a secret's value reaches the function and nothing else: no file, no command line, no environment of a process.
// Method: values that occur nowhere else are looked for, byte by byte, after each thing that is done with them.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesWith, processesWith } from '../support/find-bytes.ts';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

const code = `export default { async fetch(request, env) {
  const { pathname } = new URL(request.url);
  if (pathname === '/log') {
    console.log('the key is', env.KEY, { env });
    return new Response('logged');
  }
  if (pathname === '/throw') throw new Error('refused ' + env.KEY);
  if (pathname === '/process') return new Response(process.env.KEY);
  return new Response(env.KEY ?? 'none');
} }`;

const set = (name: string, key: string, value: string) =>
  platform.api<{ version: string }>('POST', `/functions/${name}/env`, { key, value, secret: true });

const expectNowhere = (value: string): void => {
  expect(filesWith(platform.dataDir, value)).toEqual([]);
  expect(processesWith(value)).toEqual([]);
};

test('a plain variable is found in files, so that the search for secrets can fail', async () => {
  await platform.create('plain', code, { environment: { KEY: 'a-plain-value-0123456789' } });
  expect((await platform.call('plain')).text).toBe('a-plain-value-0123456789');
  expect(filesWith(platform.dataDir, 'a-plain-value-0123456789')).toContain('state.db-wal');
  expect(processesWith('SELVEDGE_DATA='.concat(platform.dataDir))).toContain(`/proc/${platform.pid}/environ`);
});

test.each([
  ['of letters', 'k-0f9e8d7c6b5a4938-letters'],
  ['with quotes, line breaks and other scripts', 'k-4b3a29 "quoted"\\n\\\\ ümläut 鍵'],
  ['of 64 bytes', 'k'.padEnd(64, '8172635')],
  ['of a megabyte', 'k-9182736450'.repeat(87_381)],
])('a value %s is what the function gets, in env and in process.env', async (what, value) => {
  const name = `gets-${value.length}`;
  await platform.create(name, code);
  expect((await set(name, 'KEY', value)).status, what).toBe(200);
  expect((await platform.call(name)).text).toBe(value);
  expect((await platform.call(name, '/process')).text).toBe(value);
  expectNowhere(value.slice(0, 200));
});

test('a value is nowhere after anything that is done with it, and keeps working', async () => {
  const value = 'k-0a1b2c3d4e5f60718293-life';
  await platform.create('life', code);
  await set('life', 'KEY', value);
  const created = await platform.api<{ id: string; active_version: string }>('GET', '/functions/life');
  const { id, active_version: first } = created.body;
  expectNowhere(value);

  // Logged, thrown, and looked up in every way that there is.
  await platform.call('life', '/log');
  expect((await platform.call('life', '/throw')).text).toContain('refused [secret KEY]');
  const invoked = await platform.api('POST', '/functions/life/invoke', { path: '/log' });
  const failed = await platform.api('POST', '/functions/life/invoke', { path: '/throw' });
  const logs = await platform.api('GET', '/functions/life/logs');
  expect(JSON.stringify(logs.body)).toContain('the key is [secret KEY]');
  expect(JSON.stringify(logs.body)).toContain('refused [secret KEY]');
  const answers = await Promise.all(
    [
      '/functions/life',
      '/functions/life/env',
      '/functions/life/secrets',
      '/functions/life/secrets/KEY/history',
      '/functions/life/versions',
      `/functions/life/versions/${first}`,
      '/functions/life/deployments',
      '/audit',
      '/health',
    ].map((path) => platform.api('GET', path)),
  );
  const config = await fetch(`${platform.control}/functions/life/versions/${first}/config`, {
    headers: { authorization: `Bearer ${testToken}` },
  });
  const shown = JSON.stringify([invoked, failed, logs, answers]) + (await config.text());
  expect(shown).toContain('[secret KEY]');
  expect(shown).toContain('(secret)');
  // Not `toContain`, which would print all of it.
  expect(shown.includes(value)).toBe(false);
  await waitFor(
    'the console to hold it no more',
    async () => filesWith(platform.dataDir, value).length === 0,
  );
  expectNowhere(value);

  // The instance is killed, and started again.
  const killed = platform
    .processes()
    .filter((process) => (process as { instance?: { function: string } }).instance?.function === id);
  expect(killed).not.toEqual([]);
  for (const { pid } of killed) process.kill(pid, 'SIGKILL');
  await waitFor('it to answer again', async () => (await platform.call('life')).text === value);
  expectNowhere(value);

  // The master key is another one.
  const rotated = await platform.api<{ from: string; to: string }>('POST', '/master-key/rotate');
  expect(rotated.status).toBe(200);
  expect(rotated.body.from).not.toBe(rotated.body.to);
  expect((await platform.call('life')).text).toBe(value);
  expectNowhere(value);

  // Control goes and comes back, twice: with functions going on, and with everything ended.
  for (const signal of ['SIGUSR2', 'SIGTERM'] as const) {
    await platform.end(signal);
    expectNowhere(value);
    await platform.start();
    expect((await platform.call('life')).text).toBe(value);
    await platform.call('life', '/log');
    await waitFor(
      'the console to hold it no more',
      async () => filesWith(platform.dataDir, value).length === 0,
    );
    expectNowhere(value);
  }
  expect(platform.output).not.toContain(value);
  const audit = await platform.api<{ entries: { action: string }[] }>(
    'GET',
    '/audit?action=master_key.rotate',
  );
  expect(audit.body.entries).toHaveLength(1);
});

test('each value that is set has a number, and a rollback brings back the one that its version has', async () => {
  await platform.create('turns', code);
  await set('turns', 'KEY', 'the-first-value');
  const { version } = (await set('turns', 'KEY', 'the-second-value')).body;
  expect((await platform.call('turns')).text).toBe('the-second-value');
  const listed = () => platform.api('GET', '/functions/turns/secrets');
  expect((await listed()).body).toMatchObject({
    secrets: [{ name: 'KEY', number: 2, live: 2, author: "the owner's token" }],
  });
  await platform.api('POST', '/functions/turns/rollback');
  expect((await platform.call('turns')).text).toBe('the-first-value');
  expect((await listed()).body).toMatchObject({ secrets: [{ name: 'KEY', number: 2, live: 1 }] });
  await platform.api('POST', '/functions/turns/rollback', { version });
  expect((await platform.call('turns')).text).toBe('the-second-value');

  await platform.api('DELETE', '/functions/turns/env/KEY');
  expect((await platform.call('turns')).text).toBe('none');
  expect((await listed()).body).toEqual({ secrets: [] });
  const history = await platform.api('GET', '/functions/turns/secrets/KEY/history');
  expect(history.body).toMatchObject({
    versions: [
      { number: 2, deleted_at: expect.any(String) },
      { number: 1, deleted_at: null },
    ],
  });
  expect((await platform.api('GET', '/functions/turns/secrets/OTHER/history')).status).toBe(404);
});

test('the same value makes the same version, and another function cannot find it out by its id', async () => {
  for (const name of ['weak-a', 'weak-b']) await platform.create(name, code);
  const first = (await set('weak-a', 'KEY', '1234')).body.version;
  expect((await set('weak-a', 'KEY', '1234')).body.version).toBe(first);
  const other = await platform.api<{ version: string }>('POST', '/functions/weak-b/env', {
    key: 'KEY',
    value: '1234',
  });
  expect(other.body.version).not.toBe(first);
  await platform.create('weak', code, { project: 'elsewhere' });
  const elsewhere = await platform.api<{ version: string }>('POST', '/functions/weak/env?project=elsewhere', {
    ...{ key: 'KEY', value: '1234', secret: true },
  });
  expect(elsewhere.status).toBe(200);
  expect(elsewhere.body.version).not.toBe(first);
});

test('a variable that names a secret has its value, is as secret as that, and follows it', async () => {
  const names = `export default { fetch: (_, env) => { console.log(env.HEADER); return new Response(env.HEADER); } }`;
  const HEADER = 'Bearer ${secrets.TOKEN}';
  const missing = await platform.api<{ error: { code: string; message: string } }>('POST', '/functions', {
    ...{ name: 'names', code: names, public: true, environment: { HEADER } },
  });
  expect(missing.status).toBe(422);
  expect(missing.body.error).toMatchObject({
    code: 'FN_005',
    message: expect.stringContaining('The variable HEADER names the secret TOKEN'),
  });

  await platform.create('names', 'export default { fetch: () => new Response("") }');
  await set('names', 'TOKEN', 'k-5566778899-token');
  const updated = await platform.api('PUT', '/functions/names', { code: names, environment: { HEADER } });
  expect(updated.status).toBe(200);
  expect((await platform.call('names')).text).toBe('Bearer k-5566778899-token');
  await set('names', 'TOKEN', 'k-998877665544-token');
  expect((await platform.call('names')).text).toBe('Bearer k-998877665544-token');
  await waitFor('the log', async () => {
    const { body } = await platform.api('GET', '/functions/names/logs');
    const text = JSON.stringify(body);
    expect(text).not.toContain('k-998877665544');
    return text.includes('[secret HEADER]');
  });
  await waitFor(
    'the console to hold it no more',
    async () => filesWith(platform.dataDir, 'k-998877665544-token').length === 0,
  );
  expectNowhere('k-998877665544-token');
  const env = await platform.api('GET', '/functions/names/env');
  expect(env.body).toMatchObject({
    env: [
      { key: 'HEADER', value: HEADER },
      { key: 'TOKEN', secret: true },
    ],
  });

  const gone = await platform.api('DELETE', '/functions/names/env/TOKEN');
  expect(gone.status).toBe(422);
  expect((await platform.call('names')).text).toBe('Bearer k-998877665544-token');
});

test('a variable that says to be its own secret leaves that as it is', async () => {
  await platform.create('itself', code);
  await set('itself', 'KEY', 'k-1029384756-itself');
  const environment = { KEY: '${secrets.KEY}', OTHER: 'x' };
  expect((await platform.api('PUT', '/functions/itself', { environment })).status).toBe(200);
  expect((await platform.call('itself')).text).toBe('k-1029384756-itself');
});

test('what a function that fails at its start wrote is told without its secrets', async () => {
  const failing = `import { env } from 'cloudflare:workers';
    if (env.KEY) throw new Error('no connection to https://user:' + env.KEY + '@host');
    export default { fetch: () => new Response('without') };`;
  await platform.create('fails', failing);
  const value = 'k-6574839201-at-start';
  const answer = await platform.api('POST', '/functions/fails/env', { key: 'KEY', value, secret: true });
  expect(answer.status).toBe(422);
  const text = JSON.stringify(answer.body);
  // Stars where its console had been read already.
  expect(text).toMatch(/https:\/\/user:(\[secret KEY\]|\*+)@host/);
  expect(text).not.toContain(value);
  expect((await platform.call('fails')).text).toBe('without');
  expectNowhere(value);
});

test('a tryout gets its variables, and they are nowhere after', async () => {
  const value = 'k-4857693021-tryout';
  const answer = await platform.api('POST', '/execute', {
    code: 'export default async (request, context) => { console.log(context.env.KEY); return context.success({ length: context.env.KEY.length }); }',
    ...{ request: { body: {} }, env: { KEY: value } },
  });
  expect([answer.status, JSON.stringify(answer.body).includes(value)]).toEqual([200, false]);
  expect(JSON.stringify(answer.body)).toContain(String(value.length));
  expectNowhere(value);
});

test('whoever sets it again with the same Idempotency-Key is answered without it, and nothing keeps it', async () => {
  await platform.create('again', code);
  const send = () =>
    fetch(`${platform.control}/functions/again/env`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testToken}`, 'idempotency-key': 'set-it-once' },
      body: JSON.stringify({ key: 'KEY', value: 'k-13579-again', secret: true }),
    });
  const [first, second] = [await (await send()).text(), await (await send()).text()];
  expect(second).toBe(first);
  expect(first).not.toContain('k-13579-again');
  expectNowhere('k-13579-again');
});

test('functions go on while the master key is rotated, again and again', async () => {
  await platform.create('steady', code);
  await set('steady', 'KEY', 'k-8642097531-steady');
  let rotating = true;
  const answers = new Map<string, number>();
  const calling = Array.from({ length: 4 }, async () => {
    while (rotating) {
      const { status, text } = await platform.call('steady');
      const answer = `${status} ${text}`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  });
  for (let turn = 0; turn < 10; turn++) {
    const rotated = await platform.api('POST', '/master-key/rotate');
    expect(rotated.status).toBe(200);
    expect((await set('steady', `OTHER_${turn}`, `k-${turn}`)).status).toBe(200);
  }
  rotating = false;
  await Promise.all(calling);
  expect([...answers.keys()]).toEqual(['200 k-8642097531-steady']);
});

test('only an owner of all projects may rotate the master key', async () => {
  const made = await platform.api<{ token: string }>('POST', '/keys', {
    ...{ name: 'of the shop', role: 'owner', projects: ['shop'] },
  });
  const response = await fetch(`${platform.control}/master-key/rotate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${made.body.token}` },
  });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('for an owner of all projects');
});

test('a core dump of control, or of what it started, would hold no memory', async () => {
  await platform.create('dumps', code);
  const instances = platform.processes().filter(({ kind }) => kind === 'instance');
  expect(instances).not.toEqual([]);
  for (const pid of [platform.pid, ...platform.processes().map((process) => process.pid)]) {
    expect(Number.parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8'), 16)).toBe(0);
  }
});
