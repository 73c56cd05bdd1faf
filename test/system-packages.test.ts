// scripts/system-packages.sh with programs of our own in place of id and apt-get, as it must not install
// anything here.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from './support/use-tmp-dir.ts';

const script = join(import.meta.dirname, '../scripts/system-packages.sh');

/** Runs the script where only the given programs exist; answers what it said and what apt-get was asked for. */
function run(programs: Record<string, string>, ...pairs: string[]): { said: string; asked: string } {
  const dir = useTmpDir();
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  symlinkSync('/bin/sh', join(dir, 'sh'));
  const asked = join(dir, 'asked');
  const said = execFileSync('/bin/sh', ['-c', `/bin/sh ${script} ${pairs.join(' ')} 2>&1`], {
    encoding: 'utf8',
    env: { PATH: dir, ASKED: asked },
  });
  return { said, asked: existsSync(asked) ? readFileSync(asked, 'utf8') : '' };
}

const root = { id: 'echo 0', 'apt-get': 'echo "$@" >>"$ASKED"' };
const person = { id: 'echo 1000', 'apt-get': 'echo "$@" >>"$ASKED"' };

test('says nothing when every command is there', () => {
  expect(run({ ...root, bwrap: ':' }, 'bwrap:bubblewrap')).toEqual({ said: '', asked: '' });
});

test('installs what lacks as root on a machine with apt, and says so', () => {
  const { said, asked } = run(root, 'bwrap:bubblewrap', 'wrk:wrk');
  expect(said).toContain('installing system packages: bubblewrap wrk');
  expect(asked).toBe('update -qq\ninstall -y -qq --no-install-recommends bubblewrap wrk\n');
});

test('prints the exact command to anyone else', () => {
  const { said, asked } = run(person, 'bwrap:bubblewrap');
  expect(said).toContain('sudo apt-get install bubblewrap');
  expect(asked).toBe('');
});

test('names the packages where there is no apt', () => {
  expect(run({ id: 'echo 0' }, 'bwrap:bubblewrap').said).toContain('with your package manager: bubblewrap');
});

test('an installation that fails stops nothing and is told', () => {
  const { said } = run({ id: 'echo 0', 'apt-get': 'exit 100' }, 'bwrap:bubblewrap');
  expect(said).toContain('that failed; install them yourself: bubblewrap');
});
