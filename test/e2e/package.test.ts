// Goal: who installs the package imports `selvedge/client` and `selvedge/config`, with types, in a project of their own.
// Method: it is packed as for a registry and unpacked where npm would put it; its dependencies stand beside it.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

/** A project with the package installed in it; gives the list of what the package holds. */
function useProject(): { dir: string; packed: string[] } {
  const dir = useTmpDir();
  const [{ filename, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', dir], {
      ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    }),
  ) as [{ filename: string; files: { path: string }[] }];
  const modules = join(dir, 'node_modules');
  mkdirSync(modules);
  execFileSync('tar', ['-xzf', join(dir, filename), '-C', dir]);
  cpSync(join(dir, 'package'), join(modules, 'selvedge'), { recursive: true });
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return { dir, packed: files.map(({ path }) => path) };
}

const program = `import { createClient, createCloudBox, SelvedgeError } from 'selvedge/client';
import { defineConfig } from 'selvedge/config';
import { auth, cors, geo, middleware } from 'selvedge/functions';

const chain = middleware([cors(), geo(), (_, context) => Response.json({ geo: context.geo })]);
const { geo: place } = (await (await chain(new Request('http://a.test/'))).json()) as { geo: object };
if (Object.keys(place).length > 0 || auth.length > 1) throw new Error('selvedge/functions');
const { memory } = defineConfig({ memory: 512, triggers: [{ type: 'http', path: '/api/users' }] });
const [url = '', token = ''] = [URL_OF_CONTROL, TOKEN];
const { functions } = createClient({ url, token });
const created = await functions.create({ name: 'adder', code: 'exports.handler = async ({ a, b }) => a + b;' });
const status: 'draft' | 'building' | 'deployed' | 'failed' | 'disabled' = created.status;
const { response, execution_time } = await createCloudBox({ url, token }).functions.execute('adder', { a: 1, b: 2 });
const milliseconds: number = execution_time;
const code = await functions.get('nobody').then(() => null, (error) => error instanceof SelvedgeError && error.code);
console.log(JSON.stringify({ status, response, timed: milliseconds >= 0, code, memory }));
`;

/** Each must be an error where it stands: types that are \`any\` would take all of them. */
const misuses = `import { createClient } from 'selvedge/client';
import { defineConfig } from 'selvedge/config';
import { middleware, rateLimit } from 'selvedge/functions';
// @ts-expect-error nothing has added a user
middleware([(_, context) => Response.json(context.user)]);
// @ts-expect-error that is no duration
rateLimit({ maxRequests: 1, window: 'soon' });
// @ts-expect-error there is no such field
defineConfig({ memmory: 512 });
// @ts-expect-error there is no such trigger
defineConfig({ triggers: [{ type: 'wish' }] });
const { functions } = createClient({ url: 'http://a' });
// @ts-expect-error a number is no name
functions.create({ name: 1, code: '' });
// @ts-expect-error there is no such setting
functions.create({ name: 'a', memmory: 128 });
// @ts-expect-error an id is text
functions.get(7);
// @ts-expect-error the state of a function has no such field
functions.get('a').then(({ colour }) => colour);
// @ts-expect-error a log entry has levels of its own
functions.logs('a', { level: 'loud' });
`;

test('a program that imports selvedge/client is type-checked and runs', async () => {
  const platform = await useSelvedge();
  const { dir, packed } = useProject();
  // Node would refuse it below node_modules.
  expect(packed.filter((path) => /\.[mc]?ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);

  const constants = `const URL_OF_CONTROL = ${JSON.stringify(platform.control)};\nconst TOKEN = ${JSON.stringify(testToken)};\n`;
  writeFileSync(join(dir, 'main.ts'), constants + program);
  writeFileSync(join(dir, 'misuses.ts'), misuses);
  const compilerOptions = {
    ...{ target: 'es2022', module: 'nodenext', lib: ['es2023', 'dom', 'dom.iterable'], types: [] },
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true },
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', dir], { stdio: ['ignore', 'inherit', 'inherit'] });

  const printed = execFileSync(process.execPath, [join(dir, 'main.ts')], { encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual({
    status: 'deployed',
    response: 3,
    timed: true,
    code: 'FN_001',
    memory: 512,
  });
});
