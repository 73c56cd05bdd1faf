// The configs of the processes that run our own code, compiled at start, and the hashes by which the next
// control tells whether what runs is what it would start.

import { createHash } from 'node:crypto';
import type { GeoOptions } from '../geo/contract.ts';
import { buildCache, type CacheSettings } from '../workerd/cache-process.ts';
import { type CompileOptions, compileConfig } from '../workerd/compile-config.ts';
import { bundleEdge } from '../workerd/edge-bundle.ts';
import { emitCapnp } from '../workerd/emit-capnp.ts';
import { type FrontGeo, frontConfig } from '../workerd/front-config.ts';
import { buildGeo } from '../workerd/geo-service.ts';
import { buildOutbound } from '../workerd/outbound.ts';
import { fillPlaceholders, placeholdersFor } from '../workerd/placeholder.ts';
import type { RunDir } from '../workerd/run-dir.ts';
import { buildTlsDoor, type TlsSettings } from '../workerd/tls-door.ts';
import type { TrustedProgram } from '../workerd/trusted-program.ts';
import { binaryIdentity } from '../workerd/workerd-binary.ts';

/**
 * Fronts collect their whole heap each time: it is small, and the alternative is a pause of 100 ms now and then,
 * as request wrappers pile up. Not for instances: it costs 5 ms of a cold start, and their heaps may be large. They
 * do so each time a megabyte has been made anew: what a collection takes is for the garbage and not for what lives.
 */
const FRONT_V8_FLAGS = ['--gc-global', '--min-semi-space-size=1', '--max-semi-space-size=1'];

export interface Program {
  /** Binary config for workerd's standard input. */
  readonly config: Uint8Array;
  readonly build: string;
}

export interface Programs {
  readonly front: Program;
  readonly outbound: TrustedProgram;
  /** Null where there is none. */
  readonly geo: TrustedProgram | null;
  readonly cache: TrustedProgram;
  /** Undefined where no TLS is served. */
  readonly tls: TrustedProgram | undefined;
}

export interface ProgramsOptions {
  readonly runDir: RunDir;
  readonly compile: CompileOptions;
  readonly slots: number;
  /** With which grants are signed, in base64. */
  readonly bindingKey: string;
  /** JSON text that only the memory of processes may hold; `mark` is 32 hex digits that nobody else can know. */
  readonly ruleKeys: { readonly json: string; readonly mark: string };
  /** What the outbound is started with besides its text. */
  readonly outboundSettings: string;
  readonly cacheSettings: CacheSettings;
  /** Of the geo service, and what fronts know of it; null for none. */
  readonly geo: GeoProgramOptions | null;
  readonly tls: TlsSettings | undefined;
  readonly domain: string;
}

export interface GeoProgramOptions {
  readonly front: FrontGeo;
  readonly sources: Omit<GeoOptions, 'socket'>;
}

export async function compilePrograms({
  runDir,
  compile,
  slots,
  bindingKey,
  ruleKeys,
  outboundSettings,
  cacheSettings,
  geo,
  tls,
  domain,
}: ProgramsOptions): Promise<Programs> {
  const [router, outbound, cache, geoProgram, door] = await Promise.all([
    bundleEdge('router'),
    buildOutbound(outboundSettings),
    buildCache(cacheSettings),
    geo && buildGeo(geo.sources),
    tls && buildTlsDoor(tls, domain),
  ]);
  const hidden = placeholdersFor(ruleKeys.mark, [ruleKeys.json]);
  const text = emitCapnp(
    frontConfig({
      ...{ router, slots, bindingKey },
      ruleKeys: hidden[0]?.text ?? '',
      runDir: runDir.path,
      snapshotDir: runDir.snapshotDir(),
      geo: geo?.front,
      v8Flags: FRONT_V8_FLAGS,
    }),
  );
  const front: Program = {
    config: fillPlaceholders(await compileConfig(text, compile), ruleKeys.mark, hidden),
    build: createHash('sha256').update(binaryIdentity(compile.workerd)).update(text).digest('hex'),
  };
  return { front, outbound, cache, geo: geoProgram, tls: door };
}
