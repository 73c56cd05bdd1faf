import { spawn } from 'node:child_process';
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cacheFilesMax, compileConfig } from '../../control/workerd/compile-config.ts';
import { ConfigSeal } from '../../control/workerd/config-seal.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { instanceSample } from '../../control/workerd/goldens/sample-configs.ts';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const workerd = workerdBinary();
const text = emitCapnp(instanceSample());
const seal = new ConfigSeal(Buffer.alloc(32, 1));

/** A workerd that counts: each run leaves a line, then the real one does the work. */
function useCountingWorkerd(dir: string): { path: string; runs: () => number } {
  const path = join(dir, 'workerd');
  const log = join(dir, 'runs');
  writeFileSync(log, '');
  writeFileSync(path, `#!/bin/sh\necho run >> '${log}'\nexec '${workerd}' "$@"\n`, { mode: 0o755 });
  return { path, runs: () => statSync(log).size / 'run\n'.length };
}

test('gives what a workerd that reads its config from stdin serves', async () => {
  const bytes = await compileConfig(text, { cacheDir: useTmpDir(), workerd, seal });
  const address = `--socket-addr=http=unix:${join(useTmpDir(), 'http.sock')}`;
  const child = spawn(workerd, ['serve', '--binary', '--control-fd=3', address, '-'], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.stdin?.end(bytes);
  const said = await new Promise((resolve) => {
    child.stdio[3]?.once('data', (data) => resolve(JSON.parse(String(data)).socket));
    child.once('exit', (code) => resolve(code));
  });
  expect(said).toBe('http');
});

test('compiles a text once for all who ask at a time, and never again', async () => {
  const dir = useTmpDir();
  const counting = useCountingWorkerd(dir);
  const options = { cacheDir: join(dir, 'cache'), workerd: counting.path, seal };
  const [one, two] = await Promise.all([compileConfig(text, options), compileConfig(text, options)]);
  const three = await compileConfig(text, options);
  expect(counting.runs()).toBe(1);
  expect(two).toBe(one);
  expect(three).toEqual(one);
});

/** A cache that another process left: this one remembers nothing of the directory. */
async function useLeftCache(): Promise<{ path: string; cacheDir: string; bytes: Uint8Array }> {
  const first = useTmpDir();
  const bytes = await compileConfig(text, { cacheDir: first, workerd, seal });
  const cacheDir = useTmpDir();
  const name = String(readdirSync(first)[0]);
  copyFileSync(join(first, name), join(cacheDir, name));
  return { path: join(cacheDir, name), cacheDir, bytes };
}

test('takes what another process left on disk', async () => {
  const { cacheDir, bytes } = await useLeftCache();
  const counting = useCountingWorkerd(useTmpDir());
  const taken = await compileConfig(text, { cacheDir, workerd: counting.path, seal });
  expect(Buffer.from(taken)).toEqual(Buffer.from(bytes));
  expect(counting.runs()).toBe(0);
});

test.each([0, 20, 100])('compiles again what a power cut left %i bytes of', async (size) => {
  const { path, cacheDir, bytes } = await useLeftCache();
  truncateSync(path, size);
  const counting = useCountingWorkerd(useTmpDir());
  const taken = await compileConfig(text, { cacheDir, workerd: counting.path, seal });
  expect(Buffer.from(taken)).toEqual(Buffer.from(bytes));
  expect(counting.runs()).toBe(1);
});

/** Bytes of the config, of the seal, and the last of all. */
test.each([0, 20, -32, -1])('does not use a file in which byte %i was changed, and says so', async (at) => {
  const { path, cacheDir, bytes } = await useLeftCache();
  const file = readFileSync(path);
  const index = (at + file.length) % file.length;
  file[index] = Number(file[index]) ^ 1;
  writeFileSync(path, file);
  const broken: string[] = [];
  const onBroken = (name: string): void => void broken.push(name);
  const taken = await compileConfig(text, { cacheDir, workerd, seal, onBroken });
  expect(Buffer.from(taken)).toEqual(Buffer.from(bytes));
  expect(broken).toEqual([path]);
  expect(await compileConfig(text, { cacheDir, workerd, seal, onBroken })).toEqual(taken);
  expect(broken).toHaveLength(1);
});

test('does not use a file that another installation has sealed', async () => {
  const { path, cacheDir } = await useLeftCache();
  const broken: string[] = [];
  const onBroken = (name: string): void => void broken.push(name);
  await compileConfig(text, { cacheDir, workerd, seal: new ConfigSeal(Buffer.alloc(32, 2)), onBroken });
  expect(broken).toEqual([path]);
});

test('does not use a file that stands under the name of another', async () => {
  const { path, cacheDir } = await useLeftCache();
  const other = emitCapnp(instanceSample()).replaceAll('2026-', '2025-');
  const cleanDir = useTmpDir();
  const bytes = await compileConfig(other, { cacheDir: cleanDir, workerd, seal });
  copyFileSync(path, join(cacheDir, String(readdirSync(cleanDir)[0])));
  expect(await compileConfig(other, { cacheDir, workerd, seal })).toEqual(bytes);
});

test('leaves one file that only we can read, and no text', async () => {
  const cacheDir = join(useTmpDir(), 'cache');
  await compileConfig(text, { cacheDir, workerd, seal });
  const names = readdirSync(cacheDir);
  expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.bin$/)]);
  expect(statSync(join(cacheDir, String(names[0]))).mode & 0o777).toBe(0o600);
  expect(statSync(cacheDir).mode & 0o777).toBe(0o700);
});

