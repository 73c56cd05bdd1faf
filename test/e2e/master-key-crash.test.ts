// Goal: a rotation of the master key may be killed at any point, and the next start opens every secret.
// Method: a process rotates without pause. It kills itself at each of the steps in turn, some of which are inside of
// the transaction, and then is killed from outside at random times, over the same directory.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openVault } from '../../control/secrets/open-vault.ts';
import type { Vault } from '../../control/secrets/vault.ts';
import { openDataDir } from '../../control/store/data-dir.ts';
import { openStore, type Store } from '../../control/store/store.ts';
import { seededRandom } from '../support/random.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const ROTATOR = join(import.meta.dirname, '../support/key-rotator.ts');
/** Of one rotation; two are counted through, as the second has a key file that was switched over before. */
const STEPS = 7;
const KILLS = 10;

function useRotator(path: string, ...rest: string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const rotator = spawn(process.execPath, [ROTATOR, path, ...rest], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void rotator.kill('SIGKILL'));
  return rotator;
}

/** What the next start would find; closed again when `look` has looked. */
async function atNextStart<T>(path: string, look: (vault: Vault, store: Store) => T): Promise<Awaited<T>> {
  const dataDir = openDataDir(path);
  const store = await openStore(dataDir);
  try {
    const source = { kind: 'file', path: dataDir.masterKey, ours: true } as const;
    const { vault } = await openVault({ store, source, previous: undefined });
    return await look(vault, store);
  } finally {
    await store.close();
    dataDir.close();
  }
}

const sealedIn = (path: string): Promise<string> =>
  atNextStart(path, async (vault) => {
    await vault.prepare('shop');
    return vault.seal('shop', 'API_KEY', 'the value');
  });

async function expectWhole(path: string, sealed: string): Promise<string> {
  const id = await atNextStart(path, async (vault, store) => {
    expect(vault.open('shop', 'API_KEY', sealed)).toBe('the value');
    expect(new Set((await store.dataKeys.all()).map(({ masterKey }) => masterKey))).toEqual(
      new Set([vault.masterKeyId]),
    );
    return vault.masterKeyId;
  });
  expect(existsSync(join(path, 'master.key.next'))).toBe(false);
  expect(readdirSync(path).filter((name) => name.startsWith('master.key'))).toContain('master.key');
  return id;
}

test('killed at each step of a rotation, the next start has a key that opens everything', async () => {
  const path = useTmpDir();
  const sealed = await sealedIn(path);
  const seen = new Set([await expectWhole(path, sealed)]);
  for (let step = 1; step <= 2 * STEPS; step++) {
    const rotator = useRotator(path, String(step));
    expect(await once(rotator, 'exit'), `step ${step}`).toEqual([null, 'SIGKILL']);
    seen.add(await expectWhole(path, sealed));
  }
  // Those that died behind the commit have another key.
  expect(seen.size).toBeGreaterThan(STEPS);
});

test('killed at any time while it rotates, the same', async () => {
  const path = useTmpDir();
  const sealed = await sealedIn(path);
  const random = seededRandom(20261127);
  for (let kill = 0; kill < KILLS; kill++) {
    const rotator = useRotator(path);
    await once(rotator.stdout, 'data');
    const exited = once(rotator, 'exit');
    // A time is what this draws: the kill may come anywhere.
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
    rotator.kill('SIGKILL');
    await exited;
    await expectWhole(path, sealed);
  }
});
