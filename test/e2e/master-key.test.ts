// Goal: the master key comes from where the settings say, may be replaced, and a wrong one stops the start.

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestPlatform, testToken } from '../support/test-platform.ts';
import { useCli } from '../support/use-cli.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const code = 'export default { fetch: (_, env) => new Response(env.KEY ?? "none") };';
const newKey = (): string => randomBytes(32).toString('base64');

/** Another control on the same directory, which whoever made that clears away. */
function another(dataDir: string, settings: Record<string, string>): TestPlatform {
  const platform = new TestPlatform(dataDir, settings);
  onTestFinished(() => platform.end('SIGKILL'));
  return platform;
}

async function useSecret(platform: TestPlatform): Promise<void> {
  await platform.create('keeper', code);
  await platform.api('POST', '/functions/keeper/env', { key: 'KEY', value: 'kept', secret: true });
  expect((await platform.call('keeper')).text).toBe('kept');
}

test('the key in the data directory is made at the first start and told of; a start without it is refused', async () => {
  const platform = await useSelvedge();
  const path = join(platform.dataDir, 'master.key');
  expect(platform.output).toContain(`sealed with the key in ${path}: keep a copy of it elsewhere`);
  await useSecret(platform);
  const key = readFileSync(path, 'utf8');
  expect(platform.output).not.toContain(key.trim());
  await platform.end('SIGUSR2');

  writeFileSync(path, newKey(), { mode: 0o600 });
  await expect(platform.start()).rejects.toThrow(
    /The master key of .*master\.key is .* sealed with .*SELVEDGE_MASTER_KEY_PREVIOUS/,
  );
  expect((await platform.call('keeper')).text).toBe('kept');

  writeFileSync(path, key);
  await platform.start();
  expect(platform.output).not.toContain('keep a copy');
  expect((await platform.call('keeper')).text).toBe('kept');
});

test('a key of the environment is replaced by a start with both, and functions go on', async () => {
  const [before, after] = [newKey(), newKey()];
  const first = await useSelvedge({ SELVEDGE_MASTER_KEY: before });
  await useSecret(first);
  expect(existsSync(join(first.dataDir, 'master.key'))).toBe(false);
  const refused = await first.api<{ error: { message: string } }>('POST', '/master-key/rotate');
  expect([refused.status, refused.body.error.message]).toEqual([
    409,
    expect.stringContaining('SELVEDGE_MASTER_KEY_PREVIOUS'),
  ]);
  await first.end('SIGUSR2');

  await expect(another(first.dataDir, { SELVEDGE_MASTER_KEY: after }).start()).rejects.toThrow(
    'Nothing was changed',
  );
  const second = another(first.dataDir, {
    SELVEDGE_MASTER_KEY: after,
    SELVEDGE_MASTER_KEY_PREVIOUS: before,
  });
  await second.start();
  expect((await second.call('keeper')).text).toBe('kept');
  await second.end('SIGTERM');
  const third = another(first.dataDir, { SELVEDGE_MASTER_KEY: after });
  await third.start();
  expect((await third.call('keeper')).text).toBe('kept');
});

test('a key that a command prints is asked for again by a rotation', async () => {
  const folder = useTmpDir();
  const [script, content] = [join(folder, 'print-key'), join(folder, 'content')];
  writeFileSync(script, `#!/bin/sh\ncat ${content}\n`);
  chmodSync(script, 0o700);
  writeFileSync(content, newKey());
  const platform = await useSelvedge({ SELVEDGE_MASTER_KEY_COMMAND: script });
  await useSecret(platform);
  const same = await platform.api('POST', '/master-key/rotate');
  expect([same.status, JSON.stringify(same.body)]).toEqual([409, expect.stringContaining('in use')]);
  writeFileSync(content, newKey());
  expect((await platform.api('POST', '/master-key/rotate')).body).toMatchObject({ source: 'command' });
  await platform.end('SIGTERM');
  await platform.start();
  expect((await platform.call('keeper')).text).toBe('kept');
  await platform.end('SIGTERM');
  writeFileSync(script, '#!/bin/sh\necho no network >&2\nexit 7\n');
  await expect(platform.start()).rejects.toThrow(
    'SELVEDGE_MASTER_KEY_COMMAND failed with exit code 7: no network',
  );
});

test('secrets from the command line: set from stdin, listed, told of, deleted; and the key is rotated', async () => {
  const platform = await useSelvedge();
  await platform.create('keeper', code);
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const refused = await cli.run(['secrets', 'set', 'keeper', 'KEY=in-the-history']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('on stdin')]);
  expect(refused.stderr).not.toContain('in-the-history');

  const set = await cli.run(['secrets', 'set', 'keeper', 'KEY'], { stdin: 'from-stdin\n' });
  expect([set.code, set.stdout]).toEqual([
    0,
    expect.stringMatching(/^KEY is set; version \w{8} of keeper is live\./),
  ]);
  expect((await platform.call('keeper')).text).toBe('from-stdin');
  const listed = await cli.run(['secrets', 'list', 'keeper']);
  expect(listed.stdout).toMatch(/NAME +NUMBER +LIVE +SET BY +SET AT\nKEY +1 +1 +the owner's token/);
  const rotated = await cli.run(['master-key', 'rotate']);
  expect([rotated.code, rotated.stdout]).toEqual([0, expect.stringMatching(/^The master key is \w{16} now/)]);
  expect((await cli.run(['secrets', 'delete', 'keeper', 'KEY'])).code).toBe(0);
  expect((await platform.call('keeper')).text).toBe('none');
  const history = await cli.run(['secrets', 'history', 'keeper', 'KEY', '--json']);
  expect(JSON.parse(history.stdout)).toMatchObject({
    name: 'KEY',
    versions: [{ number: 1, deleted_at: expect.any(String) }],
  });
});
