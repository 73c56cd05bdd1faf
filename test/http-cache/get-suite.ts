// The package http-cache-tests, as npm has it: Mark Nottingham's suite, BSD-3-Clause. It is no dependency, as it depends on
// npm itself and on liquidjs for its web page; what is run of it needs neither. Fetched by npm, checked against the hash
// below, and kept beside the installed packages.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'http-cache-tests';
const VERSION = '0.4.5';
const SHA_512 = 'DjuwN9nUZXLTW+wav1LRESCZNVxl8SshwOy4z1pxuWbWt5/ay6sM9QQ1lebBaDO6P1IMBoK6mdf+PuVP/QNL8A==';

/** Folder of the package. */
export function getSuite(): string {
  const dir = join(import.meta.dirname, '../../node_modules/.cache', `${NAME}-${VERSION}`);
  const tarball = join(dir, `${NAME}-${VERSION}.tgz`);
  if (!existsSync(tarball)) {
    mkdirSync(dir, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--pack-destination', dir, `${NAME}@${VERSION}`], { cwd: dir });
  }
  const found = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (found !== SHA_512)
    throw new Error(`${tarball} has the SHA-512 ${found}, and not ${SHA_512}: remove it.`);
  execFileSync('tar', ['-xzf', tarball], { cwd: dir });
  return join(dir, 'package');
}
