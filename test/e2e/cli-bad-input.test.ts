// Goal: whatever is wrong, the command line says it in one message on stderr, without a stack, ends with the code
// that docs/cli.md promises, and the server is as it was.

import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TestPlatform, testToken } from '../support/test-platform.ts';
import { type Cli, type CliEnd, useCli } from '../support/use-cli.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const HANDLER = 'export default () => new Response("first")';

async function useBoth(): Promise<{ platform: TestPlatform; cli: Cli; state: () => Promise<unknown> }> {
  const platform = await useSelvedge();
  await platform.create('there', HANDLER);
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const state = async (): Promise<unknown> => {
    const { functions } = (
      await platform.api<{ functions: { name: string; updated_at: string }[] }>('GET', '/functions')
    ).body;
    return [functions, (await platform.api('GET', '/functions/there/versions')).body];
  };
  return { platform, cli, state };
}

/** One that was free a moment ago, so that nobody listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function expectRefusal({ code, stdout, stderr }: CliEnd, exit: number, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect([code, stdout]).toEqual([exit, '']);
  expect(stderr).not.toMatch(/^\s+at .*[:(]\d+|node:internal|control\/cli/m);
  expect(stderr.split('\n').filter((line) => line.startsWith('error '))).toHaveLength(1);
}

test('what is wrong in files is told with its place, and nothing is sent', async () => {
  const { cli, state } = await useBoth();
  const before = await state();
  const deploy = (files: Record<string, string>, ...words: string[]): Promise<CliEnd> => {
    const cwd = join(cli.cwd, `case-${Math.random().toString(36).slice(2)}`);
    mkdirSync(cwd);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return cli.run(['functions', 'deploy', 'there', ...words], { cwd });
  };
  const index = { 'index.js': 'export default () => new Response("second")' };

  expectRefusal(
    await deploy({ ...index, 'function.config.ts': 'export default {\n  memory: 512,\n  timeout 30,\n};\n' }),
    3,
    /^error function\.config\.ts:3:11: Expected "}" but found "30"\n/,
  );
  expectRefusal(
    await deploy({ ...index, 'wrangler.toml': 'name = "there"\nmain = index.js\n' }),
    3,
    /^error wrangler\.toml:2:\d+: /,
  );
  expectRefusal(
    await deploy({ ...index, 'wrangler.jsonc': '{\n  // its name\n  "name" "there"\n}' }),
    3,
    /^error wrangler\.jsonc:3:\d+: colon expected/,
  );
  expectRefusal(
    await deploy({ ...index, 'function.config.ts': 'export default { memry: 512 };' }),
    3,
    /^error function\.config\.ts: "memry" is not a field of the configuration; allowed are .*memory/,
  );
  expectRefusal(
    await deploy({ ...index, 'function.config.ts': 'export default { memory: 1 };' }),
    3,
    /^error function\.config\.ts: memory is 1: must be at least 64\./,
  );
  expectRefusal(
    await deploy({
      ...index,
      'function.config.ts': 'const x: any = undefined;\nexport default { name: x.y };\n',
    }),
    3,
    /^error function\.config\.ts:2:\d+: TypeError: Cannot read properties of undefined/,
  );
  expectRefusal(
    await deploy(index, '--config', 'other.config.ts'),
    3,
    /^error There is no file other\.config\.ts in /,
  );
  expectRefusal(await deploy({}), 3, /^error There is no folder "there" here, and no function in /);
  expectRefusal(
    await deploy({ ...index, 'function.config.ts': 'export default { vpc: { enabled: true } };' }),
    3,
    /^error function\.config\.ts: vpc\.enabled is true: /,
  );
  expectRefusal(
    await deploy({ ...index, 'wrangler.toml': 'kv_namespaces = [{ binding = "KV", id = "x" }]' }),
    3,
    /^error wrangler\.toml: "kv_namespaces" asks for a binding/,
  );
  expect(await state()).toEqual(before);
});

test('an event that is not JSON is told with its place, and nobody is called', async () => {
  const { cli, state } = await useBoth();
  const before = await state();
  writeFileSync(join(cli.cwd, 'event.json'), '{\n  "name": "Ada",\n}');
  expectRefusal(
    await cli.run(['functions', 'invoke', 'there', '--event', 'event.json']),
    3,
    /^error event\.json:3:1: this is not JSON: /,
  );
  expectRefusal(
    await cli.run(['functions', 'invoke', 'there', '--event', 'none.json']),
    3,
    /^error There is no file none\.json\./,
  );
  expectRefusal(
    await cli.run(['functions', 'invoke', 'there', '--data', '{name}']),
    3,
    /^error --data:1:2: this is not JSON: /,
  );
  expect(await state()).toEqual(before);
});

test('no server, a wrong token, a name that is taken or not there, words that are wrong', async () => {
  const { platform, cli, state } = await useBoth();
  const before = await state();
  await cli.run(['functions', 'init', 'there']);
  const nobody = await freePort();
  expectRefusal(
    await cli.run(['functions', 'deploy', 'there', '--url', `http://127.0.0.1:${nobody}`]),
    4,
    /error No platform answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\.\nStart one with `npm start`/,
  );
  expectRefusal(
    await cli.run(['functions', 'deploy', 'there'], { env: { SELVEDGE_TOKEN: 'a-wrong-token-of-nobody' } }),
    5,
    /error FN_009: http:\S+ does not accept the token from SELVEDGE_TOKEN: it is wrong, revoked or expired\.\nRun `selvedge login`/,
  );
  expectRefusal(
    await cli.run(['functions', 'deploy', 'there', '--new']),
    6,
    /error The name "there" is taken: /,
  );
  expectRefusal(
    await cli.run(['functions', 'init', 'there']),
    3,
    /^error The folder .* is there already, and not empty\./,
  );
  expectRefusal(await cli.run(['functions', 'get', 'nobody']), 6, /^error FN_001: /);
  expectRefusal(await cli.run(['functions', 'delete', 'there']), 2, /^error Deleting there cannot be undone/);
  expectRefusal(
    await cli.run(['functions', 'deplox']),
    2,
    /^error unknown command 'deplox' \(Did you mean deploy\?\)/,
  );
  expectRefusal(
    await cli.run(['functions', 'logs', 'there', '--limit', 'many']),
    2,
    /whole number from 1 to 1000/,
  );
  expect(await state()).toEqual(before);
  expect((await platform.call('there')).text).toBe('first');
});

test('with --json an error is JSON on stdout as well', async () => {
  const { cli } = await useBoth();
  const { code, stdout } = await cli.run(['functions', 'get', 'nobody', '--json']);
  expect(code).toBe(6);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'FN_001' },
    exit_code: 6,
    request_id: expect.any(String),
  });
  const usage = await cli.run(['functions', 'get', '--json']);
  expect([usage.code, JSON.parse(usage.stdout)]).toMatchObject([
    2,
    { error: { code: 'USAGE' }, exit_code: 2 },
  ]);
});

test('a build that fails tells its log, and what served goes on', async () => {
  const { platform, cli } = await useBoth();
  writeFileSync(join(cli.cwd, 'index.js'), 'export default () => {\n  return new Response(;\n};\n');
  const end = await cli.run(['functions', 'deploy', 'there']);
  expectRefusal(end, 7, /error FN_005: /);
  expect(end.stderr).toContain('index.js:2');
  expect((await platform.call('there')).text).toBe('first');
});

test('a function that throws is told with the place in its own source', async () => {
  const { platform, cli } = await useBoth();
  await platform.create('thrower', {
    'index.js': 'export default () => {\n  throw new Error("no luck");\n}',
  });
  const { code, stdout, stderr } = await cli.run(['functions', 'invoke', 'thrower']);
  expect([code, stdout]).toEqual([8, '']);
  expect(stderr).toMatch(/error FN_004: .*no luck/);
  expect(stderr).toContain('index.js:2:');
});

test('Ctrl-C before anything was sent leaves all as it was', async () => {
  const { cli, state } = await useBoth();
  const before = await state();
  writeFileSync(join(cli.cwd, 'index.js'), 'export default () => new Response("second")');
  // The configuration takes until it is interrupted, as it waits for a file that never comes.
  const waits = `import { existsSync, writeFileSync } from 'node:fs';
writeFileSync('begun', '');
while (!existsSync('never')) await new Promise((resolve) => setTimeout(resolve, 10));
export default {};`;
  writeFileSync(join(cli.cwd, 'function.config.ts'), waits);
  const run = cli.start(['functions', 'deploy', 'there']);
  await waitFor('the configuration to be read', () => existsSync(join(cli.cwd, 'begun')));
  run.child.kill('SIGINT');
  const { code, stdout, stderr } = await run.end;
  expect([code, stdout, stderr]).toEqual([
    130,
    '',
    "Interrupted before anything was sent: the server's state is as before.\n",
  ]);
  expect(await state()).toEqual(before);
});

test('Ctrl-C once it was sent tells that the deployment was finished', async () => {
  const { platform, cli } = await useBoth();
  // Starting takes a moment, so that there is a middle to press Ctrl-C in.
  writeFileSync(
    join(cli.cwd, 'index.js'),
    'let n = 0;\nfor (let i = 0; i < 700_000_000; i++) n += i;\nexport default () => new Response("slow " + (n > 0));\n',
  );
  writeFileSync(join(cli.cwd, 'function.config.ts'), 'export default { public: true };');
  const run = cli.start(['functions', 'deploy', 'slow']);
  await waitFor('the deployment to begin', async () => {
    const { status } = (await platform.api<{ status?: string }>('GET', '/functions/slow')).body;
    return status === 'building';
  });
  run.child.kill('SIGINT');
  const { code, stdout, stderr } = await run.end;
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toMatch(
    /Interrupted, but too late: the deployment of slow had been sent, and is finished\. It is live; `selvedge functions delete slow` removes it\.\n$/,
  );
  expect((await platform.call('slow')).text).toBe('slow true');
});
