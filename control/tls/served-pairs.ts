// The certificates that are served, read from their folders. What is there is taken over without dropping a connection:
// whoever connects from then on gets the new one. A pair that cannot be served, half-written ones among them, leaves the
// one of before where it is, and is told.

import { type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { CertificateFault } from '../certificates/certificate-fault.ts';
import { CertificateIndex } from '../certificates/certificate-index.ts';
import { type Pair, pairBytesMax, readPair } from '../certificates/read-pair.ts';
import { certificatesMax } from '../model/limits.ts';
import { CERTIFICATE_NAME, type CertificateFolder, type ServedCertificate } from './contract.ts';
import { certificateScanMs, certificateSettleMs } from './limits.ts';

interface Served extends Pair {
  readonly name: string;
  readonly source: CertificateFolder['source'];
  readonly context: SecureContext;
}

export interface ServedPairsOptions {
  readonly folders: readonly CertificateFolder[];
  readonly domain: string;
  readonly clientCa: Buffer | undefined;
  readonly log: (line: string) => void;
  /** The certificate for clients that name no host is another one. */
  readonly onFallback: (pair: Pair | undefined) => void;
}

export class ServedPairs {
  readonly #options: ServedPairsOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #index: CertificateIndex<Served>;
  #byFile = new Map<string, Served>();
  #problems: readonly string[] = [];
  #settling: NodeJS.Timeout | undefined;

  constructor(options: ServedPairsOptions) {
    this.#options = options;
    this.#index = new CertificateIndex<Served>([], options.domain);
    this.reload();
    setInterval(() => this.reload(), certificateScanMs).unref();
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  get served(): ServedCertificate[] {
    return this.#index.all.map((served) => ({
      ...{ name: served.name, source: served.source, names: served.names },
      ...{ notBefore: served.notBefore, notAfter: served.notAfter },
      ...{ issuer: served.issuer, fingerprint: served.fingerprint },
      fallback: served === this.#index.fallback,
    }));
  }

  /** Undefined when there is none at all: the client is told so by an alert. */
  contextFor(host: string): SecureContext | undefined {
    return this.#index.find(host)?.context;
  }

  get fallback(): Pair | undefined {
    return this.#index.fallback;
  }

  reload(): void {
    const found = new Map<string, Served>();
    const problems: string[] = [];
    for (const folder of this.#options.folders) {
      this.#watch(folder.path);
      for (const name of this.#namesIn(folder, problems)) {
        const path = join(folder.path, name);
        const served = this.#read(folder, name, path, problems);
        if (served !== undefined && found.size < certificatesMax) found.set(path, served);
        else if (served !== undefined)
          problems.push(
            `${path} is not served: there may be ${certificatesMax} certificates, and it is one more.`,
          );
      }
    }
    this.#tell(problems);
    const before = this.#index.fallback;
    this.#byFile = found;
    this.#index = new CertificateIndex([...found.values()], this.#options.domain);
    if (this.#index.fallback?.fingerprint !== before?.fingerprint)
      this.#options.onFallback(this.#index.fallback);
  }

  #namesIn({ path }: CertificateFolder, problems: string[]): string[] {
    try {
      const files = readdirSync(path).filter((file) => file.endsWith('.crt'));
      return files
        .map((file) => file.slice(0, -'.crt'.length))
        .filter((name) => {
          if (CERTIFICATE_NAME.test(name)) return true;
          problems.push(
            `${join(path, name)}.crt is not served: a name has letters, digits, dots, - and _ only.`,
          );
          return false;
        });
    } catch (error) {
      problems.push(`The directory ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
      return [];
    }
  }

  /** The pair of now, or the one of before if that of now is not to be served. */
  #read({ source }: CertificateFolder, name: string, path: string, problems: string[]): Served | undefined {
    const before = this.#byFile.get(path);
    try {
      const [certificate, key] = [readText(`${path}.crt`), readText(`${path}.key`)];
      if (before?.certificate === certificate && before.key === key) return before;
      const pair = readPair(certificate, key, Date.now());
      const { clientCa } = this.#options;
      const context = createSecureContext({ cert: certificate, key, ...(clientCa && { ca: clientCa }) });
      this.#options.log(`serves ${path}.crt for ${pair.names.join(', ')}`);
      return { ...pair, name, source, context };
    } catch (error) {
      problems.push(
        `${path}.crt is not served: ${faultOf(error)}${before ? ' The one of before is served.' : ''}`,
      );
      return before;
    }
  }

  #tell(problems: readonly string[]): void {
    for (const problem of problems) if (!this.#problems.includes(problem)) this.#options.log(problem);
    this.#problems = problems;
  }

  /** A directory that is not there yet is looked for at each scan. */
  #watch(path: string): void {
    if (this.#watchers.has(path)) return;
    try {
      const watcher = watch(path, () => {
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => this.reload(), certificateSettleMs).unref();
      });
      const forget = (): void => {
        watcher.close();
        this.#watchers.delete(path);
      };
      watcher.on('error', forget);
      this.#watchers.set(path, watcher.unref());
    } catch {
      // Told by whoever reads it.
    }
  }
}

function readText(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (text.length <= pairBytesMax) return text;
  throw new CertificateFault(`${path} has ${text.length} bytes, and at most ${pairBytesMax} are taken.`);
}

function faultOf(error: unknown): string {
  if (error instanceof CertificateFault) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${path} is missing.`;
  return `${path ?? 'it'} cannot be read (${code ?? String(error)}).`;
}
