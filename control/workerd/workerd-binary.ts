// Finds workerd's binary inside its npm package. The package's own command is a JavaScript wrapper: it would
// cost a Node start for each process, and our signals would end at the wrapper.

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../model/errors.ts';

const PACKAGES: Readonly<Record<string, string>> = {
  'linux x64': '@cloudflare/workerd-linux-64',
  'linux arm64': '@cloudflare/workerd-linux-arm64',
};

/** Absolute path of the binary for this machine. */
export function workerdBinary(): string {
  const machine = `${process.platform} ${process.arch}`;
  const name = PACKAGES[machine];
  if (name === undefined) {
    throw new AppError(
      'SYS_001',
      `Selvedge runs workerd on ${Object.keys(PACKAGES).join(' and ')}; this is ${machine}.`,
    );
  }
  // From workerd's own place, as a package manager may put its platform packages below it.
  const fromWorkerd = createRequire(createRequire(import.meta.url).resolve('workerd'));
  try {
    return join(dirname(fromWorkerd.resolve(`${name}/package.json`)), 'bin', 'workerd');
  } catch (cause) {
    throw new AppError(
      'SYS_001',
      `The package ${name} with workerd for ${machine} is not installed: run npm install with optional dependencies.`,
      {},
      cause,
    );
  }
}

/** Names this very binary, for telling whether what runs was started with it: an upgrade keeps the path. */
export function binaryIdentity(workerd: string): string {
  const { size, mtimeMs } = statSync(workerd);
  return createHash('sha256').update(`${workerd} ${size} ${mtimeMs}`).digest('hex');
}
