// What control and the TLS door tell each other: options at its start, and answers on its private socket.

/** The one argument of the process, as JSON. All paths are absolute. */
export interface TlsOptions {
  readonly host: string;
  /** 0 lets the system choose; what it chose is kept in `portFile`, for the next of these processes. */
  readonly port: number;
  readonly portFile: string;
  /** Socket on which control asks. */
  readonly privateSocket: string;
  /** Directory of the fronts' sockets. */
  readonly frontsDir: string;
  readonly folders: readonly CertificateFolder[];
  /** File with the authorities of clients' certificates; undefined: clients are not asked for one. */
  readonly clientCa: string | undefined;
  /** The platform's own domain, whose certificate is the default. */
  readonly domain: string;
  readonly times: TlsTimes;
}

/** What the stages of a connection may take, in milliseconds: see `limits.ts`. */
export interface TlsTimes {
  readonly handshake: number;
  readonly head: number;
  readonly request: number;
  readonly idle: number;
  /** How often connections are held against the others. */
  readonly check: number;
}

export interface CertificateFolder {
  readonly path: string;
  /** `file`: the operator's. `stored`: written by control, from what it was given or got by ACME. */
  readonly source: CertificateSource;
}

export type CertificateSource = 'file' | 'stored';

/** GET, in the answer of the private socket; PUT to `RELOAD_PATH` reads the folders first. */
export interface TlsStatus {
  readonly port: number;
  readonly connections: number;
  readonly certificates: readonly ServedCertificate[];
  /** Sentences: pairs that are not served, and why. */
  readonly problems: readonly string[];
}

export interface ServedCertificate {
  readonly name: string;
  readonly source: CertificateSource;
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly issuer: string;
  readonly fingerprint: string;
  /** Answers where no other does. */
  readonly fallback: boolean;
}

export const STATUS_PATH = '/status';
export const RELOAD_PATH = '/reload';

/** A pair is two files of this name: `<name>.crt`, the chain, and `<name>.key`. */
export const CERTIFICATE_NAME = /^[a-z0-9_*][a-z0-9_.*-]{0,127}$/i;

/** Descriptor on which the process writes a line once it takes connections. */
export const READY_FD = 3;
