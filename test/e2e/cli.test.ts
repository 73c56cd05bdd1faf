// Goal: a function's whole life by the command line alone: made, deployed, called, watched, changed, taken back,
// deleted. Method: the real program by its launcher, against a whole platform.

import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { launcher, useCli } from '../support/use-cli.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

test('the commands of a life, one after the other', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const ok = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli.run(words);
    expect(`${code} ${stderr}`, words.join(' ')).toMatch(/^0 /);
    return stdout;
  };

  // As the seed document has it, from the folder in which it was made.
  await ok('functions', 'init', 'my-function', '--runtime', 'nodejs20');
  expect(await ok('functions', 'deploy', 'my-function')).toMatch(
    /^my-function is live at http:\/\/my-function\.localhost:\d+\/ \(version \w{8}\)\.\n$/,
  );
  expect((await platform.call('my-function', '/hi?name=Ada')).text).toBe(
    '{"message":"Hello, Ada!","path":"/hi"}',
  );

  // Also by its name, from within.
  const folder = join(cli.cwd, 'my-function');
  appendFileSync(join(folder, 'index.js'), '\n// changed\n');
  const again = await cli.run(['functions', 'deploy', 'my-function', '--json'], { cwd: folder });
  expect(again.code).toBe(0);
  const { created, function: made } = JSON.parse(again.stdout);
  expect([created, made.name, made.runtime, made.status]).toEqual([
    false,
    'my-function',
    'nodejs20',
    'deployed',
  ]);

  expect(await ok('functions', 'list')).toMatch(/^PROJECT +NAME .*\ndefault +my-function +deployed +\w{8} /);
  expect(await ok('functions', 'get', 'my-function')).toContain('nodejs20, index.handler, fetch');
  expect(JSON.parse(await ok('projects', '--json'))).toMatchObject({
    projects: [{ name: 'default', functions: 1 }],
  });
  expect(await ok('status')).toContain(`platform   ${platform.control}, version`);
  expect(await ok('open', 'my-function')).toBe(`${made.url}\n`);

  const called = await cli.run(
    'functions invoke my-function --event my-function/test-event.json --path /hi'.split(' '),
  );
  expect(JSON.parse(called.stdout)).toEqual({ message: 'Hello, Ada!', path: '/hi' });
  expect(called.stderr).toBe('[log] greeting Ada\n');
  expect(await ok('functions', 'logs', 'my-function', '--search', 'greeting')).toMatch(
    / LOG +greeting Ada\n/,
  );

  const versions = JSON.parse(await ok('functions', 'versions', 'my-function', '--json'));
  expect(versions.versions).toHaveLength(2);
  const back = JSON.parse(await ok('functions', 'rollback', 'my-function', '--json'));
  expect(back.active_version).toBe(versions.versions[1].id);

  await ok('functions', 'env', 'set', 'my-function', 'GREETING=Good day');
  const secret = await cli.run(['functions', 'env', 'set', 'my-function', 'API_KEY', '--secret'], {
    stdin: 'k-123\n',
  });
  expect(secret.code).toBe(0);
  const listed = await ok('functions', 'env', 'list', 'my-function');
  expect(listed).toMatch(
    /^NAME +VALUE +SET BY\nAPI_KEY +\(secret\) +the function\nGREETING +Good day +the function\n$/,
  );
  await ok('functions', 'env', 'delete', 'my-function', 'GREETING');

  expect(await ok('functions', 'delete', 'my-function', '--yes')).toBe('my-function is deleted.\n');
  expect(JSON.parse(await ok('functions', 'list', '--json'))).toEqual({ functions: [] });
});

test('follows a log until Ctrl-C, which is no failure', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'talker',
    'export default () => { console.log("I was called"); return new Response("x"); }',
  );
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const follow = cli.start(['functions', 'logs', 'talker', '--follow', '--json']);
  await waitFor('a line of the log', async () => {
    await platform.call('talker');
    return follow.stdout().includes('I was called');
  });
  follow.child.kill('SIGINT');
  const { code, stdout, stderr } = await follow.end;
  expect([code, stderr]).toEqual([0, '']);
  const messages = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).message);
  expect(messages).toContain('I was called');
});

test('a login keeps a token that the server accepts, for its owner alone, and for this url alone', async () => {
  const platform = await useSelvedge();
  const config = join(useCli().cwd, 'config');
  const cli = useCli({ XDG_CONFIG_HOME: config });
  const wrong = await cli.run(['login', platform.control], { stdin: 'not-the-token-of-anybody' });
  expect([wrong.code, wrong.stdout]).toEqual([5, '']);
  const file = join(config, 'selvedge/credentials.json');
  expect(() => statSync(file)).toThrow();

  expect((await cli.run(['login', platform.control], { stdin: `${testToken}\n` })).code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: platform.control, token: testToken });
  expect((await cli.run(['functions', 'list'])).code).toBe(0);
  const elsewhere = await cli.run([
    'functions',
    'list',
    '--url',
    platform.control.replace('127.0.0.1', 'localhost'),
  ]);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([
    5,
    expect.stringContaining('asks for a token, and there is none'),
  ]);
});

