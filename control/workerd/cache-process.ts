// The cache: the one trusted process that keeps answers of functions for all fronts.

import {
  type CacheOptions,
  type CacheStatus,
  PURGE_PATH,
  type PurgeAnswer,
  STATUS_PATH,
} from '../cache/contract.ts';
import { NICE } from '../resources/niceness.ts';
import { type ServiceCommons, ServiceProcess } from './service-process.ts';
import { buildTrustedProgram, type TrustedProgram } from './trusted-program.ts';
import { UnixHttp } from './unix-http.ts';

/** A purge of all that is stored takes its time; a cache that takes longer is stuck. */
const cachePurgeTimeoutMs = 30_000;

export interface CacheSettings {
  readonly storeDir: string;
  readonly bytesMax: number;
}

export interface CacheProcessOptions extends CacheSettings, ServiceCommons, TrustedProgram {}

/** `settings` is all that it is started with besides: another value means another build. */
export function buildCache(settings: CacheSettings): Promise<TrustedProgram> {
  return buildTrustedProgram('control/cache/main.ts', JSON.stringify(settings));
}

export class CacheProcess extends ServiceProcess {
  readonly #http: UnixHttp;

  constructor({ storeDir, bytesMax, ...commons }: CacheProcessOptions) {
    const { runDir } = commons;
    const options: CacheOptions = {
      storeDir,
      bytesMax,
      frontSocket: runDir.cacheSocket(),
      privateSocket: runDir.cacheControlSocket(),
      callersDir: runDir.callersDir(),
      socketsDir: runDir.servicesDir(),
    };
    super({ ...commons, kind: 'cache', options, nice: NICE.cache });
    this.#http = new UnixHttp(runDir.cacheControlSocket());
  }

  /** Resolves when no front answers with any of it any more. Rejects when the cache is away. */
  async purge(purge: object): Promise<number> {
    const told = await this.#http.json<PurgeAnswer>('POST', PURGE_PATH, purge, cachePurgeTimeoutMs);
    if (told.status !== 200) throw new Error(`${told.status}: ${JSON.stringify(told.body)}`);
    return told.body.purged;
  }

  async status(): Promise<CacheStatus> {
    const told = await this.#http.json<CacheStatus>('GET', STATUS_PATH, undefined, cachePurgeTimeoutMs);
    if (told.status !== 200) throw new Error(`${told.status}: ${JSON.stringify(told.body)}`);
    return told.body;
  }
}
