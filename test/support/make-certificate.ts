// Certificates that sign themselves, for servers of tests; openssl makes them.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  /** `DNS:` is put before each. */
  readonly names: readonly string[];
  /** As openssl takes it. */
  readonly key?: readonly string[];
  readonly days?: number;
  readonly more?: readonly string[];
}

export const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

export function makeCertificate(wish: CertificateWish): TestCertificate {
  const dir = mkdtempSync(join(tmpdir(), 'slv-'));
  try {
    return make(dir, wish);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function make(dir: string, { names, key = P256, days = 30, more = [] }: CertificateWish): TestCertificate {
  const extension =
    names.length === 0 ? [] : ['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', ...key, '-nodes', '-days', String(days)],
      ...['-keyout', 'a.key', '-out', 'a.crt', '-subj', `/CN=${names[0] ?? 'nobody'}`, ...extension, ...more],
    ],
    { cwd: dir, stdio: 'pipe' },
  );
  return {
    certificate: readFileSync(join(dir, 'a.crt'), 'utf8'),
    key: readFileSync(join(dir, 'a.key'), 'utf8'),
  };
}

/** As an operator's tool puts it there: each file whole, one after the other. */
export function placePair(dir: string, name: string, { certificate, key }: TestCertificate): void {
  for (const [suffix, text] of [
    ['crt', certificate],
    ['key', key],
  ] as const) {
    writeFileSync(join(dir, `${name}.${suffix}~`), text);
    renameSync(join(dir, `${name}.${suffix}~`), join(dir, `${name}.${suffix}`));
  }
}