test('removes the file written longest ago when there is one too many', async () => {
  const cacheDir = useTmpDir();
  const names = Array.from({ length: cacheFilesMax }, (_, index) => `${String(index).padStart(64, '0')}.bin`);
  for (const [index, name] of names.entries()) {
    writeFileSync(join(cacheDir, name), '');
    utimesSync(join(cacheDir, name), 1_000_000 - index, 1_000_000 - index);
  }
  await compileConfig(text, { cacheDir, workerd, seal });
  const left = readdirSync(cacheDir);
  expect(left).toHaveLength(cacheFilesMax);
  expect(left).not.toContain(names.at(-1));
  expect(left).toContain(names.at(-2));
});

test('removes the text that a killed run left, but not that of a run under way', async () => {
  const cacheDir = useTmpDir();
  for (const name of ['left.capnp', 'fresh.capnp']) writeFileSync(join(cacheDir, name), '');
  utimesSync(join(cacheDir, 'left.capnp'), 1_000_000, 1_000_000);
  await compileConfig(text, { cacheDir, workerd, seal });
  expect(readdirSync(cacheDir).filter((name) => name.endsWith('.capnp'))).toEqual(['fresh.capnp']);
});

test('fails with the words of workerd, leaves nothing behind, and tries again when asked again', async () => {
  const dir = useTmpDir();
  const counting = useCountingWorkerd(dir);
  const options = { cacheDir: join(dir, 'cache'), workerd: counting.path, seal };
  const broken = text.replace('worker = .worker0', 'worker=.worker0');
  for (const runs of [1, 2]) {
    await expect(compileConfig(broken, options)).rejects.toMatchObject({
      code: 'FN_005',
      message: expect.stringMatching(/^workerd refused the config: config:6:\d+-\d+: Parse error\./),
    });
    expect(counting.runs()).toBe(runs);
  }
  expect(readdirSync(options.cacheDir)).toEqual([]);
});

test('says that workerd is missing, which is no fault of the config', async () => {
  const options = { cacheDir: useTmpDir(), workerd: '/nonexistent/workerd', seal };
  await expect(compileConfig(text, options)).rejects.toMatchObject({
    code: 'SYS_001',
    message: expect.stringContaining('/nonexistent/workerd'),
  });
});

test('says that the cache can not be written', async () => {
  const file = join(useTmpDir(), 'file');
  writeFileSync(file, '');
  await expect(compileConfig(text, { cacheDir: join(file, 'cache'), workerd, seal })).rejects.toMatchObject({
    code: 'SYS_002',
  });
});
