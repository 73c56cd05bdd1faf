// A program for tests: opens the store of a directory and the vault with the key file in it, says "open" and the id of
// its master key, then rotates that again and again. It runs until killed, or kills itself at the step that its second
// argument counts.

import { writeSync } from 'node:fs';
import { writeKeyFile } from '../../control/secrets/key-source.ts';
import { openVault, switchKeyFile } from '../../control/secrets/open-vault.ts';
import { rotateMasterKey } from '../../control/secrets/rotate-master-key.ts';
import { openDataDir } from '../../control/store/data-dir.ts';
import { openStore } from '../../control/store/store.ts';

const stepsMax = Number(process.argv[3] ?? Number.POSITIVE_INFINITY);
let steps = 0;
function step(): void {
  steps += 1;
  if (steps === stepsMax) process.kill(process.pid, 'SIGKILL');
}

const dataDir = openDataDir(String(process.argv[2]));
const store = await openStore(dataDir);
const source = { kind: 'file', path: dataDir.masterKey, ours: true } as const;
const { vault } = await openVault({ store, source, previous: undefined });
writeSync(process.stdout.fd, `open ${vault.masterKeyId}\n`);

for (;;) {
  step();
  await rotateMasterKey({
    ...{ vault, source },
    alongside: async (tx) => {
      step();
      await tx.projects.ensure(`rotated-${vault.masterKeyId}`, new Date().toISOString());
      step();
    },
    steps: {
      writeKeyFile: async (...args) => {
        step();
        await writeKeyFile(...args);
        step();
      },
      switchKeyFile: async (path) => {
        step();
        await switchKeyFile(path);
        step();
      },
    },
  });
}
