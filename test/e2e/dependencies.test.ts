// Goal: a function gets the packages that it names, the same ones each time, and npm's own words when it can't.
// Method: the real npm and its registry, with a package of a few lines.

import { readdirSync, utimesSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundle } from '../../control/bundle/bundle.ts';
import { AppError } from '../../control/model/errors.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const code = "const isNumber = require('is-number');\nexports.handler = async (event) => isNumber(event.n);";
const input = { handler: 'index.handler', convention: 'auto', code } as const;

it('installs a package once for builds that need it together, and bundles it repeatably', async () => {
  const cacheDir = await useTmpDir();
  const dependencies = { 'is-number': '^7.0.0' };
  const make = () => bundle({ ...input, dependencies }, { cacheDir });
  const [first, second] = await Promise.all([make(), make()]);
  const third = await make();
  expect(new Set([first.hash, second.hash, third.hash]).size).toBe(1);
  expect(third.logs).toContain('dependencies: is-number (cached)');
  expect(await readdir(join(cacheDir, 'deps'))).toHaveLength(1);
  expect(await readdir(join(cacheDir, 'tmp'))).toEqual([]);
  const sources = (JSON.parse(first.content.sourceMap) as { sources: string[] }).sources;
  expect(sources).toContain('node_modules/is-number/index.js');

  const elsewhere = await bundle({ ...input, dependencies }, { cacheDir: await useTmpDir() });
  expect(elsewhere.hash).toBe(first.hash);
  expect(Buffer.from(first.bytes).toString()).not.toContain(cacheDir);
});

it('takes the packages of a lockfile from its own registry, wherever the lockfile says that they are', async () => {
  const files = {
    'index.js': code,
    'package.json': JSON.stringify({ dependencies: { 'is-number': '^7.0.0' } }),
    'package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { 'is-number': '^7.0.0' } },
        'node_modules/is-number': { version: '7.0.0', resolved: 'http://127.0.0.1:1/is-number-7.0.0.tgz' },
      },
    }),
  };
  const built = await bundle(
    { handler: 'index.handler', convention: 'auto', code: files, dependencies: {} },
    { cacheDir: await useTmpDir() },
  );
  expect(built.logs).toContain('dependencies: installed is-number');
});

it('fails with npm’s own words, without the paths of this machine', async () => {
  const cacheDir = await useTmpDir();
  const failed = await bundle({ ...input, dependencies: { 'is-number': '^7000.0.0' } }, { cacheDir }).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(AppError);
  const { code: errorCode, message, details } = failed as AppError;
  expect(errorCode).toBe('FN_005');
  expect(message).toMatch(/could not be installed: npm error .*is-number/);
  const log = details.buildLogs?.join('\n') ?? '';
  expect(log).toContain('ETARGET');
  expect(log).not.toContain(cacheDir);
  expect(await readdir(join(cacheDir, 'tmp'))).toEqual([]);
});

it('reads nothing outside of the installed packages, however a package asks for it', async () => {
  const cacheDir = await useTmpDir();
  const outside = await useTmpDir();
  await writeFile(join(outside, 'secret.js'), 'module.exports = "a secret of this machine";');
  const dependencies = { 'is-number': '^7.0.0' };
  await bundle({ ...input, dependencies }, { cacheDir });
  const [installed] = await readdir(join(cacheDir, 'deps'));
  const modules = join(cacheDir, 'deps', installed ?? '', 'node_modules');
  await symlink(outside, join(modules, 'linked'));
  await mkdir(join(modules, 'climbing'));
  await writeFile(
    join(modules, 'climbing', 'index.js'),
    `module.exports = require(${JSON.stringify(join(outside, 'secret.js'))});`,
  );
  for (const specifier of ['linked/secret.js', 'climbing']) {
    const code = `exports.handler = async (event) => require('${specifier}');`;
    await expect(bundle({ ...input, code, dependencies }, { cacheDir })).rejects.toThrow(
      /leads out of the installed packages/,
    );
  }
});

it('a deploy long after an installation finds every cache as it was', async () => {
  const platform = await useSelvedge();
  const code = `import isNumber from 'is-number';\nexport default { fetch: () => Response.json(isNumber(1)) };`;
  await platform.create('first', code, { dependencies: { 'is-number': '7.0.0' } });
  const packages = join(platform.dataDir, 'cache/packages');
  const longAgo = new Date(Date.now() - 86_400_000);
  for (const name of readdirSync(packages)) utimesSync(join(packages, name), longAgo, longAgo);
  await platform.create('second', `export default { fetch: () => new Response('second') };`);
  await platform.create('third', `${code}\n// another`, { dependencies: { 'is-number': '7.0.0' } });
  expect((await platform.call('second')).text).toBe('second');
  expect((await platform.call('third')).text).toBe('true');
});
