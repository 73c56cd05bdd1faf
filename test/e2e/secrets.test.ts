// Goal: a secret's value reaches the function and nothing else: no file, no command line, no environment of a process.
// Method: values that occur nowhere else are looked for, byte by byte, after each thing that is done with them.

import { expect, test } from 'vitest';
import { filesWith, processesWith } from '../support/find-bytes.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge();

const code = `export default { async fetch(request, env) {
  const { pathname } = new URL(request.url);
  if (pathname === '/log') console.log('the key is', env.KEY, { env });
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
