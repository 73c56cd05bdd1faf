// Goal: a function's way from dev to prod by the command line alone. Method: the real program by its launcher, against
// a whole platform.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPage } from '../support/run-page.ts';
import { testToken } from '../support/test-platform.ts';
import { useCli } from '../support/use-cli.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

test('a folder is deployed to dev, promoted to prod, and has the variables of each', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const run = async (line: string, stdin?: string) =>
    cli.run(line.split(' '), stdin === undefined ? {} : { stdin });
  const ok = async (line: string, stdin?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(line, stdin);
    expect(`${code} ${stderr}`, line).toMatch(/^0 /);
    return stdout;
  };
  const folder = join(cli.cwd, 'greeter');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'index.js'),
    'export default (request, context) => new Response(context.env.NAME);',
  );
  writeFileSync(
    join(folder, 'function.config.json'),
    JSON.stringify({ public: true, env_required: ['NAME'] }),
  );

  await ok('projects create shop --description things');
  expect(await ok('projects')).toMatch(/\nshop +0 +things\n/);
  await ok('environments create qa --project shop');
  expect(await ok('environments list --project shop')).toMatch(/\ndev .*\nstaging .*\nprod .*\nqa /);
  expect(await ok('environments delete qa --project shop')).toBe('Environment qa of project shop is gone.\n');
  expect(await ok('projects delete shop')).toBe('Project shop is gone.\n');

  const lacking = await run('functions deploy greeter --env dev');
  expect([lacking.code, lacking.stderr]).toEqual([
    7,
    expect.stringContaining('`selvedge env set NAME=… --env dev --function greeter`'),
  ]);
  expect(await ok('env set NAME=Ada --env dev --function greeter')).toBe('NAME is set for greeter in dev.\n');
  expect(await ok('functions deploy greeter --env dev')).toMatch(
    /^greeter is live at http:\/\/greeter-dev\.localhost:\d+\/ /,
  );
  expect(await ok('functions invoke greeter --env dev')).toContain('Ada');
  expect((await run('functions invoke greeter')).code).toBe(6);
  expect(await ok('functions logs greeter --env dev')).toContain('POST /');
  expect(await ok('functions list --env dev')).toContain('greeter-dev');
  expect(await ok('functions list --env staging')).toContain('There are no functions');

  await ok('env set NAME --secret --env prod', 'Grace\n');
  expect(await ok('env list --env prod')).toMatch(/^NAME +VALUE\nNAME +\(secret\)\n$/);
  expect(await ok('promote greeter --from dev --to prod')).toMatch(
    /^greeter: version \w{8} is live in prod, at http:\/\/greeter\.localhost:\d+\/\.\n$/,
  );
  expect(await ok('functions invoke greeter')).toContain('Grace');
  expect(await ok('functions env list greeter')).toMatch(/NAME +\(secret\) +the environment\n$/);
  expect(await ok('env set NAME=Edith --env prod')).toBe(
    'NAME is set for prod. Instances of 1 function were replaced.\n',
  );
  expect((await platform.call('greeter')).text).toBe('Edith');
  expect((await run('env delete NAME --env prod')).stderr).toContain('is live and requires NAME');
  const wrong = await run('env list --function greeter');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--function needs --env')]);
});

test('docs/environments.md', async () => {
  const { compared } = await runPage('environments.md', await useSelvedge());
  expect(compared).toBeGreaterThan(4);
});
