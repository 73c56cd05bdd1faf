import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TestWorld, useWorld, type WorldChoices } from '../../test/support/use-world.ts';
import { runCli } from './run-cli.ts';

async function run(words: readonly string[], choices?: WorldChoices): Promise<TestWorld & { code: number }> {
  const world = useWorld(choices);
  return { ...world, code: await runCli(words, world.world, '9.8.7') };
}

test('help and version are results', async () => {
  const help = await run(['functions', 'deploy', '--help']);
  expect([help.code, help.stderr()]).toEqual([0, '']);
  expect(help.stdout()).toMatch(
    /^Usage: selvedge functions deploy \[options\] \[name\]\n[\s\S]*Examples:\n {2}selvedge functions deploy/,
  );
  const version = await run(['--version']);
  expect([version.code, version.stdout()]).toEqual([0, '9.8.7\n']);
});

test.each([
  [['functions', 'deploy', '--lvie'], "error unknown option '--lvie'\n"],
  [['functions', 'lst'], "error unknown command 'lst' (Did you mean list?)"],
  [['functions', 'get'], "error missing required argument 'name'"],
  [
    ['functions', 'get', 'a', 'b'],
    "error too many arguments for 'get'. Expected 1 argument but got 2: a, b.",
  ],
  [['functions', 'init', 'x', '--template', 'cobol'], 'Allowed choices are javascript, typescript'],
  [['functions', 'logs', 'x', '--since', 'noon'], 'It must be a time such as'],
  [['functions', 'invoke', 'x', '--query', 'a'], 'It must look like name=value.'],
  [
    ['functions', 'invoke', 'x', '--data', '1', '--event', 'e'],
    '--event and --data both say what the event is',
  ],
  [['functions', 'logs', 'x', '--follow', '--since', '1h'], '--follow shows what comes from now on'],
  [['cache', 'purge'], 'Give exactly one of --page, --tag, --prefix and --everything.'],
  [['cache', 'purge', '--tag', 'a', '--everything'], 'Give exactly one of'],
  [['functions', 'init', 'No'], 'The name is "No": it must be lower-case letters'],
])('%j is a fault of usage', async (words, message) => {
  const { code, stdout, stderr } = await run(words);
  expect(stderr()).toContain(message);
  expect([code, stdout()]).toEqual([2, '']);
});

test('a group without one of its commands shows its help, and is no success', async () => {
  const { code, stdout, stderr } = await run(['functions']);
  expect([code, stdout()]).toEqual([2, '']);
  expect(stderr()).toMatch(/^Usage: selvedge functions/);
});

test('--json may stand anywhere, and makes errors JSON as well', async () => {
  for (const words of [
    ['--json', 'functions', 'deploy'],
    ['functions', 'deploy', '--json'],
  ]) {
    const { code, stdout, stderr } = await run(words);
    expect(code).toBe(3);
    expect(JSON.parse(stdout())).toMatchObject({
      error: { code: 'FILES', message: expect.stringContaining('There is no function in') },
      exit_code: 3,
    });
    expect(stderr()).toMatch(/^error There is no function in /);
  }
});

test('colours are for terminals, and not for who does not want them', async () => {
  const words = ['functions', 'deploy'];
  expect((await run(words, { isTerminal: true })).stderr()).toContain('\u001b[31merror');
  expect((await run(words)).stderr()).not.toContain('\u001b');
  expect((await run([...words, '--no-color'], { isTerminal: true })).stderr()).not.toContain('\u001b');
  expect((await run(words, { isTerminal: true, env: { NO_COLOR: '1' } })).stderr()).not.toContain('\u001b');
});

test('init makes a folder, and touches none that is there', async () => {
  const { world, stdout } = useWorld();
  expect(await runCli(['functions', 'init', 'mine', '--runtime', 'nodejs22', '--json'], world, '1')).toBe(0);
  expect(JSON.parse(stdout())).toMatchObject({ name: 'mine', template: 'javascript', runtime: 'nodejs22' });
  const config = readFileSync(join(world.cwd, 'mine/function.config.ts'), 'utf8');
  expect(config).toContain("runtime: 'nodejs22'");

  mkdirSync(join(world.cwd, 'full'));
  writeFileSync(join(world.cwd, 'full/own.txt'), 'own');
  expect(await runCli(['functions', 'init', 'full'], world, '1')).toBe(3);
  expect(readFileSync(join(world.cwd, 'full/own.txt'), 'utf8')).toBe('own');
});

test('a template is chosen by the runtime, and they may not contradict each other', async () => {
  const { world, stdout } = useWorld();
  expect(await runCli(['functions', 'init', 'py', '--runtime', 'python3.11', '--json'], world, '1')).toBe(0);
  expect(JSON.parse(stdout())).toMatchObject({ template: 'python', runtime: 'python3.11' });
  const both = await run(['functions', 'init', 'x', '--runtime', 'python3.11', '--template', 'hono']);
  expect([both.code, both.stderr()]).toEqual([2, expect.stringContaining('is not for the runtime')]);
});
