// Where a text can be read by whoever looks: in files below a directory, and in what the kernel tells of processes.

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text as it is and as other programs would write it down. */
const writings = (text: string): Buffer[] => {
  const bytes = Buffer.from(text);
  return [
    bytes,
    Buffer.from(JSON.stringify(text).slice(1, -1)),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(text, 'utf16le'),
  ];
};

/** Paths, relative to `folder`, of the files that hold the text. Those that vanish meanwhile hold nothing. */
export function filesWith(folder: string, text: string): string[] {
  const searched = writings(text);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    try {
      if (!lstatSync(path).isFile()) return false;
      const content = readFileSync(path);
      return searched.some((bytes) => content.includes(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  });
}

/** Files below /proc of the processes whose command line or environment has the text. */
export function processesWith(text: string): string[] {
  const searched = writings(text);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])
    .filter((path) => {
      try {
        const content = readFileSync(path);
        return searched.some((bytes) => content.includes(bytes));
      } catch {
        return false; // It has ended, or is not ours to look at.
      }
    });
}
