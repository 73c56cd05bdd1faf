// Opens the store, which an earlier process may still have: one that is to be replaced, or one that is just ending.

import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { RETIRE_PATH } from './contract.ts';
import { Disk } from './disk.ts';

/** How long another process is waited for, and how often it is looked. */
const waitMs = 10_000;
const lookMs = 50;

/** @throws {Error} when another process keeps it, or the disk does not take it. */
export async function openDisk(dir: string, boot: string, privateSocket: string): Promise<Disk> {
  await retire(privateSocket);
  const until = Date.now() + waitMs;
  for (;;) {
    try {
      return new Disk(dir, boot);
    } catch (error) {
      if (Date.now() > until || !/database is locked/i.test(String(error))) throw error;
      await sleep(lookMs);
    }
  }
}

/** Resolves when it has let go, or there is none. */
function retire(socketPath: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, method: 'POST', path: RETIRE_PATH, timeout: waitMs }, (response) => {
      response.resume();
      response.once('close', () => resolve());
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve());
    asked.end();
  });
}
