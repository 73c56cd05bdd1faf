// Certificates of an authority that nobody knows, for a server of a test.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `ca` is the path of the authority's own, for SELVEDGE_EGRESS_CA. */
export function makeCertificates(dir: string, host: string): { ca: string; key: Buffer; cert: Buffer } {
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  openssl(
    ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem -subj /CN=TestCa'.split(
      ' ',
    ),
  );
  openssl(
    ...`req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.csr -subj /CN=${host} -addext subjectAltName=DNS:${host}`.split(
      ' ',
    ),
  );
  openssl(
    ...'x509 -req -in a.csr -CA ca.pem -CAkey ca.key -days 2 -copy_extensions copy -out a.pem'.split(' '),
  );
  return {
    ca: join(dir, 'ca.pem'),
    key: readFileSync(join(dir, 'a.key')),
    cert: readFileSync(join(dir, 'a.pem')),
  };
}
