// A start that cannot be is refused with a sentence that says what to do, and harms nothing that is stored.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

function another(dataDir: string, settings: Record<string, string> = {}): TestPlatform {
  const platform = new TestPlatform(dataDir, settings);
  onTestFinished(() => platform.end('SIGKILL'));
  return platform;
}

async function usePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('a data directory that another Selvedge uses', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', `export default { fetch: () => new Response('kept') };`);
  await expect(another(platform.dataDir).start()).rejects.toThrow(
    new RegExp(`in use by another Selvedge, process ${platform.pid}.*SELVEDGE_DATA`),
  );
  expect((await platform.call('kept')).text).toBe('kept');
});

test('a port of the edge that another program has', async () => {
  const port = await usePort();
  await expect(another(useTmpDir(), { SELVEDGE_EDGE: `127.0.0.1:${port}` }).start()).rejects.toThrow(
    new RegExp(`Cannot listen on 127.0.0.1:${port}.*another program listens there.*SELVEDGE_EDGE`),
  );
});

test('a port of control that another program has; nothing is left running', async () => {
  const port = await usePort();
  const platform = another(useTmpDir(), { SELVEDGE_CONTROL: `127.0.0.1:${port}` });
  await expect(platform.start()).rejects.toThrow(/another program listens there.*SELVEDGE_CONTROL/);
  expect(platform.processes()).toEqual([]);
});

test('a start that fails leaves what an earlier control had running as it is', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', `export default { fetch: () => new Response('kept') };`);
  await platform.end('SIGKILL');
  const second = another(platform.dataDir, {
    SELVEDGE_EDGE: `127.0.0.1:${platform.edgePort}`,
    SELVEDGE_CONTROL: `127.0.0.1:${await usePort()}`,
  });
  await expect(second.start()).rejects.toThrow(/another program listens there/);
  expect((await platform.call('kept')).text).toBe('kept');
});

test('a port of the edge that another Selvedge shares with its fronts', async () => {
  const platform = await useSelvedge();
  const second = another(useTmpDir(), { SELVEDGE_EDGE: `127.0.0.1:${platform.edgePort}` });
  await expect(second.start()).rejects.toThrow(/another program listens there/);
});

test('an unknown setting', async () => {
  await expect(another(useTmpDir(), { SELVEDGE_PORT: '80' }).start()).rejects.toThrow(
    /SELVEDGE_PORT is not a setting/,
  );
});

test('a data directory that is a file', async () => {
  const file = join(useTmpDir(), 'file');
  writeFileSync(file, '');
  await expect(another(file).start()).rejects.toThrow(/is not a directory.*SELVEDGE_DATA/);
});

test('a data directory with a path too long for sockets', async () => {
  await expect(another(join(useTmpDir(), 'x'.repeat(100))).start()).rejects.toThrow(
    /too long for sockets.*SELVEDGE_DATA/,
  );
});

test('a data directory on a read-only file system', async (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'slv-'));
  if (!mount(['-t', 'tmpfs', '-o', 'ro', 'none', dir])) {
    // Without the right to mount, permissions do the same for anyone but root.
    chmodSync(dir, 0o500);
    if (process.getuid?.() === 0)
      context.skip('root that may not mount has no file system that it cannot write');
  }
  onTestFinished(() => unmount(dir));
  await expect(another(join(dir, 'data')).start()).rejects.toThrow(
    /SELVEDGE_DATA|read-only|cannot be written/,
  );
});

test('a full disk: what was acknowledged stays, and writing works again once there is room', async (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'slv-'));
  onTestFinished(() => unmount(dir));
  if (!mount(['-t', 'tmpfs', '-o', 'size=24m', 'none', dir]))
    context.skip('only root may mount the small tmpfs of this test');
  const platform = new TestPlatform(join(dir, 'd'), {});
  onTestFinished(async () => {
    await platform.destroy();
  });
  await platform.start();
  await platform.create('kept', `export default { fetch: () => new Response('kept') };`);
  execFileSync('sh', ['-c', `dd if=/dev/zero of=${dir}/filler bs=1M 2>/dev/null || true`]);
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'POST',
    '/functions',
    {
      name: 'lost',
      code: `export default { fetch: () => new Response('lost') };`,
    },
  );
  expect([status, body.error.code]).toEqual([507, 'SYS_002']);
  expect((await platform.call('kept')).text).toBe('kept');
  execFileSync('rm', [`${dir}/filler`]);
  await platform.create('found', `export default { fetch: () => new Response('found') };`);
  expect((await platform.call('found')).text).toBe('found');
  expect((await platform.call('kept')).text).toBe('kept');
});

function mount(args: string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function unmount(dir: string): void {
  try {
    execFileSync('umount', ['-l', dir], { stdio: 'ignore' });
  } catch {
    // It was never mounted.
  }
  execFileSync('rm', ['-rf', dir]);
}
