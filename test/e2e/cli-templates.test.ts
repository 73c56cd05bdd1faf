// Goal: what `functions init` makes is complete: its own tests pass, and it deploys and answers where the platform
// serves its kind. Where it does not, deploying says so by name.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { TEMPLATES } from '../../control/cli/templates.ts';
import { testToken } from '../support/test-platform.ts';
import { useCli } from '../support/use-cli.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

const packages = join(import.meta.dirname, '../../node_modules');

/** What a call answers, for each template that the platform serves. */
const ANSWERS: Readonly<Record<string, { path: string; text: string }>> = {
  javascript: { path: '/hi?name=Ada', text: '{"message":"Hello, Ada!","path":"/hi"}' },
  typescript: { path: '/hi?name=Ada', text: '{"message":"Hello, Ada!","path":"/hi"}' },
  hono: { path: '/users/3', text: '{"id":"3"}' },
  ab: { path: '/', text: '<!doctype html><h1>' },
  // It is called by the clock, and public to nobody.
  scheduled: { path: '/', text: 'is not public' },
};

const REFUSALS: Readonly<Record<string, RegExp>> = {
  python: /runtime is "python3\.12", which this version of Selvedge cannot run yet/,
  go: /runtime is "go1\.22", which this version of Selvedge cannot run yet/,
};

test('every template is served, or refused for a reason that is told', () => {
  expect(TEMPLATES.map(({ name }) => name).sort()).toEqual(
    [...Object.keys(ANSWERS), ...Object.keys(REFUSALS)].sort(),
  );
});

test('those that the platform serves deploy and answer; those that it does not are refused by name', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  for (const { name, notYet } of TEMPLATES) {
    const made = await cli.run(['functions', 'init', `my-${name}`, '--template', name]);
    expect([made.code, made.stderr.includes('cannot be deployed yet')]).toEqual([0, notYet !== undefined]);
    const files = readdirSync(join(cli.cwd, `my-${name}`), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['README.md', 'function.config.ts', 'test-event.json']));
    expect(readFileSync(join(cli.cwd, `my-${name}`, 'function.config.ts'), 'utf8')).not.toContain('{{');
    const deployed = await cli.run(['functions', 'deploy', `my-${name}`]);
    const refusal = REFUSALS[name];
    if (refusal) {
      expect([deployed.code, deployed.stderr]).toEqual([3, expect.stringMatching(refusal)]);
    } else {
      expect(`${deployed.code} ${deployed.stderr}`, name).toMatch(/^0 /);
      const { path = '', text = '' } = ANSWERS[name] ?? {};
      expect((await platform.call(`my-${name}`, path)).text, name).toContain(text);
      const invoked = await cli.run([
        'functions',
        'invoke',
        `my-${name}`,
        '--event',
        `my-${name}/test-event.json`,
      ]);
      expect(`${invoked.code} ${invoked.stderr}`, name).toMatch(/^0 /);
    }
  }
});

test.each(['javascript', 'typescript', 'hono', 'ab', 'scheduled'])(
  'the tests of the template %s pass',
  async (name) => {
    const cli = useCli();
    await cli.run(['functions', 'init', 'mine', '--template', name]);
    const cwd = join(cli.cwd, 'mine');
    symlinkSync(packages, join(cwd, 'node_modules'));
    const env = { PATH: `${packages}/.bin:${process.env.PATH}`, HOME: cli.cwd };
    const words = ['run', '--reporter=json', '--outputFile=report.json'];
    await promisify(execFile)(join(packages, '.bin/vitest'), words, { cwd, env });
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    expect([numPassedTests > 0, numFailedTests]).toEqual([true, 0]);
  },
);