test('on the machine of the platform its token is found in the folder', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control });
  mkdirSync(join(cli.cwd, '.selvedge'));
  mkdirSync(join(cli.cwd, 'below'));
  writeFileSync(join(cli.cwd, '.selvedge/token'), `${testToken}\n`);
  expect((await cli.run(['functions', 'list'], { cwd: join(cli.cwd, 'below') })).code).toBe(0);
});

test('a secret of the configuration comes from the environment of the first deploy, and stays', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  writeFileSync(join(cli.cwd, 'index.js'), 'export default (request, { env } = {}) => new Response("x");');
  writeFileSync(
    join(cli.cwd, 'function.config.ts'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a configuration names a secret.
    "export default { name: 'keeper', environment: { MODE: 'x', API_KEY: 'Bearer ${secrets.PARTNER_KEY}' } };",
  );
  const without = await cli.run(['functions', 'deploy']);
  expect([without.code, without.stderr]).toEqual([
    7,
    expect.stringContaining('The variable API_KEY names the secret PARTNER_KEY'),
  ]);
  expect((await platform.api('GET', '/functions')).body).toMatchObject({ functions: [] });

  const first = await cli.run(['functions', 'deploy'], { env: { PARTNER_KEY: 'k-1' } });
  expect(`${first.code} ${first.stderr}`).toMatch(/^0 /);
  expect(`${first.stdout}${first.stderr}`).not.toContain('k-1');
  expect((await platform.api('GET', '/functions/keeper/env')).body).toMatchObject({
    env: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a configuration names a secret.
      { key: 'API_KEY', secret: false, value: 'Bearer ${secrets.PARTNER_KEY}' },
      { key: 'MODE', secret: false, value: 'x' },
      { key: 'PARTNER_KEY', secret: true },
    ],
  });
  expect((await cli.run(['functions', 'deploy'])).code).toBe(0);
});

test('a folder of wrangler deploys as it is, and tells what it leaves out', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  mkdirSync(join(cli.cwd, 'src'));
  writeFileSync(
    join(cli.cwd, 'src/worker.ts'),
    'export default { fetch: (_: Request, env: { GREETING: string }) => new Response(env.GREETING) };',
  );
  writeFileSync(
    join(cli.cwd, 'wrangler.toml'),
    [
      'name = "greeter"',
      'main = "src/worker.ts"',
      'compatibility_date = "2026-01-01"',
      'workers_dev = true',
      'routes = ["greet.example.com/*"]',
      '[vars]',
      'GREETING = "hello"',
    ].join('\n'),
  );
  const deployed = await cli.run(['functions', 'deploy']);
  expect(`${deployed.code} ${deployed.stderr}`).toMatch(
    /^0 warning wrangler\.toml: "workers_dev" is left out/,
  );
  // Public, as Workers are; at its own host and by its route.
  expect((await platform.call('greeter')).text).toBe('hello');
  expect((await platform.call('greet.example.com')).text).toBe('hello');
});

test('completes commands, options and names of functions', async () => {
  const platform = await useSelvedge();
  await platform.create('cart', 'export default () => new Response("x")');
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const complete = async (...words: string[]): Promise<string[]> =>
    (await cli.run(['complete', '--', ...words])).stdout
      .split('\n')
      .map((line) => String(line.split('\t')[0]));
  expect(await complete('functions', 'de')).toEqual(expect.arrayContaining(['deploy', 'delete']));
  expect(await complete('functions', 'logs', '--fo')).toContain('--follow');
  expect(await complete('functions', 'get', 'c')).toContain('cart');
  expect(await complete('functions', 'logs', 'x', '--level', '')).toContain('warn');
  for (const shell of ['zsh', 'fish']) {
    const { code, stdout } = await cli.run(['completion', shell]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('selvedge complete --')]);
  }
});

test('the script for bash completes in a bash', async () => {
  const cli = useCli();
  const { stdout: script } = await cli.run(['completion', 'bash']);
  writeFileSync(join(cli.cwd, 'completion.bash'), script);
  const typed = `
selvedge() { "${launcher}" "$@"; }
compopt() { :; } # It is only there while a person types.
source completion.bash
COMP_WORDS=(selvedge functions de) COMP_CWORD=2
__selvedge_complete
printf '%s\n' "\${COMPREPLY[@]}"
`;
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', typed], { cwd: cli.cwd });
  expect(stdout).toBe('dev\ndeploy\ndelete\n');
});
