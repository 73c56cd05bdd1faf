import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { installedPackages } from './installed-packages.ts';

function useInstall(packages: object): string {
  const dir = useTmpDir();
  mkdirSync(join(dir, 'node_modules'));
  writeFileSync(
    join(dir, 'node_modules/.package-lock.json'),
    JSON.stringify({ lockfileVersion: 3, packages }),
  );
  return dir;
}

test('tells each package with its versions, by name', async () => {
  const dir = useInstall({
    'node_modules/lodash': { version: '4.17.21' },
    'node_modules/@scope/a': { version: '1.0.0' },
    'node_modules/@scope/a/node_modules/lodash': { version: '3.10.1' },
    'node_modules/other/node_modules/lodash': { version: '4.17.21' },
  });
  expect(await installedPackages(dir)).toEqual({ '@scope/a': ['1.0.0'], lodash: ['3.10.1', '4.17.21'] });
});

test('a package under another name is told by its own', async () => {
  const dir = useInstall({ 'node_modules/mine': { name: 'lodash', version: '4.17.21' } });
  expect(await installedPackages(dir)).toEqual({ lodash: ['4.17.21'] });
});

test('an install of nothing has none', async () => {
  expect(await installedPackages(useTmpDir())).toEqual({});
});
