// Code blocks of the documents in test/fixtures/seeds/, each as it stands in its document, run as a reader would: with
// this platform's address in the place of the document's.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `002/create-function.sh` */
export const seedBlock = (path: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures/seeds', path), 'utf8');

/** Some blocks hold several examples, each below a comment of its own. */
export const examplesIn = (block: string): string[] => block.split(/\n\n(?=\/\/ )/);

export interface SeedPlace {
  /** As the document writes it: `http://localhost:18080`. */
  readonly written: string;
  readonly here: string;
  /** What the document's reader puts in for its examples: ids, `{vm_id}`. */
  readonly replaced?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a block of shell and gives what it printed; rejects with all of it when it fails. */
export function runShellBlock(block: string, place: SeedPlace): Promise<string> {
  let script = block.replaceAll(place.written, place.here);
  for (const [old, now] of Object.entries(place.replaced ?? {})) script = script.replaceAll(old, now);
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...place.environment };
    execFile('bash', ['-euo', 'pipefail', '-c', script], { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${script}\n${stdout}\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

/** As `runShellBlock`; all that is replaced is in one map, the address first, and must be in the block. */
export function runShell(block: string, replacements: Readonly<Record<string, string>>): Promise<string> {
  const [[written, here] = ['', ''], ...others] = Object.entries(replacements);
  const missing = Object.keys(replacements).filter((theirs) => !block.includes(theirs));
  if (written === '' || missing.length > 0) throw new Error(`the block has no "${missing}":\n${block}`);
  return runShellBlock(block, { written, here, replaced: Object.fromEntries(others) });
}
