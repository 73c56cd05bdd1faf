// Code blocks of the seed documents, as their users have them, from `test/fixtures/seeds/<document>/<heading>.<kind>`.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const seedBlock = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures/seeds', name), 'utf8');

/** Some blocks hold several examples, each below a comment of its own. */
export const examplesIn = (block: string): string[] => block.split(/\n\n(?=\/\/ )/);

/**
 * Runs a block of curl calls with a real shell and curl, after putting our host, token and ids in place of the
 * document's; resolves with what it printed. Each thing to be replaced must be there.
 */
export function runShell(block: string, replacements: Readonly<Record<string, string>>): Promise<string> {
  let text = block;
  for (const [theirs, ours] of Object.entries(replacements)) {
    if (!text.includes(theirs)) throw new Error(`the block has no "${theirs}":\n${block}`);
    text = text.replaceAll(theirs, ours);
  }
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', text], (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout),
    );
  });
}
