// Goal: no instance starts from bytes that are not what was deployed.
// Method: a byte is changed on disk, of each thing that a start reads; then the function is called. One function's
// instance runs all the while.

import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const handler = (word: string): string => `export default { fetch: () => new Response('${word}') };`;
const idle = { scaling: { idleSeconds: 1 } };
const cure = 'or deploy the function from its source again.';

const instances = (platform: TestPlatform): number =>
  platform.processes().filter(({ kind }) => kind === 'instance').length;

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = (at + bytes.length) % bytes.length;
  bytes[index] = Number(bytes[index]) ^ 1;
  writeFileSync(path, bytes);
}

interface Version {
  readonly id: string;
  readonly bundle: string;
  readonly signature: string;
}

async function liveVersion(platform: TestPlatform, name: string): Promise<Version> {
  const { body } = await platform.api<{ versions: Version[] }>('GET', `/functions/${name}/versions`);
  return body.versions[0] as Version;
}

/** As a program would that has the database open beside control. */
function change(
  platform: TestPlatform,
  version: string,
  column: string,
  edit: (text: string) => string | null,
): void {
  const db = new DatabaseSync(join(platform.dataDir, 'state.db'));
  const row = db.prepare(`select ${column} as text from versions where id = ?`).get(version);
  db.prepare(`update versions set ${column} = ? where id = ?`).run(edit(String(row?.text)), version);
  db.close();
}

test('a version whose bundle, settings or signature was changed on disk is refused, told of, and mended by a deploy', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', handler('steady'), { scaling: { minInstances: 1 } });
  const names = ['bundle', 'settings', 'signature', 'unsigned'] as const;
  for (const name of names) {
    await platform.create(name, handler(name), { ...idle, environment: { WORD: 'before' } });
    expect((await platform.call(name)).text).toBe(name);
  }
  await waitFor('idle instances to go', () => instances(platform) === 1);

  const bundleOf = (hash: string): string =>
    join(platform.dataDir, 'bundles', hash.slice(0, 2), `${hash}.json`);
  for (const name of names) {
    const { id, bundle } = await liveVersion(platform, name);
    if (name === 'bundle') flip(bundleOf(bundle), 200);
    if (name === 'settings') change(platform, id, 'settings', (text) => text.replace('before', 'behind'));
    if (name === 'signature')
      change(platform, id, 'signature', (text) => `${text.slice(0, -1)}${text.endsWith('A') ? 'Q' : 'A'}`);
    if (name === 'unsigned') change(platform, id, 'signature', () => null);
  }
  flip(bundleOf((await liveVersion(platform, 'steady')).bundle), 200);

  for (const name of names) {
    const answer = await platform.call(name);
    expect(answer.status, name).toBe(503);
    expect(answer.headers['x-selvedge-error'], name).toBe('SYS_004');
    expect(answer.text).toContain(`of \\"${name}\\" in project`);
    expect(answer.text).toContain(cure);
    expect(answer.text).not.toContain(platform.dataDir);
  }
  expect((await platform.call('steady')).text).toBe('steady');

  const health = await platform.api<{ status: string; problems: string[]; counts: Record<string, number> }>(
    'GET',
    '/health',
  );
  expect(health.body.status).toBe('degraded');
  for (const name of names) expect(health.body.problems.join('\n')).toContain(`of "${name}"`);
  expect(health.body.counts.versions_refused).toBe(4);
  const audit = await platform.api<{ entries: { function: { name: string }; actor: { name: string } }[] }>(
    'GET',
    '/audit?action=version.refuse',
  );
  expect(audit.body.entries.map((entry) => entry.function.name).toSorted()).toEqual(names.toSorted());
  expect(audit.body.entries[0]?.actor).toMatchObject({ name: 'selvedge' });

  // What was changed is no ground to build on: neither another variable nor another setting starts from it.
  const env = await platform.api('POST', '/functions/settings/env', { key: 'OTHER', value: '1' });
  expect([env.status, env.headers.get('x-selvedge-error')]).toEqual([503, 'SYS_004']);

  for (const name of names) {
    const { status } = await platform.api('PUT', `/functions/${name}`, { code: handler(name) });
    expect(status, name).toBe(200);
    await waitFor('idle instances to go', () => instances(platform) === 1);
    expect((await platform.call(name)).text).toBe(name);
  }
  const after = await platform.api<{ problems: string[] }>('GET', '/health');
  expect(after.body.problems.join('\n')).not.toContain('so it is not started');
});

test('a compiled config that was changed on disk is not used: it is compiled again, and told', async () => {
  const platform = await useSelvedge();
  await platform.create('cached', handler('cached'));
  await platform.end('SIGTERM');
  const folder = join(platform.dataDir, 'cache/configs');
  const files = readdirSync(folder).filter((name) => name.endsWith('.bin'));
  expect(files.length).toBeGreaterThan(1);
  for (const name of files) flip(join(folder, name), 100);
  await platform.start();
  expect((await platform.call('cached')).text).toBe('cached');
  const told = platform.output.match(/a compiled config was not as it was written/g) ?? [];
  expect(told.length).toBe(files.length);
});

test("the key is the installation's: the same after another start, told in /info and in a file", async () => {
  const platform = await useSelvedge();
  await platform.create('signed', handler('signed'));
  const { body } = await platform.api<{ signing: { key_id: string; public_key: string } }>('GET', '/info');
  expect(createPublicKey(body.signing.public_key).asymmetricKeyType).toBe('ed25519');
  expect(readFileSync(join(platform.dataDir, 'signing-key.pub.pem'), 'utf8')).toBe(body.signing.public_key);
  expect((await liveVersion(platform, 'signed')).signature.split('.')[0]).toBe(body.signing.key_id);
  await platform.end('SIGTERM');
  await platform.start();
  const again = await platform.api<{ signing: object }>('GET', '/info');
  expect(again.body.signing).toEqual(body.signing);
  expect((await platform.call('signed')).text).toBe('signed');
});
