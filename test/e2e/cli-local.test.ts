// Goal: `functions dev` and `functions test` by the real program, as seed 004 writes them, in a folder that `init`
// made. What runs there is tested elsewhere; here it is the words, the output and the exit codes.

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useCli } from '../support/use-cli.ts';
import { waitFor } from '../support/wait-for.ts';

test('dev serves the function, again at each save, until Ctrl-C', async () => {
  const cli = useCli();
  await cli.run(['functions', 'init', 'my-function', '--runtime', 'nodejs20']);
  // From the folder above, as in the document: it is the only function there.
  const dev = cli.start(['functions', 'dev', '--port', '0', '--json']);
  const events = (): Record<string, string>[] =>
    dev
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const ready = await waitFor(
    'the function to be served',
    () => events().find(({ kind }) => kind === 'ready'),
    60_000,
  );
  const call = async (): Promise<string> => (await fetch(`${ready.url}/hi?name=Ada`)).text();
  await waitFor('an answer', async () => (await call()) === '{"message":"Hello, Ada!","path":"/hi"}', 60_000);
  writeFileSync(
    join(cli.cwd, 'my-function/index.js'),
    'export const handler = (request) => new Response("changed");',
  );
  await waitFor('the change', async () => (await call()) === 'changed');
  dev.child.kill('SIGINT');
  const { code, stderr } = await dev.end;
  expect([code, stderr]).toEqual([0, '']);
});

test('test runs one event offline, and tells how it ended by its exit code', async () => {
  const cli = useCli();
  await cli.run(['functions', 'init', 'my-function', '--runtime', 'nodejs20']);
  const cwd = join(cli.cwd, 'my-function');
  const run = (...words: string[]) => cli.run(['functions', 'test', ...words], { cwd });
  const told = await run('--event', 'test-event.json');
  expect(`${told.code} ${told.stderr}`).toBe('0 ');
  expect(told.stdout).toContain('greeting Ada');
  expect(told.stdout).toContain('"message": "Hello, Ada!"');
  const json = await run('--event', 'test-event.json', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ status: 'success', response: { message: 'Hello, Ada!' } });

  writeFileSync(join(cwd, 'bad.json'), '{"name": }');
  const bad = await run('--event', 'bad.json');
  expect([bad.code, bad.stdout, bad.stderr]).toEqual([
    3,
    '',
    expect.stringMatching(/^error bad\.json:1:10: this is not JSON: value expected/),
  ]);
  expect(await run('--event', 'none.json')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^error There is no file none\.json/),
  });

  writeFileSync(
    join(cwd, 'index.js'),
    'export const handler = (request) => { throw new Error("no luck"); };',
  );
  const failed = await run('--event', 'test-event.json');
  expect([failed.code, failed.stdout]).toEqual([8, expect.stringContaining('no luck')]);
});

test("test without an event runs the project's own tests", async () => {
  const cli = useCli();
  await cli.run(['functions', 'init', 'my-function']);
  const cwd = join(cli.cwd, 'my-function');
  const without = await cli.run(['functions', 'test'], { cwd });
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('has no vitest: install it') });
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(cwd, 'node_modules'));
  const passed = await cli.run(['functions', 'test'], { cwd });
  expect(`${passed.code} ${passed.stderr}`).toBe('0 ');
  expect(passed.stdout).toMatch(/2 passed/);
  writeFileSync(join(cwd, 'index.js'), 'export const handler = () => new Response("wrong");');
  expect((await cli.run(['functions', 'test'], { cwd })).code).toBe(8);
});
