// The TLS door: the one trusted process that takes connections of clients by TLS, where SELVEDGE_TLS says.

import { readFile } from 'node:fs/promises';
import { NICE } from '../resources/niceness.ts';
import { RELOAD_PATH, STATUS_PATH, type TlsOptions, type TlsStatus, type TlsTimes } from '../tls/contract.ts';
import { tlsTimes } from '../tls/limits.ts';
import { listenError } from './listen-error.ts';
import { assertPortFree } from './listening-socket.ts';
import type { ProcessRecord } from './run-dir.ts';
import { type ServiceCommons, ServiceProcess } from './service-process.ts';
import { buildTrustedProgram, type TrustedProgram } from './trusted-program.ts';
import { UnixHttp } from './unix-http.ts';

/** A door that does not answer control for this long tells nothing. */
const answerTimeoutMs = 2000;

export interface TlsSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The operator's directory of certificates, if there is one. */
  readonly certs: string | undefined;
  /** File with the authorities of clients' certificates; undefined: clients are not asked for one. */
  readonly clientCa: string | undefined;
}

export interface TlsDoorOptions extends ServiceCommons, TrustedProgram {
  readonly settings: TlsSettings;
  readonly domain: string;
  /** Those of `control/tls/limits.ts` unless set. */
  readonly times?: TlsTimes;
}

/** Another address, other folders, other authorities of clients: another build. */
export async function buildTlsDoor(settings: TlsSettings, domain: string): Promise<TrustedProgram> {
  const cas = settings.clientCa === undefined ? '' : await readFile(settings.clientCa, 'utf8');
  return buildTrustedProgram('control/tls/main.ts', JSON.stringify([settings, domain, cas]));
}

export class TlsDoor extends ServiceProcess {
  readonly settings: TlsSettings;
  readonly #http: UnixHttp;
  #status: TlsStatus | undefined;
  #port: number;

  constructor({ settings, domain, times = tlsTimes, ...commons }: TlsDoorOptions) {
    const { runDir } = commons;
    const options: TlsOptions = {
      ...{ host: settings.host, port: settings.port, portFile: runDir.tlsPortFile(), domain, times },
      ...{ privateSocket: runDir.tlsSocket(), frontsDir: runDir.frontsDir(), clientCa: settings.clientCa },
      folders: [
        ...(settings.certs === undefined ? [] : [{ path: settings.certs, source: 'file' as const }]),
        { path: runDir.certificatesDir(), source: 'stored' },
      ],
    };
    super({ ...commons, kind: 'tls', options, nice: NICE.tls });
    this.settings = settings;
    this.#port = settings.port;
    this.#http = new UnixHttp(runDir.tlsSocket());
  }

  /** The port that is served; differs from the one asked for when that was 0. */
  get port(): number {
    return this.#port;
  }

  /** As it was when it last told; undefined when it did not answer. */
  get status(): TlsStatus | undefined {
    return this.running ? this.#status : undefined;
  }

  /** @throws {AppError} SYS_001 when another program listens there. */
  override async start(records: readonly ProcessRecord[]): Promise<void> {
    const { host, port } = this.settings;
    // What listens there may be the door of an earlier control, and then it is no stranger.
    if (!records.some(({ kind }) => kind === 'tls'))
      await assertPortFree(host, port).catch((error: unknown) => {
        throw listenError('SELVEDGE_TLS', host, port, error);
      });
    await super.start(records);
    await this.refresh();
  }

  /** Asks it how it is. Rejects when it does not answer. */
  async refresh(): Promise<TlsStatus> {
    return this.#ask('GET', STATUS_PATH);
  }

  /** Has it read its folders now. */
  async reload(): Promise<TlsStatus> {
    return this.#ask('PUT', RELOAD_PATH);
  }

  async #ask(method: string, path: string): Promise<TlsStatus> {
    try {
      const { body } = await this.#http.json<TlsStatus>(method, path, undefined, answerTimeoutMs);
      this.#port = body.port;
      this.#status = body;
      return body;
    } catch (error) {
      this.#status = undefined;
      throw error;
    }
  }
}
